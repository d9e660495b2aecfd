/// What to do with the files of a log after a crash: a pure function of what scans found in them.
///
/// The rule: bytes behind which no whole, valid batch with a plausible higher base offset follows, in this file or a
/// later one, are an unfinished end and are cut. Anything else that is no batch is damage: the file is kept as
/// `.corrupt`, the good batches behind the damage become segments named by their first offsets, and the good prefix
/// stays where it is. (Kafka instead cuts at the first bad batch and deletes everything behind it.)
struct RecoveryPlan: Equatable {
    /// One change of a file.
    enum Step: Equatable {
        /// Keeps a copy of the whole file under its `.corrupt` name.
        case keepCopy(segment: Int64)
        /// Copies a run of good batches into a new segment named by its first offset.
        case extract(segment: Int64, run: SegmentScan.Run)
        /// Cuts the file to its good prefix. `isTail` tells an unfinished end from damage.
        case cut(segment: Int64, to: Int64, bytes: Int64, isTail: Bool)
        /// Cuts zeros behind good batches where no offset is missing: room that was preallocated.
        case trim(segment: Int64, to: Int64, zeros: Int64)
        /// Removes an empty segment behind the log's end.
        case remove(segment: Int64)
    }

    /// A gap that damage left between readable offsets.
    struct Gap: Equatable {
        /// The damaged segment.
        var segment: Int64
        /// The first offset that is lost.
        var firstLostOffset: Int64
        /// The next one that can be read.
        var nextOffset: Int64
        /// Damaged bytes.
        var bytes: Int64
    }

    /// What to do, in this order; every step leaves files that lead to the same plan's rest if a crash follows it.
    var steps: [Step] = []
    /// The offset after the last good batch.
    var endOffset: Int64
    /// What is lost in between.
    var gaps: [Gap] = []

    /// Makes the plan.
    ///
    /// - Parameters:
    ///   - scans: The scanned segments, ascending, up to the log's last.
    ///   - logStart: The end of a log that has no good batch.
    init(scans: [SegmentScan], logStart: Int64) {
        endOffset = logStart
        for scan in scans { endOffset = max(endOffset, scan.runs.last?.nextOffset ?? endOffset) }
        let lastGood = scans.lastIndex { !$0.runs.isEmpty } ?? -1

        for (index, found) in scans.enumerated() {
            var scan = found
            let zeros = scan.fileSize - scan.size
            // Zeros in the place of batches that later segments count on are no room, but what is left of those.
            if zeros > 0, !Self.isRoom(scans, index) { scan.size = scan.fileSize }
            let detached = scan.detachedRuns
            let goodBytes = scan.runs.reduce(Int64(0)) { $0 + $1.end - $1.start }
            let badBytes = scan.size - goodBytes
            if badBytes > 0 {
                let followsInFile = !detached.isEmpty
                let isTail = !followsInFile && index >= lastGood
                if !isTail { steps.append(.keepCopy(segment: scan.baseOffset)) }
                // The last one first: if a crash stops here, what is left to take out still lies before a known segment.
                for run in detached.reversed() { steps.append(.extract(segment: scan.baseOffset, run: run)) }
                steps.append(
                    .cut(
                        segment: scan.baseOffset,
                        to: scan.validPrefix,
                        bytes: isTail ? scan.size - scan.validPrefix : badBytes,
                        isTail: isTail
                    )
                )
                if !isTail { gaps += Self.gaps(scan, next: Self.nextGood(scans, after: index)) }
            }
            if badBytes == 0, zeros > 0 {
                steps.append(.trim(segment: scan.baseOffset, to: scan.size, zeros: zeros))
            }
            let isEmpty = scan.runs.isEmpty
            if isEmpty && index > 0 && scan.baseOffset > endOffset { steps.append(.remove(segment: scan.baseOffset)) }
        }
    }

    private static func isRoom(_ scans: [SegmentScan], _ index: Int) -> Bool {
        guard nextGood(scans, after: index) != nil else { return true }
        return scans[index + 1].baseOffset == scans[index].runs.last?.nextOffset ?? scans[index].baseOffset
    }

    private static func nextGood(_ scans: [SegmentScan], after index: Int) -> Int64? {
        scans[(index + 1)...].first { !$0.runs.isEmpty }?.runs.first?.firstOffset
    }

    private static func gaps(_ scan: SegmentScan, next: Int64?) -> [Gap] {
        var gaps: [Gap] = []
        var position: Int64 = 0
        var offset = scan.baseOffset
        for run in scan.runs {
            if run.start > position {
                gaps.append(
                    Gap(
                        segment: scan.baseOffset,
                        firstLostOffset: offset,
                        nextOffset: run.firstOffset,
                        bytes: run.start - position
                    )
                )
            }
            position = run.end
            offset = run.nextOffset
        }
        if position < scan.size, let next {
            gaps.append(
                Gap(
                    segment: scan.baseOffset,
                    firstLostOffset: offset,
                    nextOffset: next,
                    bytes: scan.size - position
                )
            )
        }
        return gaps
    }
}
