import Cluster

/// What the name of a directory inside a log directory says.
enum DirectoryName: Equatable {
    /// `<topic>-<partition>`
    case partition(TopicPartition)
    /// `<topic>-<partition>.<32 hex digits>-delete`: deleted, to be removed.
    case deleted
    /// Another suffix of Kafka's (`-future`, `-stray`): left alone.
    case other

    /// Reads a name.
    init(_ name: String) {
        if name.hasSuffix("-delete"), name.contains(".") {
            self = .deleted
        } else if name.hasSuffix("-stray") || name.hasSuffix("-future") {
            self = .other
        } else if let dash = name.lastIndex(of: "-"), let number = Int32(name[name.index(after: dash)...]), number >= 0,
            String(number) == name[name.index(after: dash)...], TopicName.problem(with: String(name[..<dash])) == nil
        {
            self = .partition(TopicPartition(topic: String(name[..<dash]), partition: number))
        } else {
            self = .other
        }
    }

    /// The name of a partition's directory with a suffix of Kafka's, cut so that it fits into a file name.
    static func suffixed(_ partition: TopicPartition, _ suffix: String) -> String {
        var text = ""
        for _ in 0..<2 {
            let digits = String(UInt64.random(in: .min ... .max), radix: 16)
            text += String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }
        let tail = ".\(text)-\(suffix)"
        return "\(String(partition.description.prefix(255 - tail.utf8.count)))\(tail)"
    }
}
