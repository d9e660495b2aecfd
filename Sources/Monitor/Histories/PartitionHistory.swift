import Cluster
import WindowedMetrics

/// What the monitor remembers of one partition between polls. About 1.2 KB.
struct PartitionHistory: Sendable {
    /// Samples kept: a minute and a little at one poll a second.
    static let samples = 64
    /// Dated records kept.
    static let datedRecords = 8

    /// The partition's number.
    let number: Int32
    /// The last good description; its problem is the newest one.
    var description: PartitionDescription
    /// The high watermark over time; emptied when the log begins anew.
    var end = SampleTrack(capacity: samples)
    /// Counts up when the log begins anew (deleted and made again, cut): commits and records remembered from before mean nothing.
    var incarnation: UInt32 = 0
    /// Counts up when the cleaner has been here: records remembered from before may be gone.
    var cleanings: UInt32 = 0
    /// When the bounds were last read.
    var readAt: Moment
    /// True when they were read in the newest poll.
    var isFresh = true
    /// Since when the log has been due for compaction without a run, monotonic nanoseconds.
    var dueSince: Int64?
    /// Records whose timestamp was read lately, ascending by offset.
    var dated: [DatedOffset] = []
    /// Its segments, where a group has something unread here.
    var segments: KnownSegments?
    /// What rows need to know, of the newest poll.
    private(set) var facts = LogFacts()
    /// Derived in the newest poll.
    var recordsInPerSecond: Double?
    var trend: Increase?
    /// Offsets and bytes by which the log grew since it was last read, per second; nil when that cannot be said.
    var growth: Double?
    var byteGrowth: Double?
    /// The size that bytes per record were last learnt from, with the end it belongs to.
    private var sizeMark: (bytes: Int64, end: Int64)?
    /// Bytes a record takes, as far as is known: sizes are read more rarely than offsets.
    private var bytesPerRecord: Double?

    init(_ description: PartitionDescription, at now: Moment) {
        number = description.partition
        self.description = description
        readAt = now
    }

    /// The newest bounds.
    var offsets: PartitionOffsets? { description.offsets }

    /// Below this offset the cleaner may have left gaps; `Int64.max` where the peer cannot tell.
    func cleanedUpTo(isCompacted: Bool) -> Int64 {
        guard isCompacted else { return 0 }
        return description.cleaning?.firstDirtyOffset ?? Int64.max
    }

    /// Gathers what rows need to know of the log; kept beside the rest so that reading it copies nothing else.
    mutating func gatherFacts(isCompacted: Bool) {
        facts = LogFacts(
            offsets: description.offsets,
            isFresh: isFresh,
            incarnation: incarnation,
            cleanings: cleanings,
            cleanedUpTo: cleanedUpTo(isCompacted: isCompacted),
            isCompacted: isCompacted,
            isCleaningKnown: description.cleaning != nil,
            trend: trend
        )
    }

    /// Takes a new description. What it lacks keeps its last value.
    mutating func take(_ new: PartitionDescription, isNewTopic: Bool, tick: Int, at now: Moment) {
        let before = description.offsets
        let cleaningBefore = description.cleaning
        let sizeBefore = description.sizeBytes
        let segmentsBefore = description.segmentCount
        description = new
        growth = nil
        byteGrowth = nil
        guard let offsets = new.offsets else {
            isFresh = false
            guard !isNewTopic else { return beginAnew() }
            description.offsets = before
            description.sizeBytes = new.sizeBytes ?? sizeBefore
            description.segmentCount = new.segmentCount ?? segmentsBefore
            description.cleaning = new.cleaning ?? cleaningBefore
            return
        }
        let seconds = Double(now.nanoseconds(since: readAt.monotonicNanoseconds)) / 1e9
        isFresh = true
        readAt = now
        if isNewTopic || offsets.highWatermark < before?.highWatermark ?? 0 {
            beginAnew()
        } else if let before, seconds > 0 {
            growth = Double(offsets.highWatermark &- before.highWatermark) / seconds
            learnSize(new)
            if let growth, let bytesPerRecord { byteGrowth = growth * bytesPerRecord }
        }
        end.record(Double(offsets.highWatermark), at: tick)
        if let cleaningBefore, let cleaning = new.cleaning,
            cleaningBefore.firstDirtyOffset != cleaning.firstDirtyOffset
                || cleaningBefore.lastCleanedAt != cleaning.lastCleanedAt
        {
            cleanings &+= 1
            if !dated.isEmpty { dated.removeAll { $0.offset < cleaning.firstDirtyOffset } }
            dueSince = nil
        }
        if new.cleaning?.isEligible == true {
            dueSince = dueSince ?? now.monotonicNanoseconds
        } else {
            dueSince = nil
        }
    }

    /// Learns how large records are from how sizes and ends moved together; before they did, from the whole log.
    private mutating func learnSize(_ new: PartitionDescription) {
        guard let size = new.sizeBytes, let offsets = new.offsets, size != sizeMark?.bytes else { return }
        let end = offsets.highWatermark
        if let mark = sizeMark, size > mark.bytes, end > mark.end {
            bytesPerRecord = Double(size &- mark.bytes) / Double(end &- mark.end)
        } else if bytesPerRecord == nil, end > offsets.logStart, size >= 0 {
            bytesPerRecord = Double(size) / (Double(end) - Double(offsets.logStart))
        }
        sizeMark = (size, end)
    }

    /// Bytes appended per second, by the faster of the rates at hand; nil when that is not known.
    var bytesPerSecond: Double? {
        guard let rate = trend?.perSecond ?? recordsInPerSecond else { return nil }
        let records = max(rate, recordsInPerSecond ?? 0)
        return records > 0 ? bytesPerRecord.map { $0 * records } : 0
    }

    /// Notes that a poll told nothing of the partition.
    mutating func miss() {
        isFresh = false
        growth = nil
        byteGrowth = nil
        description.problem = "the partition was not listed"
    }

    /// Derives the rates from the newest samples.
    mutating func deriveRates(over throughput: Int64, _ window: Int64, on axis: TimeAxis) {
        recordsInPerSecond = end.increase(over: throughput, on: axis)?.perSecond
        trend = end.increase(over: window, on: axis)
    }

    private mutating func beginAnew() {
        incarnation &+= 1
        sizeMark = nil
        bytesPerRecord = nil
        end.removeAll()
        dated = []
        dueSince = nil
    }

    /// Remembers a record's timestamp for estimating those near it.
    mutating func remember(_ record: DatedOffset) {
        let place = dated.firstIndex { $0.offset >= record.offset } ?? dated.endIndex
        if place < dated.endIndex, dated[place].offset == record.offset {
            dated[place] = record
            return
        }
        dated.insert(record, at: place)
        if dated.count > Self.datedRecords { dated.removeFirst() }
    }
}

/// What a row needs to know of its log in one poll.
struct LogFacts: Sendable {
    /// The bounds; nil when they were never read.
    var offsets: PartitionOffsets?
    /// True when they were read in the newest poll.
    var isFresh = false
    /// See `PartitionHistory.incarnation`.
    var incarnation: UInt32 = 0
    /// See `PartitionHistory.cleanings`.
    var cleanings: UInt32 = 0
    /// Below this offset the cleaner may have left gaps.
    var cleanedUpTo: Int64 = 0
    /// Whether the topic is compacted.
    var isCompacted = false
    /// Whether the cleaner's progress can be seen.
    var isCleaningKnown = false
    /// How much the log rose within the trend window.
    var trend: Increase?
}
