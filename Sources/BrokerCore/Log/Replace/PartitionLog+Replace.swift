import KafkaProtocol
import NIOCore
import Synchronization

extension PartitionLog {
    /// Begins a segment that is to replace others; its files carry the `.cleaned` ending, and a crash removes them.
    ///
    /// - Parameter baseOffset: The base offset of the first segment it replaces.
    package func beginCleanedSegment(at baseOffset: Int64) throws(LogError) -> CleanedSegment {
        let interval = config.indexIntervalBytes
        return try LogError.onDisk { () throws(StorageError) in
            let name = SegmentFile(baseOffset: baseOffset, kind: .log, stage: .cleaned).name
            var state = Segment.State(nextOffset: baseOffset)
            state.indexes = Segment.MemoryIndexes()
            state.transactions = TransactionIndex()
            let segment = Segment(
                baseOffset: baseOffset,
                directory: directory,
                log: try storage.open("\(directory)/\(name)", .replace),
                createdMs: clock.wallMilliseconds,
                jitterMs: 0,
                storage: storage,
                state: state
            )
            return CleanedSegment(segment: segment, indexIntervalBytes: interval)
        }
    }

    /// Removes the files of a cleaned segment that is not wanted after all.
    package func discard(_ cleaned: CleanedSegment) throws(LogError) {
        cleaned.segment.log.close()
        try LogError.onDisk { () throws(StorageError) in
            try storage.remove(cleaned.segment.path(.log, .cleaned))
        }
    }

    /// Lets cleaned segments take the place of the segments they were made from, so that a crash at any point leaves
    /// the one or the other, never a mixture (Kafka's `LocalLog.replaceSegments`):
    ///
    /// 1. flush the log, for what made a record superfluous must be durable before that record goes; sync the
    ///    `.cleaned` files and the directory;
    /// 2. rename them to `.swap`, from the last to the first, syncing the directory each time: when the first has its
    ///    name, the new ones count;
    /// 3. rename the old ones to `.deleted`; sync the directory;
    /// 4. rename the `.swap` files to their final names; sync the directory.
    ///
    /// Their indexes are written beside them in step 4 and count only for a clean shutdown; opening after a crash
    /// builds them again.
    ///
    /// - Parameters:
    ///   - cleaned: The new segments, ascending; without batches they count as nothing.
    ///   - bases: The base offsets of the segments they replace, neighbours, none of them active.
    /// - Returns: Whether it was done; false when a segment has left the log meanwhile: then nothing changed and the
    ///   `.cleaned` files are gone.
    /// - Throws: ``LogError`` when the disk failed: the log is offline, and opening it again completes or undoes it.
    package func replaceSegments(with cleaned: [CleanedSegment], replacing bases: [Int64]) throws(LogError) -> Bool {
        try flushing.withLock { (_) throws(LogError) in
            guard let old = try replaceable(bases) else {
                for segment in cleaned { try discard(segment) }
                return false
            }
            let fresh = cleaned.map(\.segment)
            try onDiskOrOffline { () throws(StorageError) in
                try writeAndSync(sealing: false)
                for segment in fresh { try segment.log.sync() }
                try storage.syncDirectory(directory)
                for segment in fresh.reversed() {
                    try segment.log.rename(to: segment.path(.log, .swap))
                    // One after the other: opening tells by the last one's name whether all of them count.
                    try storage.syncDirectory(directory)
                }
            }
            try exchange(old, for: fresh)
            try onDiskOrOffline { () throws(StorageError) in
                for segment in old { try segment.markDeleted() }
                try storage.syncDirectory(directory)
                for segment in fresh {
                    try segment.log.rename(to: segment.path(.log))
                    segment.sealTimeIndex()
                    try segment.writeIndexes(sync: true, keepInMemory: false)
                }
                try storage.syncDirectory(directory)
            }
            return true
        }
    }

    private func replaceable(_ bases: [Int64]) throws(LogError) -> [Segment]? {
        try state.withLock { (state) throws(LogError) in
            try checkOpen(state)
            let old = state.segments.dropLast().filter { bases.contains($0.baseOffset) }
            return old.count == bases.count && !old.isEmpty ? Array(old) : nil
        }
    }

    private func exchange(_ old: [Segment], for fresh: [Segment]) throws(LogError) {
        let now = clock.wallMilliseconds
        try withOpenState { (state) throws(StorageError) in
            for segment in old {
                segment.retire()
                state.size -= segment.size
                let due = now.addingReportingOverflow(state.config.fileDeleteDelayMs)
                state.deleted.append(DeletedSegment(segment: segment, due: due.overflow ? .max : due.partialValue))
            }
            let leaving = Set(old.map(ObjectIdentifier.init))
            let index = state.segments.firstIndex { leaving.contains(ObjectIdentifier($0)) } ?? 0
            state.segments.removeAll { leaving.contains(ObjectIdentifier($0)) }
            state.segments.insert(contentsOf: fresh, at: min(index, state.segments.count))
            state.size += fresh.reduce(0) { $0 + $1.size }
        }
    }
}
