import NIOCore
import Synchronization

extension PartitionLog {
    /// Makes everything appended before the call durable and advances the recovery point.
    ///
    /// Syncs without the log's lock; several callers take turns. After a failure the log is offline for good: the
    /// kernel may have dropped what it could not write, so a second try would prove nothing.
    package func flush() throws(LogError) {
        try flushing.withLock { (_) throws(LogError) in
            try state.withLock { (state) throws(LogError) in try checkOpen(state) }
            do throws(StorageError) {
                try writeAndSync(sealing: false)
            } catch {
                state.withLock { state in
                    if state.status == .open { state.status = .offline(reason: "\(error)") }
                }
                throw .storage(error)
            }
        }
    }

    /// Writes what waits in memory for the files and syncs it.
    ///
    /// - Parameter sealing: Also writes the indexes of the active segment: the log is closing.
    func writeAndSync(sealing: Bool) throws(StorageError) {
        let work = state.withLock { state in
            FlushWork(
                end: state.endOffset,
                recoveryPoint: state.recoveryPoint,
                segments: state.segments,
                snapshots: state.pendingSnapshots,
                epochs: state.hasUnwrittenEpochs ? state.epochs : nil,
                directoryVersion: state.directoryVersion,
                needsDirectorySync: state.directoryVersion != state.syncedDirectoryVersion
            )
        }
        state.withLock { if work.epochs != nil { $0.hasUnwrittenEpochs = false } }
        var hasNewNames = work.needsDirectorySync
        // Rolled segments first, oldest last to be looked at: everything before the first clean one is clean too.
        for (index, segment) in work.segments.enumerated().reversed() {
            let isActive = index == work.segments.count - 1
            let isTrimmed = !isActive || sealing ? try segment.trim() : false
            if isActive {
                if sealing {
                    segment.sealTimeIndex()
                    try segment.writeIndexes(sync: true, keepInMemory: false)
                    hasNewNames = true
                }
            } else if segment.hasUnwrittenIndexes {
                try segment.writeIndexes(sync: true, keepInMemory: false)
                hasNewNames = true
            } else if segment.nextOffset <= work.recoveryPoint {
                break
            }
            if isTrimmed || segment.nextOffset > work.recoveryPoint { try segment.log.sync() }
        }
        for (offset, bytes) in work.snapshots {
            let path = "\(directory)/\(SegmentFile(baseOffset: offset, kind: .snapshot).name)"
            let file = try storage.open(path, .replace)
            defer { file.close() }
            try file.write(bytes, at: 0)
            try file.sync()
            hasNewNames = true
        }
        if let epochs = work.epochs {
            try storage.replaceFile("\(directory)/\(LeaderEpochs.fileName)", with: epochs.bytes)
        }
        if hasNewNames { try storage.syncDirectory(directory) }
        state.withLock { state in
            state.recoveryPoint = max(state.recoveryPoint, work.end)
            state.syncedDirectoryVersion = max(state.syncedDirectoryVersion, work.directoryVersion)
            for offset in work.snapshots.keys { state.pendingSnapshots[offset] = nil }
        }
    }

    private struct FlushWork: Sendable {
        var end: Int64
        var recoveryPoint: Int64
        var segments: [Segment]
        var snapshots: [Int64: ByteBuffer]
        var epochs: LeaderEpochs?
        var directoryVersion: UInt64
        var needsDirectorySync: Bool
    }
}
