package import Cluster
package import NIOCore

/// An offset per partition in a file of the log directory, in Kafka's text format (see ``CheckpointText``):
/// `topic partition offset` a line.
package struct OffsetCheckpoint: Sendable, Equatable {
    /// The files there are.
    package enum Name: String, Sendable, CaseIterable {
        /// Up to where each log is known to be on the disk: recovery reads again from here.
        case recoveryPoint = "recovery-point-offset-checkpoint"
        /// High watermarks.
        case highWatermark = "replication-offset-checkpoint"
        /// Log start offsets that lie behind the first segment's base offset.
        case logStart = "log-start-offset-checkpoint"
        /// Up to where the cleaner has cleaned.
        case cleaner = "cleaner-offset-checkpoint"
    }

    /// The offsets.
    package var offsets: [TopicPartition: Int64] = [:]

    /// A checkpoint of these offsets.
    package init(_ offsets: [TopicPartition: Int64] = [:]) { self.offsets = offsets }

    /// Reads a file's bytes; `path` is for the error.
    package init(reading bytes: ByteBuffer, path: String) throws(LogError) {
        for words in try CheckpointText(reading: bytes, path: path, words: 3).lines {
            guard let partition = Int32(words[1]), partition >= 0, let offset = Int64(words[2]) else {
                throw LogError.corruptFile(path, "\"\(words.joined(separator: " "))\" is no topic, partition, offset")
            }
            offsets[TopicPartition(topic: String(words[0]), partition: partition)] = offset
        }
    }

    /// The file's bytes, sorted by topic and partition.
    package var bytes: ByteBuffer {
        CheckpointText(
            lines: offsets.sorted { $0.key < $1.key }
                .map { [$0.key.topic[...], "\($0.key.partition)", "\($0.value)"] }
        ).bytes
    }

    /// Reads the file of a log directory; a missing one is empty.
    package static func load(
        _ name: Name,
        from directory: String,
        on storage: any Storage
    ) throws(LogError) -> OffsetCheckpoint {
        let path = "\(directory)/\(name.rawValue)"
        guard let bytes = try LogError.onDisk({ () throws(StorageError) in try storage.readFile(path) }) else {
            return OffsetCheckpoint()
        }
        return try OffsetCheckpoint(reading: bytes, path: path)
    }

    /// Puts the file in place, durably (see ``Storage/replaceFile(_:with:)``).
    package func store(_ name: Name, in directory: String, on storage: any Storage) throws(LogError) {
        try LogError.onDisk { () throws(StorageError) in
            try storage.replaceFile("\(directory)/\(name.rawValue)", with: bytes)
        }
    }
}
