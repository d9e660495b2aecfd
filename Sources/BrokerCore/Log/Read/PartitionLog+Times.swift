import KafkaProtocol
import NIOCore

extension PartitionLog {
    /// The first record whose timestamp is at least `timestamp`, as ListOffsets answers it; nil when there is none.
    ///
    /// - Parameter timestamp: Milliseconds since 1970, at least 0.
    /// - Throws: ``LogError`` when files fail or a batch cannot be decompressed.
    package func offset(forTimestamp timestamp: Int64) throws(LogError) -> TimestampedOffset? {
        let view = try view()
        for segment in view.segments {
            let newest = try LogError.onDisk { () throws(StorageError) in try segment.newest() }
            guard newest.timestamp >= timestamp else { continue }
            let found = try first(in: segment, from: view.offsets.start, to: view.offsets.highWatermark) { record in
                record.timestamp >= timestamp
            } where: { header in
                header.maxTimestamp >= timestamp
            } near: { () throws(StorageError) in
                try segment.offset(forTimestamp: timestamp)
            }
            if let found { return found }
        }
        return nil
    }

    /// The first record with the largest timestamp of the log (KIP-734); nil when no record has one.
    package func offsetOfMaxTimestamp() throws(LogError) -> TimestampedOffset? {
        let view = try view()
        var newest: (timestamp: Int64, offset: Int64, segment: Segment)?
        for segment in view.segments {
            let candidate = try LogError.onDisk { () throws(StorageError) in try segment.newest() }
            if candidate.timestamp > newest?.timestamp ?? -1 {
                newest = (candidate.timestamp, candidate.offset, segment)
            }
        }
        guard let newest else { return nil }
        return try first(in: newest.segment, from: view.offsets.start, to: view.offsets.highWatermark) { record in
            record.timestamp == newest.timestamp
        } where: { header in
            header.maxTimestamp == newest.timestamp
        } near: { () throws(StorageError) in
            newest.offset
        }
    }

    /// The first record in a segment that fits, markers of transactions included as in Kafka, looking only into batches that may hold one.
    private func first(
        in segment: Segment,
        from start: Int64,
        to end: Int64,
        _ fits: (RecordOutline) -> Bool,
        where mayHold: (RecordBatchHeader) -> Bool,
        near: () throws(StorageError) -> Int64
    ) throws(LogError) -> TimestampedOffset? {
        try LogError.onDisk { () throws(StorageError) -> Result<TimestampedOffset?, LogError> in
            var walk = HeaderWalk(segment.log, from: try segment.position(for: try near()), end: segment.size)
            while let (position, header) = try walk.next() {
                guard header.baseOffset < end else { break }
                guard header.lastOffset >= start, mayHold(header) else { continue }
                guard let bytes = try walk.bytes(at: position, count: header.sizeInBytes) else { break }
                switch look(RecordBatch(header: header, bytes: bytes), from: start, fits) {
                case .success(nil): continue
                case let outcome: return outcome
                }
            }
            return .success(nil)
        }.get()
    }

    private func look(
        _ batch: RecordBatch,
        from start: Int64,
        _ fits: (RecordOutline) -> Bool
    ) -> Result<TimestampedOffset?, LogError> {
        var found: TimestampedOffset?
        do throws(RecordBatchError) {
            let records = try batch.records(limit: RecordValidator.decompressionLimit)
            try records.forEachOutline { record in
                if found == nil && record.offset >= start && fits(record) {
                    found = TimestampedOffset(
                        timestamp: record.timestamp,
                        offset: record.offset,
                        leaderEpoch: batch.header.partitionLeaderEpoch
                    )
                }
            }
            return .success(found)
        } catch {
            return .failure(
                .corruptMessage("\(topicPartition): the batch at offset \(batch.header.baseOffset): \(error)"))
        }
    }
}
