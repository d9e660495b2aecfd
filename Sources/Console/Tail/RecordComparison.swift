package import Cluster
package import Operations
import RecordFormats

/// A record beside the one before it that has the same key.
package struct RecordComparison: Equatable, Sendable {
    /// Which question it answers.
    package var ticket: Int
    /// The partition of both.
    package var place: TopicPartition
    /// The later record's offset.
    package var offset: Int64
    /// The key of both.
    package var key: [UInt8]
    /// Both records whole, once they are read.
    package var outcome: Loaded<Pair> = .loading(nil)

    /// What was read.
    package struct Pair: Equatable, Sendable {
        /// The record, whole.
        package var record: FetchedRecord
        /// What was found before it.
        package var previous: PreviousRecord

        /// Two records.
        package init(record: FetchedRecord, previous: PreviousRecord) {
            self.record = record
            self.previous = previous
        }
    }

    /// True for the comparison of this record.
    func isOf(_ it: TailRecord) -> Bool { it.place == place && it.record.offset == offset }

    /// The lines of both values with what changed; nil before they are read, and where there is none before.
    func lines(of it: TailRecord, _ decoding: TopicDecoding, width: Int) -> [LineDiff.Line]? {
        guard isOf(it), case .ready(let pair) = outcome, case .found(let before) = pair.previous else { return nil }
        // One member a line, so that what changed is not a whole object.
        func lines(_ record: FetchedRecord) -> [String] {
            decoding.value(record.value, key: record.key).lines(width: min(width, 24))
        }
        return LineDiff.lines(from: lines(before), to: lines(pair.record))
    }

    /// What the comparison says of itself, for the box's title.
    func words(of it: TailRecord) -> String {
        guard isOf(it) else { return "" }
        switch outcome {
        case .loading: return "looking for the one before…"
        case .failed(let reason): return "▲ \(reason)"
        case .ready(let pair):
            switch pair.previous {
            case .found(let before):
                let span = before.timestamp.distance(upTo: pair.record.timestamp)
                return "against @ \(before.offset), \(Durations.long(milliseconds: span)) before"
            case .none(let start): return "none before it with this key, back to the log start @ \(start)"
            case .notSeen(let start): return "none before it with this key as far back as @ \(start)"
            }
        }
    }
}
