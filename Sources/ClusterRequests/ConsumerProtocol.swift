package import Cluster
package import NIOCore

/// What a consumer tells its group's leader (Kafka's `ConsumerProtocolSubscription`), as far as every version has it.
///
/// ```
/// int16 version; array of topics: int16 length, UTF-8; then user data and, in later versions, more
/// ```
///
/// Version 0 is a prefix of all versions, so nothing depends on a client's version.
package struct ConsumerSubscription: Sendable, Equatable {
    /// The protocol type of groups whose members speak the consumer protocol.
    package static let protocolType = "consumer"

    /// The topics subscribed to.
    package var topics: [String]

    /// Reads a member's metadata; nil if it is none of a consumer's.
    package init?(decoding metadata: ByteBuffer) {
        var bytes = metadata
        guard bytes.readInteger(as: Int16.self) != nil, let count = bytes.readCount(atLeast: 2) else { return nil }
        topics = []
        topics.reserveCapacity(count)
        for _ in 0..<count {
            guard let topic = bytes.readShortString() else { return nil }
            topics.append(topic)
        }
    }
}

/// What the leader assigned to a consumer (Kafka's `ConsumerProtocolAssignment`), as far as every version has it.
///
/// ```
/// int16 version; array of: int16 length, UTF-8 topic; array of int32 partitions; then user data
/// ```
package struct ConsumerAssignment: Sendable, Equatable {
    /// The partitions, ascending.
    package var partitions: [TopicPartition]

    /// Reads an assignment; nil if it is none of a consumer's.
    package init?(decoding assignment: ByteBuffer) {
        var bytes = assignment
        guard bytes.readInteger(as: Int16.self) != nil, let topics = bytes.readCount(atLeast: 6) else { return nil }
        partitions = []
        for _ in 0..<topics {
            guard let topic = bytes.readShortString(), let count = bytes.readCount(atLeast: 4) else { return nil }
            for _ in 0..<count {
                guard let partition = bytes.readInteger(as: Int32.self) else { return nil }
                partitions.append(TopicPartition(topic: topic, partition: partition))
            }
        }
        partitions.sort()
    }
}

extension ByteBuffer {
    /// An array's length, refused if the bytes that are left cannot hold that many elements.
    fileprivate mutating func readCount(atLeast elementSize: Int) -> Int? {
        guard let count = readInteger(as: Int32.self), count >= 0, Int(count) <= readableBytes / elementSize else {
            return nil
        }
        return Int(count)
    }

    /// A string after an int16 length.
    fileprivate mutating func readShortString() -> String? {
        guard let length = readInteger(as: Int16.self), length >= 0 else { return nil }
        return readString(length: Int(length))
    }
}
