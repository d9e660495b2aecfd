package import KafkaProtocol
package import NIOCore

/// The `partition.metadata` file: which topic, by its id, a partition's directory belongs to.
///
/// ```
/// version: 0
/// topic_id: v9aQGHU-R2GZfA5E0-GM-w      (no newline at the end)
/// ```
package struct PartitionMetadata: Sendable, Equatable {
    /// The file's name.
    package static let fileName = "partition.metadata"

    /// The topic's id: 16 bytes in base64 with `-` and `_`, without padding (22 characters).
    package var topicID: KafkaUUID

    /// The metadata of a partition of the topic with this id.
    package init(topicID: KafkaUUID) { self.topicID = topicID }

    /// Reads a file's bytes; `path` is for the error.
    package init(reading bytes: ByteBuffer, path: String) throws(LogError) {
        var fields: [Substring: Substring] = [:]
        for line in String(buffer: bytes).split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...].drop { $0 == " " }
        }
        guard fields["version"] == "0", let id = fields["topic_id"], let topicID = KafkaUUID(String(id))
        else {
            throw LogError.corruptFile(path, "it has no version 0 with a topic_id of 22 characters")
        }
        self.topicID = topicID
    }

    /// The file's bytes.
    package var bytes: ByteBuffer { ByteBuffer(string: "version: 0\ntopic_id: \(topicID)") }
}
