import Cluster
import Foundation

/// How a stretch of input becomes a record.
struct RecordInput: Sendable {
    /// What stands between key and value; nil for records without keys.
    var keySeparator: [UInt8]?
    /// Headers of every record.
    var headers: [RecordHeader] = []
    /// Empty keys and values count as null.
    var emptyIsNull = false
    /// Each stretch is an object as `weir tail --json` prints it.
    var isJSON = false

    /// Reads a record.
    ///
    /// - Parameter line: Which stretch of the input it is, from 1.
    /// - Throws: `VerbFailure.usage` naming the line.
    func record(_ bytes: [UInt8], line: Int) throws -> NewRecord {
        if isJSON { return try json(bytes, line: line) }
        guard let keySeparator else { return NewRecord(key: nil, value: nullable(bytes), headers: headers) }
        guard let at = DelimitedBytes.find(keySeparator, in: bytes, from: 0) else {
            let start = String(decoding: bytes.prefix(60), as: UTF8.self)
            throw VerbFailure(.usage, "No key separator found on line number \(line): '\(start)'")
        }
        return NewRecord(
            key: nullable(Array(bytes[..<at])), value: nullable(Array(bytes[(at + keySeparator.count)...])),
            headers: headers)
    }

    private func nullable(_ bytes: [UInt8]) -> [UInt8]? { emptyIsNull && bytes.isEmpty ? nil : bytes }

    private func json(_ bytes: [UInt8], line: Int) throws -> NewRecord {
        do {
            let read = try JSONDecoder().decode(Line.self, from: Data(bytes))
            return NewRecord(
                key: read.key, value: read.value, headers: headers + read.headers, timestamp: read.timestamp)
        } catch let DecodingError.dataCorrupted(context) {
            throw VerbFailure(.usage, "line \(line) is no record in JSON: \(context.debugDescription)")
        } catch {
            throw VerbFailure(
                .usage,
                "line \(line) is no record in JSON: it needs \"payload\" and may have \"key\", \"headers\" and "
                    + "\"ts\", as weir tail --json prints them")
        }
    }

    /// A line as `RecordLine` writes it. Topic, partition, offset and broker say where a record was, and are passed over.
    private struct Line: Decodable {
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [RecordHeader] = []
        var timestamp: Int64?

        enum Keys: String, CodingKey { case key, payload, headers, ts, tstype }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            key = try fields.decodeIfPresent(Text.self, forKey: .key)?.bytes
            // A line without a payload is more likely a slip than a tombstone.
            value = try fields.decode(Text?.self, forKey: .payload)?.bytes
            if try fields.decodeIfPresent(String.self, forKey: .tstype) != "unknown" {
                timestamp = try fields.decodeIfPresent(Int64.self, forKey: .ts)
            }
            guard fields.contains(.headers) else { return }
            var items = try fields.nestedUnkeyedContainer(forKey: .headers)
            while !items.isAtEnd {
                let name = try items.decode(String.self)
                headers.append(RecordHeader(name: name, value: try items.decode(Text?.self)?.bytes))
            }
        }
    }

    /// A text, or bytes that are none.
    private struct Text: Decodable {
        var bytes: [UInt8]

        enum Keys: String, CodingKey { case base64 }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                bytes = Array(text.utf8)
                return
            }
            let fields = try decoder.container(keyedBy: Keys.self)
            guard let read = Base64.bytes(try fields.decode(String.self, forKey: .base64)) else {
                throw DecodingError.dataCorruptedError(forKey: .base64, in: fields, debugDescription: "no base64")
            }
            bytes = read
        }
    }
}
