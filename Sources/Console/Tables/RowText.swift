import Cluster

/// What filters and searches look in: a text, or a partition's name, which is spelled out only while it is looked at.
enum RowText: ExpressibleByStringInterpolation {
    case text(String)
    /// `topic-number`. Of these there may be a hundred thousand in one list.
    case partition(TopicPartition)

    init(stringLiteral value: String) { self = .text(value) }

    /// The text in full.
    var text: String {
        switch self {
        case .text(let text): text
        case .partition(let place): "\(place)"
        }
    }
}

/// Looks for one text in many, case ignored.
struct RowMatcher {
    private let needle: String
    private let bytes: [UInt8]
    private let isASCII: Bool
    /// The name of the partition looked at last, and how much of it is its topic's.
    private var name: [UInt8] = []
    private var topic = ""
    private var topicLength = 0
    /// Whether the topic's name alone has what is looked for; nil where it is not all ASCII.
    private var isInTopic: Bool?

    /// A search.
    ///
    /// - Parameter needle: What to look for, in lower case; an empty one is in every text.
    init(_ needle: String) {
        self.needle = needle
        bytes = Array(needle.utf8)
        isASCII = bytes.allSatisfy { $0 < 0x80 }
    }

    /// Whether a text has what is looked for.
    mutating func isIn(_ text: RowText) -> Bool {
        guard !bytes.isEmpty else { return true }
        guard isASCII else { return text.text.lowercased().contains(needle) }
        let found: Bool?
        switch text {
        case .text(let text):
            found = text.utf8.withContiguousStorageIfAvailable { find(in: UnsafeRawBufferPointer($0)) } ?? nil
        case .partition(let place): found = isIn(place)
        }
        // By what lower case and equality are beyond ASCII, the library has to say.
        return found ?? text.text.lowercased().contains(needle)
    }

    /// Partitions mostly come topic by topic: of a topic that has the text all have it, and of others only the name's end is new.
    private mutating func isIn(_ place: TopicPartition) -> Bool? {
        if name.isEmpty || place.topic != topic {
            topic = place.topic
            name.removeAll(keepingCapacity: true)
            name.append(contentsOf: topic.utf8)
            topicLength = name.count
            isInTopic = name.withUnsafeBytes { find(in: $0) }
        }
        guard let isInTopic, !isInTopic else { return isInTopic }
        name.removeSubrange(topicLength...)
        Self.append(place.partition, to: &name)
        return name.withUnsafeBytes {
            find(in: UnsafeRawBufferPointer(rebasing: $0[max(0, topicLength - bytes.count + 1)...]))
        }
    }

    private static func append(_ number: Int32, to name: inout [UInt8]) {
        name.append(UInt8(ascii: "-"))
        if number < 0 { name.append(UInt8(ascii: "-")) }
        let start = name.count
        var rest = number.magnitude
        repeat {
            name.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        name[start...].reverse()
    }

    /// Whether the needle stands in ASCII text; nil where the text is not all ASCII.
    private func find(in text: UnsafeRawBufferPointer) -> Bool? {
        var all: UInt8 = 0
        for byte in text { all |= byte }
        guard all < 0x80 else { return nil }
        guard text.count >= bytes.count else { return false }
        return bytes.withUnsafeBufferPointer { needle in
            for start in 0...(text.count - needle.count) {
                var length = 0
                while length < needle.count, Self.lower(text[start + length]) == needle[length] { length += 1 }
                if length == needle.count { return true }
            }
            return false
        }
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
}

extension TextFilter {
    /// True where all that passes this filter passes another one, too.
    func narrows(_ other: TextFilter) -> Bool {
        other.isEmpty || self == other || (!isInverse && !other.isInverse && text.contains(other.text))
    }
}
