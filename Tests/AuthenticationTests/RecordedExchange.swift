import Foundation
import KafkaProtocol
import NIOCore

/// A SASL exchange between a client and Apache Kafka 3.8.0, as it was recorded.
struct RecordedExchange {
    /// Where it was recorded.
    let place: String
    let mechanism: String
    /// What was said in SaslAuthenticate, the client first, then in turns.
    var messages: [[UInt8]] = []

    private struct Line: Decodable {
        var from: String
        var conn: String
        var dir: String
        var apiKey: Int16
        var apiVersion: Int16
        var hex: String
    }

    /// Every exchange that lies beside the tests.
    static func all() throws -> [RecordedExchange] {
        guard let file = Bundle.module.url(forResource: "sasl", withExtension: "jsonl", subdirectory: "Golden") else {
            throw CocoaError(.fileNoSuchFile)
        }
        var exchanges: [String: RecordedExchange] = [:]
        for text in try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")) {
            let line = try JSONDecoder().decode(Line.self, from: text)
            let frame = ByteBuffer(bytes: bytes(line.hex))
            if line.dir == "req" {
                switch try AnyRequest.decode(frame: frame, servedOnly: false).1 {
                case .saslHandshake(let handshake):
                    exchanges[line.conn] = RecordedExchange(place: line.from, mechanism: handshake.mechanism)
                case .saslAuthenticate(let said):
                    exchanges[line.conn]?.messages.append(Array(said.authBytes.readableBytesView))
                default: throw CocoaError(.fileReadCorruptFile)
                }
            } else if case .saslAuthenticate(let said) = try AnyResponse.decode(
                frame: frame, key: line.apiKey, version: line.apiVersion
            ).1 {
                exchanges[line.conn]?.messages.append(Array(said.authBytes.readableBytesView))
            }
        }
        return exchanges.values.sorted { $0.place < $1.place }
    }

    /// The bytes of hexadecimal digits.
    static func bytes(_ hex: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in hex.utf8 {
            let value = digit < 58 ? digit - 48 : (digit | 32) - 87
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }
}
