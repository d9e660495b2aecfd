/// The rules of topic names (Kafka's `Topic.validate`).
package enum TopicName {
    /// The metadata log's topic.
    package static let metadata = "__cluster_metadata"
    /// The topic of committed offsets and group metadata.
    package static let offsets = "__consumer_offsets"
    /// The topic of transactions.
    package static let transactions = "__transaction_state"
    /// The topic of what the console and its like did to the broker; Weir's own.
    package static let audit = "__weir_audit"
    /// The longest name there may be, in characters; a partition's directory must fit into 255 bytes.
    package static let maxLength = 249

    /// Why a name is none, in Kafka's words; nil for a good name.
    package static func problem(with name: String) -> String? {
        if name.isEmpty { return "the empty string is not allowed" }
        if name == "." { return "'.' is not allowed" }
        if name == ".." { return "'..' is not allowed" }
        if name.utf8.count > maxLength {
            return "the length of '\(name)' is longer than the max allowed length \(maxLength)"
        }
        guard name.utf8.allSatisfy(isAllowed) else {
            return "'\(name)' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
        }
        return nil
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// The name as metrics spell it: two names that differ only in `.` and `_` collide there, so Kafka refuses the second.
    package static func collisionKey(_ name: String) -> String {
        String(decoding: name.utf8.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
    }

    /// True for the topics that the broker keeps for itself: clients may read them, and neither write nor delete them.
    package static func isInternal(_ name: String) -> Bool { name == offsets || name == transactions || name == audit }

    /// The settings an internal topic cannot be without; none for other topics.
    package static func settings(ofInternal name: String) -> [(key: String, value: String)] {
        switch name {
        case offsets, transactions: [("cleanup.policy", "compact")]
        // Ten years, in segments small enough that retention has something to take.
        case audit:
            [("cleanup.policy", "delete"), ("retention.ms", "315360000000"), ("segment.bytes", "16777216")]
        default: []
        }
    }
}
