import KafkaProtocol
import NIOCore
import Testing

@testable import BrokerServer

@Suite("Recorded requests of real clients")
struct GoldenRequestTests {
    @Test("every request whose API and version is served is read, every other one is refused with its header")
    func decoding() throws {
        print("golden requests: \(GoldenWire.source)")
        var served = 0
        var broken = 0
        var refused: [Int16: Int] = [:]
        for name in GoldenWire.names() {
            for row in try GoldenWire.rows(of: name) where row.direction == "req" {
                guard let frame = row.frame, let key = row.key, let version = row.version else { continue }
                let isServed = SupportedAPIs[key]?.served.contains(version) ?? false
                do throws(WireError) {
                    let (header, _) = try AnyRequest.decode(frame: ByteBuffer(bytes: frame))
                    #expect(isServed)
                    #expect(header.apiKey == key && header.apiVersion == version, "\(name) \(header)")
                    #expect(header.correlationID == row.correlationID)
                    served += 1
                } catch {
                    switch error.reason {
                    case .unknownAPI, .unsupportedVersion:
                        #expect(!isServed)
                        refused[key, default: 0] += 1
                    default:
                        // The one frame of the recordings that is broken on purpose.
                        #expect(name == "probe/raw" && frame.count == 15, "\(name): \(error)")
                        broken += 1
                    }
                }
            }
        }
        let keys = refused.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        print("golden requests: \(served) read, \(broken) broken, refused by API key: \(keys)")
        guard GoldenWire.isWhole else { return }
        #expect(served == 3244)
        #expect(broken == 1)
        #expect(refused.values.reduce(0, +) == 62)
    }
}
