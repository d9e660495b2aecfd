import Cluster
import Operations
import RecordFormats

/// The bytes of files: tables as CSV, records as JSON lines.
package enum ExportText {
    /// RFC 4180: fields with commas, quotes or line ends stand in quotes, lines end with CR LF.
    package static func csv(_ rows: [[String]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for row in rows {
            bytes += row.map(field).joined(separator: ",").utf8
            bytes += [13, 10]
        }
        return bytes
    }

    private static func field(_ text: String) -> String {
        let isPlain = !text.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
        return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// The titles of a table of records.
    package static let recordTitles = ["topic", "partition", "offset", "timestamp", "key", "value", "headers"]

    /// A record as a row of a table: its time in UTC, nothing for null, bytes that are no UTF-8 as `0x` and their figures.
    package static func row(_ it: ExportRecord) -> [String] {
        let record = it.record
        let headers = record.headers.map { "\($0.name)=\(text($0.value))" }.joined(separator: "; ")
        let time = record.timestamp < 0 ? "" : RFC3339.text(record.timestamp, offset: 0)
        return [
            it.place.topic, "\(it.place.partition)", "\(record.offset)", time, text(record.key), text(record.value),
            headers,
        ]
    }

    private static func text(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "" }
        return String(validating: bytes, as: UTF8.self) ?? "0x" + HexDump.plain(bytes).replacing(" ", with: "")
    }

    /// A record as `kcat -J` prints it, with its line end. Headers are one flat array of names and values. Bytes that are no UTF-8
    /// stay as they are, as kcat leaves them, so that nothing is lost.
    package static func line(_ it: ExportRecord) -> [UInt8] {
        let record = it.record
        var bytes = Array("{\"topic\":".utf8) + string(Array(it.place.topic.utf8))
        bytes += ",\"partition\":\(it.place.partition),\"offset\":\(record.offset)".utf8
        if record.timestamp >= 0 {
            let kind = record.isLogAppendTime ? "logappend" : "create"
            bytes += ",\"tstype\":\"\(kind)\",\"ts\":\(record.timestamp)".utf8
        }
        bytes += ",\"broker\":\(it.broker)".utf8
        if !record.headers.isEmpty {
            let flat = record.headers.flatMap { [string(Array($0.name.utf8)), string($0.value)] }
            bytes +=
                Array(",\"headers\":[".utf8) + Array(flat.joined(separator: [UInt8(ascii: ",")])) + [UInt8(ascii: "]")]
        }
        bytes += Array(",\"key\":".utf8) + string(record.key)
        bytes += Array(",\"payload\":".utf8) + string(record.value)
        return bytes + Array("}\n".utf8)
    }

    /// Bytes as a JSON string: control characters, quotes and backslashes escaped; `null` for none.
    private static func string(_ bytes: [UInt8]?) -> [UInt8] {
        guard let bytes else { return Array("null".utf8) }
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = [UInt8(ascii: "\"")]
        text.reserveCapacity(bytes.count + 2)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case 8: text += "\\b".utf8
            case 9: text += "\\t".utf8
            case 10: text += "\\n".utf8
            case 12: text += "\\f".utf8
            case 13: text += "\\r".utf8
            case 0..<32: text += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: text.append(byte)
            }
        }
        return text + [UInt8(ascii: "\"")]
    }
}
