import KafkaProtocol
import NIOCore
import Synchronization

/// Why a segment left the log.
package enum RetentionReason: String, Sendable {
    /// It lies before the log start offset.
    case logStart = "before the log start offset"
    /// The log is larger than `retention.bytes`.
    case size = "retention.bytes"
    /// Its newest record is older than `retention.ms`.
    case time = "retention.ms"
}

/// What a retention pass removed.
package struct RetentionResult: Sendable, Equatable {
    /// A removed segment.
    package struct Removal: Sendable, Equatable {
        /// The segment's base offset.
        package var baseOffset: Int64
        /// Its bytes.
        package var bytes: Int64
        /// Why it went.
        package var reason: RetentionReason
    }

    /// The removed segments, in order.
    package var removals: [Removal] = []
    /// The log's first offset since.
    package var logStartOffset: Int64 = 0
}

extension PartitionLog {
    /// Moves the log start up, as the DeleteRecords request asks. The records are unreadable at once; their segments
    /// go with the next retention pass. Durable when the caller has stored the log-start-offset checkpoint.
    ///
    /// - Parameter offset: The first offset to keep; -1 is the high watermark.
    /// - Returns: The log start since.
    /// - Throws: ``LogError/offsetOutOfRange(requested:start:end:)`` beyond the high watermark.
    package func deleteRecords(before offset: Int64) throws(LogError) -> Int64 {
        try state.withLock { (state) throws(LogError) in
            try checkOpen(state)
            let target = offset == -1 ? state.endOffset : offset
            guard target >= 0, target <= state.endOffset else {
                throw .offsetOutOfRange(requested: offset, start: state.logStartOffset, end: state.endOffset)
            }
            Self.moveStart(to: target, &state)
            return state.logStartOffset
        }
    }

    /// Whether the log start lies behind what the first segment's name tells after any crash, so that it has to be in
    /// the log-start-offset checkpoint.
    package var needsLogStartCheckpoint: Bool {
        state.withLock { $0.logStartOffset > $0.durableFirstBase }
    }

    /// Removes the oldest segments that are not to be kept any more: those before the log start, then those beyond
    /// `retention.bytes`, then those older than `retention.ms` (Kafka's order, `UnifiedLog.deleteOldSegments`). The two
    /// latter only where `cleanup.policy` has `delete`. If all records are too old, a new segment is begun first.
    ///
    /// Returns when the removal is durable: the log start does not come back. The files wait under their `.deleted`
    /// names for ``removeDeletedFiles()``.
    @discardableResult
    package func enforceRetention() throws(LogError) -> RetentionResult {
        var result = RetentionResult()
        try removeOldest(.logStart, &result) { segments, index, offsets in
            index + 1 < segments.count && segments[index + 1].baseOffset <= offsets.start
        }
        let config = config
        if config.cleanupPolicy.contains(.delete) {
            if config.retentionBytes >= 0 {
                var excess = size - config.retentionBytes
                try removeOldest(.size, &result) { segments, index, _ in
                    guard excess - segments[index].size >= 0 else { return false }
                    excess -= segments[index].size
                    return true
                }
            }
            if config.retentionMs >= 0 {
                let now = clock.wallMilliseconds
                try removeOldest(.time, &result) { (segments, index, _) throws(StorageError) in
                    try now - ageReference(of: segments[index]) > config.retentionMs
                }
            }
        }
        result.logStartOffset = offsets.start
        return result
    }

    /// The largest timestamp, or when the file was written last if no record has one.
    private func ageReference(of segment: Segment) throws(StorageError) -> Int64 {
        let newest = try segment.newest().timestamp
        if newest >= 0 { return newest }
        return try storage.status(of: segment.log.path)?.modifiedMilliseconds ?? .max
    }

    private func removeOldest(
        _ reason: RetentionReason,
        _ result: inout RetentionResult,
        while isDue: (_ segments: [Segment], _ index: Int, _ offsets: LogOffsets) throws(StorageError) -> Bool
    ) throws(LogError) {
        let view = try view()
        let count = try onDiskOrOffline { () throws(StorageError) in
            var count = 0
            while count < view.segments.count {
                let isLast = count == view.segments.count - 1
                // An empty active segment has nothing to remove.
                if isLast && view.segments[count].size == 0 { break }
                guard try isDue(view.segments, count, view.offsets) else { break }
                count += 1
            }
            return count
        }
        guard count > 0 else { return }
        let due = view.segments.prefix(count)
        if count == view.segments.count { try rollActiveSegment() }
        // The producers of what goes are told of by a snapshot only.
        let beginning = view.segments.count > count ? view.segments[count].baseOffset : view.offsets.end
        let isWanting = state.withLock { state in
            if state.lastSnapshotOffset < beginning { state.takeSnapshot(at: state.endOffset) }
            return !state.pendingSnapshots.isEmpty
        }
        if isWanting { try flush() }
        try remove(due.map(\.baseOffset))
        result.removals += due.map {
            RetentionResult.Removal(baseOffset: $0.baseOffset, bytes: $0.size, reason: reason)
        }
    }

    /// Takes segments at the log's beginning out of it, durably.
    private func remove(_ bases: [Int64]) throws(LogError) {
        let now = clock.wallMilliseconds
        let removed = try withOpenState { (state) throws(StorageError) -> [Segment] in
            let leaving = Set(bases)
            let removed = state.segments.dropLast().filter { leaving.contains($0.baseOffset) }
            guard !removed.isEmpty else { return [] }
            for segment in removed {
                segment.retire()
                state.size -= segment.size
                let due = now.addingReportingOverflow(state.config.fileDeleteDelayMs)
                state.deleted.append(DeletedSegment(segment: segment, due: due.overflow ? .max : due.partialValue))
            }
            let active = state.segments.last
            state.segments.removeAll { leaving.contains($0.baseOffset) && $0 !== active }
            if let first = state.segments.first { Self.moveStart(to: first.baseOffset, &state) }
            return removed
        }
        try onDiskOrOffline { () throws(StorageError) in
            for segment in removed {
                try segment.markDeleted()
                try storage.remove(segment.path(.snapshot))
                // One after the other, so that a crash never takes a later segment and brings an earlier one back.
                try storage.syncDirectory(directory)
            }
        }
        state.withLock { state in
            if let first = state.segments.first {
                state.durableFirstBase = max(state.durableFirstBase, first.baseOffset)
            }
        }
    }

    /// Removes the files of segments that left the log at least `file.delete.delay.ms` ago; readers that still hold
    /// them keep reading.
    ///
    /// - Returns: How many segments' files went.
    @discardableResult
    package func removeDeletedFiles() throws(LogError) -> Int {
        let now = clock.wallMilliseconds
        let due = state.withLock { state in
            let due = state.deleted.filter { $0.due <= now }
            state.deleted.removeAll { $0.due <= now }
            return due.map(\.segment)
        }
        try LogError.onDisk { () throws(StorageError) in
            for segment in due {
                for kind in [SegmentFile.Kind.index, .timeindex, .txnindex] {
                    try storage.remove(segment.path(kind, .deleted))
                }
                try storage.remove(segment.log.path)
                segment.log.close()
            }
        }
        return due.count
    }

    /// Runs calls to the disk outside of the lock; a failure takes the log offline.
    func onDiskOrOffline<Value>(_ body: () throws(StorageError) -> Value) throws(LogError) -> Value {
        do throws(StorageError) {
            return try body()
        } catch {
            state.withLock { state in
                if state.status == .open { state.status = .offline(reason: "\(error)") }
            }
            throw .storage(error)
        }
    }

    private static func moveStart(to offset: Int64, _ state: inout LogState) {
        guard offset > state.logStartOffset else { return }
        state.logStartOffset = offset
        if state.epochs.truncate(toStart: offset) { state.hasUnwrittenEpochs = true }
    }
}
