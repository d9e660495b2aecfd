package import Cluster
package import RecordFormats

/// What to read next for the tail.
package struct TailRequest: Equatable, Sendable {
    /// The tail's generation; answers of an older one are dropped.
    package var ticket: Int
    /// The next offset by partition.
    package var positions: [TopicPartition: Int64]
    /// At most so many records of each partition.
    package var maxRecords: Int
    /// What records are asked, on their whole values, before those are cut.
    package var filter = RecordFilter()
    /// How each topic is read, for the filter.
    package var decodings: [String: TopicDecoding] = [:]
}

/// What a read for the tail brought.
package struct TailBatch: Sendable {
    /// The generation it belongs to.
    package var ticket: Int
    /// By partition.
    package var parts: [TopicPartition: Result<FetchedRecords, ClusterError>]
    /// What the request's filter said of them; nil where it was not asked.
    package var judgement: Judgement?

    /// Which records passed a filter.
    package struct Judgement: Sendable {
        /// The filter.
        package var filter: RecordFilter
        /// The offsets of those that passed.
        package var passed: [TopicPartition: Set<Int64>]
    }

    /// An answer.
    package init(
        ticket: Int, parts: [TopicPartition: Result<FetchedRecords, ClusterError>], judgement: Judgement? = nil
    ) {
        self.ticket = ticket
        self.parts = parts
        self.judgement = judgement
    }
}

/// A record in the tail, with its partition.
package struct TailRecord: Equatable, Sendable {
    /// Its topic and partition.
    package var place: TopicPartition
    /// The record.
    package var record: FetchedRecord
    /// True when the filter lets it pass.
    package var isShown: Bool
    /// Counts arrivals, so that the first to come is the first to go.
    var arrival = 0

    /// A record.
    package init(place: TopicPartition, record: FetchedRecord, isShown: Bool = true) {
        self.place = place
        self.record = record
        self.isShown = isShown
    }

    /// Its partition.
    package var partition: Int32 { place.partition }

    /// What tells it from all others.
    var id: String { "\(place)-\(record.offset)" }

    /// True for the same record, whatever was made of it.
    func isSame(as other: TailRecord) -> Bool { record.offset == other.record.offset && place == other.place }

    /// Bytes it holds, about.
    var bytes: Int {
        200 + (record.key?.count ?? 0) + (record.value?.count ?? 0)
            + record.headers.reduce(0) { $0 + 64 + ($1.value?.count ?? 0) }
    }

    /// Whether it stands before another in an order.
    func isBefore(_ other: TailRecord, _ order: TailOrder) -> Bool {
        if order == .time, record.timestamp != other.record.timestamp {
            return record.timestamp < other.record.timestamp
        }
        return place == other.place ? record.offset < other.record.offset : place < other.place
    }
}

/// The tail of topics: where it reads, what it holds, and an account of every record it passed. The results of a search are held so too.
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
        /// Reads nothing: a search brings what it found.
        case results
    }

    /// The generation, raised by each jump.
    package var ticket: Int
    /// What it reads.
    package let source: TailSource
    /// How it moves on.
    package var mode: Mode = .following
    /// The order of its records.
    package private(set) var order = TailOrder.time
    /// The next offset to read, by partition.
    package var positions: [TopicPartition: Int64] = [:]
    /// The end as last seen, by partition.
    package var ends: [TopicPartition: Int64] = [:]
    /// What it holds, in its order.
    package private(set) var records: [TailRecord] = []
    /// Bytes of what it holds, about.
    private var bytes = 0
    private var arrivals = 0
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
    /// What records are asked.
    package private(set) var filter = RecordFilter()
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
    /// The selected record beside the one before it with the same key, while they are compared.
    package var comparison: RecordComparison?
    /// What went wrong last, in words.
    package var problem: String?

    /// Most records and bytes held.
    package static let maxHeld = 2000
    static let maxBytes = 8 << 20

    /// A tail that begins nowhere yet.
    package init(ticket: Int, source: TailSource) {
        self.ticket = ticket
        self.source = source
    }

    /// Every record passed: `shown + skipped + filtered`.
    package var seen: Int64 { shown &+ skipped &+ filtered }

    /// Records that wait beyond the place it reads.
    package var waiting: Int64 {
        positions.reduce(0) { $0 &+ max(0, (ends[$1.key] ?? $1.value) &- $1.value) }
    }

    /// The records the filter lets pass, in its order.
    package var visible: [TailRecord] { filter.isEmpty ? records : records.filter(\.isShown) }

    /// Begins at these offsets; what lies between the log starts and there counts as skipped.
    package mutating func begin(at offsets: [TopicPartition: Int64], starts: [TopicPartition: Int64]) {
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
    package mutating func skip(_ partition: TopicPartition, to offset: Int64) {
        guard let position = positions[partition], offset > position else { return }
        skipped &+= offset &- position
        skippedLive &+= offset &- position
        positions[partition] = offset
    }

    /// Takes what was read, each record asked already whether it passes; lets go of those that came first beyond the limits.
    package mutating func take(_ arrived: [TailRecord]) {
        let kept = mode == .following ? nil : selected
        for var record in arrived {
            if record.isShown {
                shown &+= 1
                shownLive &+= 1
            } else {
                filtered &+= 1
            }
            arrivals &+= 1
            record.arrival = arrivals
            bytes += record.bytes
            records.append(record)
        }
        arrange()
        trim()
        restore(kept)
    }

    private mutating func arrange() {
        let order = order
        // Mostly what comes later belongs later.
        for index in records.indices.dropFirst() where records[index].isBefore(records[index - 1], order) {
            records.sort { $0.isBefore($1, order) }
            return
        }
    }

    private mutating func trim() {
        guard records.count > Self.maxHeld || (bytes > Self.maxBytes && records.count > 1) else { return }
        var gone: Set<Int> = []
        for it in records.sorted(by: { $0.arrival < $1.arrival }) {
            let left = records.count - gone.count
            guard left > Self.maxHeld || (bytes > Self.maxBytes && left > 1) else { break }
            bytes -= it.bytes
            gone.insert(it.arrival)
        }
        records.removeAll { gone.contains($0.arrival) }
    }

    /// Puts the cursor on a record again; where that is gone, on what stands in its place; while following, on the last.
    private mutating func restore(_ kept: TailRecord?) {
        let now = visible
        let last = max(0, now.count - 1)
        guard mode != .following else {
            cursor = last
            return
        }
        guard let kept else {
            cursor = min(cursor, last)
            return
        }
        let order = order
        cursor =
            now.firstIndex { $0.isSame(as: kept) } ?? min(now.firstIndex { !$0.isBefore(kept, order) } ?? last, last)
    }

    /// Uses another filter on what is held. Records no longer held keep the class they had.
    ///
    /// - Parameter decodings: How each topic is read.
    package mutating func use(_ new: RecordFilter, _ decodings: [String: TopicDecoding]) {
        let kept = mode == .following ? nil : selected
        filter = new
        let judge = FilterJudge(new)
        for index in records.indices {
            let it = records[index]
            let reading = decodings[it.place.topic] ?? TopicDecoding(topic: it.place.topic)
            let passes = judge.passes(it.record, at: it.place, reading)
            if passes != it.isShown {
                records[index].isShown = passes
                shown &+= passes ? 1 : -1
                filtered &+= passes ? -1 : 1
            }
        }
        restore(kept)
    }

    /// True where a filter was asked of values of which only the beginning is held.
    var isJudgedInPart: Bool {
        !filter.isEmpty && records.contains { ($0.record.value?.count ?? 0) < $0.record.valueSize }
    }

    /// Orders what is held, and what will come.
    package mutating func use(_ new: TailOrder) {
        let kept = mode == .following ? nil : selected
        order = new
        arrange()
        restore(kept)
    }

    /// The record under the cursor.
    package var selected: TailRecord? {
        let visible = visible
        return visible.indices.contains(cursor) ? visible[cursor] : nil
    }

    /// What searches look in: key, value and headers as UTF-8.
    static func text(of record: FetchedRecord) -> String {
        var text = String(decoding: record.key ?? [], as: UTF8.self)
        text += " " + String(decoding: record.value ?? [], as: UTF8.self)
        for header in record.headers {
            text += " \(header.name)=" + String(decoding: header.value ?? [], as: UTF8.self)
        }
        return text
    }
}
