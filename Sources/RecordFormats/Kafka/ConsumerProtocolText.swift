import Foundation
import NIOCore

/// What consumers tell each other through their group's coordinator (Kafka's `ConsumerProtocolSubscription` and
/// `ConsumerProtocolAssignment`, versions 0 to 3), as JSON.
///
/// ```
/// subscription: int16 version; topics: array of string; userData: bytes; 1: ownedPartitions: array of (string, array of int32);
///               2: generationId: int32; 3: rackId: string
/// assignment:   int16 version; assignedPartitions: array of (string, array of int32); userData: bytes
/// ```
enum ConsumerProtocolText {
    /// A member's subscription; nil where the bytes are none.
    static func subscription(_ bytes: ByteBuffer) -> JSONText? {
        var reader = bytes
        guard let version = reader.readInteger(as: Int16.self), (0...3).contains(version),
            let topics = reader.strings(), let userData = reader.nullableBytes()
        else { return nil }
        var members: [JSONText.Member] = [
            .member("topics", .array(topics.map { .string($0) })), .member("userData", userData),
        ]
        if version >= 1 {
            guard let owned = reader.topicPartitions() else { return nil }
            members.append(.member("ownedPartitions", owned))
        }
        if version >= 2 {
            guard let generation = reader.readInteger(as: Int32.self) else { return nil }
            members.append(.member("generationId", .number(generation)))
        }
        if version >= 3 {
            guard let length = reader.readInteger(as: Int16.self) else { return nil }
            let rack = length < 0 ? nil : reader.readString(length: Int(length))
            guard length < 0 || rack != nil else { return nil }
            members.append(.member("rackId", .string(rack)))
        }
        return .object(members)
    }

    /// A member's assignment; nil where the bytes are none.
    static func assignment(_ bytes: ByteBuffer) -> JSONText? {
        var reader = bytes
        guard let version = reader.readInteger(as: Int16.self), (0...3).contains(version),
            let assigned = reader.topicPartitions(), let userData = reader.nullableBytes()
        else { return nil }
        return .members(["assignedPartitions": assigned, "userData": userData])
    }

    /// Bytes as Kafka's JSON writes them.
    static func base64(_ bytes: ByteBuffer) -> JSONText { .string(Data(bytes.readableBytesView).base64EncodedString()) }
}

extension ByteBuffer {
    /// An array's length, refused where the bytes that are left cannot hold so many elements.
    fileprivate mutating func count(atLeast elementSize: Int) -> Int? {
        guard let count = readInteger(as: Int32.self), count >= 0, Int(count) <= readableBytes / elementSize else {
            return nil
        }
        return Int(count)
    }

    fileprivate mutating func shortString() -> String? {
        guard let length = readInteger(as: Int16.self), length >= 0 else { return nil }
        return readString(length: Int(length))
    }

    fileprivate mutating func strings() -> [String]? {
        guard let count = count(atLeast: 2) else { return nil }
        var strings: [String] = []
        for _ in 0..<count {
            guard let string = shortString() else { return nil }
            strings.append(string)
        }
        return strings
    }

    fileprivate mutating func nullableBytes() -> JSONText? {
        guard let length = readInteger(as: Int32.self) else { return nil }
        if length < 0 { return .scalar("null") }
        return readSlice(length: Int(length)).map { ConsumerProtocolText.base64($0) }
    }

    fileprivate mutating func topicPartitions() -> JSONText? {
        guard let count = count(atLeast: 6) else { return nil }
        var topics: [JSONText] = []
        for _ in 0..<count {
            guard let topic = shortString(), let partitions = self.count(atLeast: 4) else { return nil }
            var numbers: [JSONText] = []
            for _ in 0..<partitions {
                guard let number = readInteger(as: Int32.self) else { return nil }
                numbers.append(.number(number))
            }
            topics.append(.members(["topic": .string(topic), "partitions": .array(numbers)]))
        }
        return .array(topics)
    }
}
