import Foundation
import KafkaProtocol
import NIOCore
import Testing

/// What became of a recorded frame.
private enum Outcome: Hashable {
    /// Read, and written again to the same bytes; so many bytes after the message were left.
    case same(trailing: Int)
    /// An API or version that is neither served nor spoken by the client.
    case notSpoken
    /// Read, but written differently.
    case different
    /// Broken.
    case malformed(WireError.Reason)
}

@Suite("Recorded frames")
struct WireGoldenTests {
    /// Rows that are not read and written again to the same bytes, and why.
    private static let knownDifferences: [String: String] = {
        var known = [
            "probe/raw.jsonl:33": "broken on purpose: an array length of two bytes",
            "probe/raw.jsonl:36": "broken on purpose: two bytes after the message",
        ]
        for line in [10, 21, 35, 50, 63] {
            known["confluent-kafka/sasl.jsonl:\(line)"] =
                "librdkafka writes an empty array with a fixed length in a flexible version: three bytes are left over"
        }
        for line in [83, 87] {
            known["confluent-kafka/admin.jsonl:\(line)"] =
                "librdkafka writes one set of tagged fields too many behind AlterUserScramCredentials"
        }
        return known
    }()

    private func outcome(of row: WireGolden.Row) -> Outcome {
        do throws(WireError) {
            let written: [ByteBuffer]
            if row.isRequest {
                let (header, request) = try AnyRequest.decode(frame: row.frame, servedOnly: false)
                written = try request.encode(header: header)
            } else {
                guard SupportedAPIs[row.key]?.api.versions.contains(row.version) == true else { return .notSpoken }
                let (header, response) = try AnyResponse.decode(frame: row.frame, key: row.key, version: row.version)
                written = try response.encode(header: header, version: row.version)
            }
            let bytes = written.flatMap { Array($0.readableBytesView) }.dropFirst(4)
            let frame = row.frame.readableBytesView
            guard frame.starts(with: bytes) else { return .different }
            return .same(trailing: frame.count - bytes.count)
        } catch {
            switch error.reason {
            case .unknownAPI, .unsupportedVersion: return .notSpoken
            default: return .malformed(error.reason)
            }
        }
    }

    @Test("every frame of the core is read, and written again to the same bytes")
    func core() throws {
        let rows = try WireGolden.coreRows()
        #expect(rows.count == 590)
        for row in rows {
            #expect(outcome(of: row) == .same(trailing: 0), "\(row.place): key \(row.key) version \(row.version)")
        }
    }

    @Test("every well-formed frame of an API that is served or spoken is read, and written again to the same bytes")
    func all() throws {
        guard let folder = WireGolden.folder else {
            print("the whole recording is missing: only its core is read")
            return
        }
        print("recorded frames of \(folder.path)")
        var same = 0
        var notSpoken = 0
        var known = 0
        var seen: Set<String> = []
        for row in try WireGolden.allRows(in: folder) {
            switch outcome(of: row) {
            case .same(trailing: 0):
                same += 1
                seen.insert("\(row.key) v\(row.version) \(row.isRequest)")
            case .notSpoken: notSpoken += 1
            case let other:
                known += 1
                #expect(Self.knownDifferences[row.place] != nil, "\(row.place): \(other)")
            }
        }
        print("\(same) frames read and written again, \(known) known not to be, \(notSpoken) of what is not spoken")
        #expect(same == 6411)
        #expect(known == Self.knownDifferences.count)
        #expect(notSpoken == 120)

        // Versions that Kafka 3.8.0 does not offer (Fetch 17, Metadata 13, version 1 of the APIs of KIP-848, …): frames of them are in the
        // core only.
        for row in try WireGolden.coreRows() { seen.insert("\(row.key) v\(row.version) \(row.isRequest)") }
        for (api, versions) in SupportedAPIs.all.map({ ($0.api, $0.served) }) {
            for version in versions {
                for isRequest in [true, false] {
                    let isSeen = seen.contains("\(api.key) v\(version) \(isRequest)")
                    #expect(isSeen, "\(api.name) v\(version)")
                }
            }
        }
    }
}
