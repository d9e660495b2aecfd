package import Cluster

/// What to read next for the tail.
package struct TailRequest: Equatable, Sendable {
    /// The tail's generation; answers of an older one are dropped.
    package var ticket: Int
    /// The topic.
    package var topic: String
    /// The next offset by partition.
    package var positions: [Int32: Int64]
    /// At most so many records of each partition.
    package var maxRecords: Int
}

/// What a read for the tail brought.
package struct TailBatch: Sendable {
    /// The generation it belongs to.
    package var ticket: Int
    /// By partition.
    package var parts: [Int32: Result<FetchedRecords, ClusterError>]

    /// An answer.
    package init(ticket: Int, parts: [Int32: Result<FetchedRecords, ClusterError>]) {
        self.ticket = ticket
        self.parts = parts
    }
}

/// A record in the tail, with its partition.
package struct TailRecord: Equatable, Sendable {
    /// The partition.
    package var partition: Int32
    /// The record.
    package var record: FetchedRecord
    /// True when the filter lets it pass.
    package var isShown: Bool

    /// Bytes it holds, about.
    var bytes: Int {
        200 + (record.key?.count ?? 0) + (record.value?.count ?? 0)
            + record.headers.reduce(0) { $0 + 64 + ($1.value?.count ?? 0) }
    }
}

/// The tail of a topic: where it reads, what it holds, and an account of every record it passed.
///
/// `shown + skipped + filtered` is all records from the log start to where it reads. Skipped are those jumped over: before the
/// place where it began, and those it left out to stay live. Records that compaction removed count as skipped when they are
/// jumped over (nobody read them to know), and as nothing when they are not.
package struct TailState: Equatable, Sendable {
    /// How it moves on.
    package enum Mode: Equatable, Sendable {
        /// Shows what arrives; leaves records out when they come too fast.
        case following
        /// Stands still; counts what is new.
        case paused
        /// Reads on as the cursor moves, leaving nothing out.
        case paging
    }

    /// The generation, raised by each jump.
    package var ticket: Int
    /// The topic.
    package let topic: String
    /// The one partition, or nil for all.
    package let partition: Int32?
    /// How it moves on.
    package var mode: Mode = .following
    /// The next offset to read, by partition.
    package var positions: [Int32: Int64] = [:]
    /// The end as last seen, by partition.
    package var ends: [Int32: Int64] = [:]
    /// What it holds, oldest first.
    package private(set) var records: [TailRecord] = []
    /// Bytes of what it holds, about.
    private var bytes = 0
    /// Records that passed the filter, also those no longer held.
    package private(set) var shown: Int64 = 0
    /// Records the filter kept back, likewise.
    package private(set) var filtered: Int64 = 0
    /// Records jumped over.
    package private(set) var skipped: Int64 = 0
    /// Records jumped over to stay live since following began, and those shown meanwhile.
    package private(set) var skippedLive: Int64 = 0
    package private(set) var shownLive: Int64 = 0
    /// True while a read is under way.
    package var isReading = false
    /// What records must contain.
    package var filter = TextFilter()
    /// The cursor among the shown records; follows the end while following.
    package var cursor = 0
    /// The text that is marked and that `[` and `]` go to; lower case, empty for none.
    package var match = ""
    /// The inspector's line that `[` and `]` went to last; nil before and after another record is looked at.
    package var matchLine: Int?
    /// True when long lines are broken instead of cut.
    package var isWrapped = false
    /// The inspector's first line.
    package var scroll = 0
    /// What went wrong last, in words.
    package var problem: String?

    /// Most records and bytes held.
    package static let maxHeld = 2000
    static let maxBytes = 8 << 20

    /// A tail that begins nowhere yet.
    package init(ticket: Int, topic: String, partition: Int32?) {
        self.ticket = ticket
        self.topic = topic
        self.partition = partition
    }

    /// Every record passed: `shown + skipped + filtered`.
    package var seen: Int64 { shown &+ skipped &+ filtered }

    /// Records that wait beyond the place it reads.
    package var waiting: Int64 {
        positions.reduce(0) { $0 &+ max(0, (ends[$1.key] ?? $1.value) &- $1.value) }
    }

    /// The records the filter lets pass, oldest first.
    package var visible: [TailRecord] { filter.isEmpty ? records : records.filter(\.isShown) }

    /// Begins at these offsets; what lies between the log starts and there counts as skipped.
    package mutating func begin(at offsets: [Int32: Int64], starts: [Int32: Int64]) {
        positions = offsets
        records = []
        bytes = 0
        (shown, filtered, skippedLive, shownLive) = (0, 0, 0, 0)
        skipped = offsets.reduce(0) { $0 &+ max(0, $1.value &- (starts[$1.key] ?? $1.value)) }
        cursor = 0
        scroll = 0
        matchLine = nil
        isReading = false
        problem = nil
    }

    /// Follows from where it reads.
    package mutating func follow() {
        mode = .following
        (skippedLive, shownLive) = (0, 0)
        cursor = max(0, visible.count - 1)
        scroll = 0
        matchLine = nil
    }

    /// Jumps a partition on to an offset; what is passed over is counted.
    package mutating func skip(_ partition: Int32, to offset: Int64) {
        guard let position = positions[partition], offset > position else { return }
        skipped &+= offset &- position
        skippedLive &+= offset &- position
        positions[partition] = offset
    }

    /// Takes what was read, ordered by time across partitions; lets go of the oldest beyond the limits.
    package mutating func take(_ arrived: [TailRecord]) {
        let wasAtEnd = mode == .following
        for var record in arrived {
            record.isShown = filter.passes(searchText(record.record))
            if record.isShown {
                shown &+= 1
                shownLive &+= 1
            } else {
                filtered &+= 1
            }
            bytes += record.bytes
            records.append(record)
        }
        var gone = 0
        var goneShown = 0
        while records.count - gone > Self.maxHeld || (bytes > Self.maxBytes && records.count - gone > 1) {
            bytes -= records[gone].bytes
            if records[gone].isShown { goneShown += 1 }
            gone += 1
        }
        if gone > 0 {
            records.removeFirst(gone)
            cursor = max(0, cursor - goneShown)
        }
        if wasAtEnd { cursor = max(0, visible.count - 1) }
    }

    /// Applies another filter to what is held. Records no longer held keep the class they had.
    package mutating func use(_ new: TextFilter) {
        guard new != filter else { return }
        let selected = visible.indices.contains(cursor) ? visible[cursor] : nil
        filter = new
        for index in records.indices {
            let passes = new.passes(searchText(records[index].record))
            if passes != records[index].isShown {
                records[index].isShown = passes
                shown &+= passes ? 1 : -1
                filtered &+= passes ? -1 : 1
            }
        }
        let now = visible
        let same = selected.flatMap { kept in
            now.firstIndex { $0.partition == kept.partition && $0.record.offset == kept.record.offset }
        }
        cursor = mode == .following ? max(0, now.count - 1) : same ?? min(cursor, max(0, now.count - 1))
    }

    /// The record under the cursor.
    package var selected: TailRecord? {
        let visible = visible
        return visible.indices.contains(cursor) ? visible[cursor] : nil
    }

    private func searchText(_ record: FetchedRecord) -> String { filter.isEmpty ? "" : Self.text(of: record) }

    /// What filters and searches look in: key, value and headers as UTF-8.
    static func text(of record: FetchedRecord) -> String {
        var text = String(decoding: record.key ?? [], as: UTF8.self)
        text += " " + String(decoding: record.value ?? [], as: UTF8.self)
        for header in record.headers {
            text += " \(header.name)=" + String(decoding: header.value ?? [], as: UTF8.self)
        }
        return text
    }
}
