import Cluster
import RecordFormats

/// A record as a line of JSON, as kcat's `-J` prints it: headers are one flat array of names and values, left out where there are none.
///
/// Bytes that are no UTF-8 have no place in JSON: where kcat prints them raw, they stand as `{"base64":"…"}`, and `weir produce --json`
/// reads them back.
enum RecordLine {
    /// The line, without a line break.
    ///
    /// - Parameter broker: The leader's node id; -1 where it is not known.
    static func text(of record: FetchedRecord, in partition: TopicPartition, broker: Int32) -> String {
        var text = "{\"topic\":" + JSONText.quoted(partition.topic) + ",\"partition\":\(partition.partition)"
        text += ",\"offset\":\(record.offset)"
        if record.timestamp >= 0 {
            text += ",\"tstype\":\"\(record.isLogAppendTime ? "logappend" : "create")\",\"ts\":\(record.timestamp)"
        } else {
            text += ",\"tstype\":\"unknown\",\"ts\":0"
        }
        text += ",\"broker\":\(broker)"
        if !record.headers.isEmpty {
            let items = record.headers.map { JSONText.quoted($0.name) + "," + value($0.value) }
            text += ",\"headers\":[" + items.joined(separator: ",") + "]"
        }
        return text + ",\"key\":" + value(record.key) + ",\"payload\":" + value(record.value) + "}"
    }

    private static func value(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "null" }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return "{\"base64\":\"\(Base64.text(bytes))\"}"
        }
        return JSONText.quoted(text)
    }
}
