/// What went wrong with single records while a query ran: counted by kind, the newest kept as samples. Nothing in a record stops a query.
package struct ProcessingLog: Sendable {
    /// What a record failed at.
    package enum Stage: Int, CaseIterable, Sendable {
        /// The key's bytes are not what the format says: the record is left out.
        case key
        /// The value's bytes are not what the format says: the record is left out.
        case value
        /// The record has no event time: it is left out.
        case timestamp
        /// An expression failed: its value is null.
        case expression
        /// The result cannot be written in the sink's format: the row is left out.
        case result
        /// A group has no key: there is nothing to count under.
        case missing

        /// What it is called in tables.
        package var name: String {
            switch self {
            case .key: "key"
            case .value: "value"
            case .timestamp: "timestamp"
            case .expression: "expression"
            case .result: "result"
            case .missing: "missing"
            }
        }
    }

    /// One failure.
    package struct Entry: Equatable, Sendable {
        package var stage: Stage
        package var reason: String
        /// The record's partition.
        package var partition: Int32
        /// The record's offset.
        package var offset: Int64
    }

    /// How many samples are kept at most.
    package let capacity: Int
    /// The partition of the record that is worked on.
    package var partition: Int32 = -1
    /// The offset of the record that is worked on.
    package var offset: Int64 = -1

    private var counts = [Int64](repeating: 0, count: Stage.allCases.count)
    private var kept: [Entry] = []
    private var nextPlace = 0

    /// An empty log.
    package init(capacity: Int = 100) { self.capacity = max(1, capacity) }

    /// How many records failed at a stage (of `.expression`: how many values).
    package func count(_ stage: Stage) -> Int64 { counts[stage.rawValue] }

    /// How many failures there were.
    package var total: Int64 { counts.reduce(0, &+) }

    /// The newest failures, the oldest of them first.
    package var samples: [Entry] { kept.count < capacity ? kept : Array(kept[nextPlace...] + kept[..<nextPlace]) }

    /// Takes in a failure of the record that is worked on.
    package mutating func note(_ stage: Stage, _ reason: String) {
        counts[stage.rawValue] &+= 1
        let entry = Entry(stage: stage, reason: String(reason.prefix(200)), partition: partition, offset: offset)
        if kept.count < capacity {
            kept.append(entry)
        } else {
            kept[nextPlace] = entry
            nextPlace = (nextPlace + 1) % capacity
        }
    }
}
