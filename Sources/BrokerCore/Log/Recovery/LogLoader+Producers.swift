import KafkaProtocol
import NIOCore

/// Finding out who the producers are and which leader epochs there were.
extension LogLoader {
    func loadEpochs() -> LeaderEpochs {
        let path = "\(directory)/\(LeaderEpochs.fileName)"
        guard let bytes = try? storage.readFile(path), let epochs = try? LeaderEpochs(reading: bytes, path: path) else {
            return LeaderEpochs()
        }
        return epochs
    }

    /// The newest snapshot that can be read, and what the batches behind it add. Segments whose indexes were built
    /// get their transaction index here.
    mutating func loadProducers(
        _ segments: [Segment],
        end: Int64,
        epochs: inout LeaderEpochs
    ) throws(StorageError) -> (state: ProducerState, snapshotOffset: Int64) {
        // A compaction changes nothing that snapshots behind it tell.
        let rebuilt =
            segments.first {
                withoutIndexes.contains($0.baseOffset) && !report.completedSwaps.contains($0.baseOffset)
            }?.baseOffset ?? .max
        var state = ProducerState()
        var from = segments.first?.baseOffset ?? 0
        var newest: (offset: Int64, state: ProducerState)?
        for offset in snapshots.sorted(by: >) {
            let path = "\(directory)/\(SegmentFile(baseOffset: offset, kind: .snapshot).name)"
            guard offset <= end, offset >= segments.first?.baseOffset ?? 0 else {
                // It tells of records that the log lost, or not of those between it and the log's beginning.
                try storage.remove(path)
                report.removedFiles.append(fileName(of: path))
                continue
            }
            guard let bytes = try storage.readFile(path), let snapshot = ProducerSnapshot.read(bytes) else {
                try storage.remove(path)
                report.damagedSnapshots.append(fileName(of: path))
                continue
            }
            newest = newest ?? (offset, snapshot)
            guard offset <= rebuilt else { continue }
            state = snapshot
            from = max(from, offset)
            break
        }
        let first = PartitionLog.floor(from, in: segments)
        for segment in segments[min(first, segments.count)...] {
            try replay(segment, from: from, into: &state, epochs: &epochs)
        }
        // Producers whose records are all gone are known from the newest snapshot alone.
        if let newest { state.adopt(newest.state) }
        return (state, newest?.offset ?? -1)
    }

    func replay(
        _ segment: Segment,
        from offset: Int64,
        into state: inout ProducerState,
        epochs: inout LeaderEpochs
    ) throws(StorageError) {
        let isRebuilt = withoutIndexes.contains(segment.baseOffset)
        guard segment.nextOffset > offset || isRebuilt else { return }
        let start = offset > segment.baseOffset ? try segment.position(for: offset) : 0
        var walk = HeaderWalk(segment.log, from: start, end: segment.size)
        while let (position, header) = try walk.next() {
            guard header.lastOffset >= offset else { continue }
            if header.partitionLeaderEpoch <= leaderEpoch ?? .max {
                _ = epochs.assign(epoch: header.partitionLeaderEpoch, startOffset: header.baseOffset)
            }
            guard header.producerID >= 0 else { continue }
            if header.isControl {
                guard let bytes = try walk.bytes(at: position, count: header.sizeInBytes),
                    let ending = TransactionEnding(header: header, bytes: bytes)
                else { continue }
                if let aborted = state.append(TransactionMarker(ending, header)), isRebuilt { segment.append(aborted) }
            } else if header.recordCount > 0 || header.baseSequence >= 0 {
                state.append(ProducerBatch(header))
            }
        }
    }
}
