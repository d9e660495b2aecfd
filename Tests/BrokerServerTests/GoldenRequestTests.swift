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
        var refused: [String: Int] = [:]
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
                        refused["\(key)", default: 0] += 1
                    default:
                        // The one frame of the recordings that is broken on purpose.
                        #expect(name == "probe/raw" && frame.count == 15, "\(name): \(error)")
                        refused["broken", default: 0] += 1
                    }
                }
            }
        }
        print("golden requests: \(served) read, refused by API key: \(refused.sorted { $0.key < $1.key })")
        #expect(served > 0)
    }
}
