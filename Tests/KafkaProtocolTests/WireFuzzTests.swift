import Foundation
import FrameFuzz
import KafkaProtocol
import NIOCore
import Testing

@Suite("Broken frames")
struct WireFuzzTests {
    private static let seed: UInt64 = 20_261_121
    private static let rounds = 60

    /// The most memory this process ever mapped, in bytes.
    private func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmPeak:") })
        return try #require(Int(line.split(separator: " ").dropLast().last ?? "")) * 1024
    }

    private func joined(_ parts: [ByteBuffer]) -> ByteBuffer {
        ByteBuffer(bytes: parts.flatMap { Array($0.readableBytesView) }.dropFirst(4))
    }

    @Test("a broken frame is refused or read, and never crashes or takes much memory")
    func mutations() throws {
        print("seed \(Self.seed)")
        var mutator = FrameMutator(seed: Self.seed)
        let before = try peakMemory()
        let limits = WireLimits(decodedBytes: 1 << 20)
        var refused = 0
        var read = 0
        for row in try WireGolden.coreRows() {
            for _ in 0..<Self.rounds {
                let frame = ByteBuffer(bytes: mutator.mutated(row.frame.readableBytesView))
                do throws(WireError) {
                    if row.isRequest {
                        let (header, request) = try AnyRequest.decode(frame: frame, limits: limits)
                        read += 1
                        guard let again = try? request.encode(header: header) else { continue }
                        // Bytes are compared, since a number that is none (NaN) equals nothing.
                        let second = try AnyRequest.decode(frame: joined(again)).1
                        let isSame = try joined(second.encode(header: header)) == joined(again)
                        #expect(isSame, "\(row.place) \(Array(frame.readableBytesView))")
                    } else {
                        let (header, response) = try AnyResponse.decode(
                            frame: frame, key: row.key, version: row.version, limits: limits)
                        read += 1
                        guard let again = try? response.encode(header: header, version: row.version) else { continue }
                        let second = try AnyResponse.decode(frame: joined(again), key: row.key, version: row.version)
                        let isSame = try joined(second.1.encode(header: header, version: row.version)) == joined(again)
                        #expect(isSame, "\(row.place) \(Array(frame.readableBytesView))")
                    }
                } catch {
                    #expect(!error.description.isEmpty)
                    refused += 1
                }
            }
        }
        for row in try WireStoredRecordTests.coreRows() {
            for _ in 0..<Self.rounds {
                let key = row.key.map { ByteBuffer(bytes: mutator.mutated($0.readableBytesView)) }
                let value = row.value.map { ByteBuffer(bytes: mutator.mutated($0.readableBytesView)) }
                if (try? WireStoredRecordTests.roundTrip(row.kind, key: key, value: value)) == nil {
                    refused += 1
                } else {
                    read += 1
                }
            }
        }
        let grown = try peakMemory() - before
        print("\(read) broken frames read, \(refused) refused, \(grown >> 20) MiB of address space more")
        #expect(read > 1000 && refused > 1000)
        // A count that is believed takes 16 GiB and more; the threads of suites beside this one map their share, too.
        #expect(grown < 4 << 30)
    }

    @Test("a count that the frame cannot hold is refused before memory is taken")
    func hugeCount() throws {
        // Metadata v1 that claims 2^31-1 topics.
        let frame = try #require(WireGolden.bytes(hex: "00030001000000070003726177" + "7fffffff" + "00000000"))
        let error = #expect(throws: WireError.self) { try AnyRequest.decode(frame: frame) }
        #expect(error?.reason == .tooManyElements(Int64(Int32.max)))
        #expect(
            error?.description
                == "Metadata request v1, byte 17: an array of 2147483647 elements does not fit in the frame")
    }

    @Test("elements that take more memory than allowed are refused before memory is taken")
    func memoryLimit() throws {
        var frame = try #require(WireGolden.bytes(hex: "00030001000000070003726177"))
        frame.writeInteger(Int32(100_000))
        frame.writeRepeatingByte(0, count: 200_000)
        #expect(throws: Never.self) { try AnyRequest.decode(frame: frame) }
        let error = #expect(throws: WireError.self) {
            try AnyRequest.decode(frame: frame, limits: WireLimits(decodedBytes: 1 << 20))
        }
        #expect(error?.reason == .memoryLimit(bytes: 1 << 20))
    }

    @Test("an unknown API and an unserved version are told apart, with the header")
    func unknown() throws {
        let unknown = try #require(WireGolden.bytes(hex: "03e70000000000070003726177"))
        #expect(throws: WireError.self) { try AnyRequest.decode(frame: unknown) }
        var header = RequestHeader(apiKey: 999, apiVersion: 0, correlationID: 7, clientID: "raw")
        #expect(reason(of: unknown) == .unknownAPI(header))
        let apiVersions99 = try #require(WireGolden.bytes(hex: "00120063000000070003726177000278027900"))
        header = RequestHeader(apiKey: 18, apiVersion: 99, correlationID: 7, clientID: "raw")
        #expect(reason(of: apiVersions99) == .unsupportedVersion(header))
        let produce2 = try #require(WireGolden.bytes(hex: "00000002000000070003726177ffff000003e800000000"))
        header = RequestHeader(apiKey: 0, apiVersion: 2, correlationID: 7, clientID: "raw")
        #expect(reason(of: produce2) == .unsupportedVersion(header))
        #expect(reason(of: ByteBuffer()) == .truncated(needed: 2, left: 0))
    }

    private func reason(of frame: ByteBuffer) -> WireError.Reason? {
        do throws(WireError) {
            _ = try AnyRequest.decode(frame: frame)
            return nil
        } catch {
            return error.reason
        }
    }
}
