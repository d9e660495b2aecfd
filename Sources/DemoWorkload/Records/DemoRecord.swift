/// A record before it has an offset: what a generator hands to a producer.
package struct DemoRecord: Sendable, Equatable {
    /// The key in UTF-8.
    package var key: String
    /// The value in UTF-8; nil is a tombstone.
    package var value: String?
    /// Headers: name and value.
    package var headers: [(name: String, value: String)] = []

    package static func == (left: Self, right: Self) -> Bool {
        left.key == right.key && left.value == right.value
            && left.headers.elementsEqual(right.headers) { $0.name == $1.name && $0.value == $1.value }
    }
}

/// Makes the records of one topic, one after another, from a seeded sequence.
package protocol RecordGenerator: Sendable {
    /// The next record, as of a moment in wall milliseconds.
    mutating func next(at now: Int64) -> DemoRecord
}
