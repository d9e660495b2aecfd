import Cluster
import Monitor

/// The tail's moves: where it reads, when it reads on, what it leaves out.
extension ConsoleState {
    /// Records a tail shows at once when it is opened.
    private static let opening = 200
    /// Records that may wait before a following tail leaves some out.
    private static let patience: Int64 = 10_000

    /// The bounds of the tail's partitions as the snapshot has them.
    private func bounds(topic: String, partition: Int32?) -> [Int32: PartitionOffsets] {
        var found: [Int32: PartitionOffsets] = [:]
        for it in self.topic(topic)?.partitions ?? [] {
            guard partition == nil || it.description.partition == partition else { continue }
            if let offsets = it.description.offsets { found[it.description.partition] = offsets }
        }
        return found
    }

    /// Begins a tail a little before the end.
    mutating func beginTail(topic: String, partition: Int32?) -> [Effect] {
        if let tail, tail.topic == topic, tail.partition == partition { return [] }
        tail = TailState(ticket: nextTicket(), topic: topic, partition: partition)
        let bounds = bounds(topic: topic, partition: partition)
        let each = Int64(max(1, Self.opening / max(1, bounds.count)))
        seek(bounds, to: bounds.mapValues { max($0.logStart, $0.highWatermark &- each) }, mode: .following)
        return readOn()
    }

    /// Moves the tail to offsets; late answers to older reads are dropped.
    private mutating func seek(_ bounds: [Int32: PartitionOffsets], to offsets: [Int32: Int64], mode: TailState.Mode) {
        let ticket = nextTicket()
        tail?.ticket = ticket
        tail?.begin(at: offsets, starts: bounds.mapValues(\.logStart))
        tail?.ends = bounds.mapValues(\.highWatermark)
        tail?.mode = mode
    }

    /// Asks for what waits, unless a read is under way.
    mutating func readOn() -> [Effect] {
        guard var it = tail, !it.isReading, it.mode != .paused else { return [] }
        let behind = it.positions.filter { (it.ends[$0.key] ?? 0) > $0.value }
        guard !behind.isEmpty else { return [] }
        if it.mode == .paging, it.visible.count - it.cursor > size.rows, it.visible.count > size.rows { return [] }
        it.isReading = true
        tail = it
        return [
            .fetch(
                TailRequest(
                    ticket: it.ticket, topic: it.topic, positions: behind, maxRecords: max(50, 1000 / behind.count)))
        ]
    }

    /// Takes the ends from a snapshot and reads on.
    mutating func tailSaw(_ snapshot: Snapshot) -> [Effect] {
        guard let it = tail else { return [] }
        for (partition, offsets) in bounds(topic: it.topic, partition: it.partition) {
            tail?.ends[partition] = offsets.highWatermark
            // A partition added later, or one whose bounds were unknown: from its start, so that nothing is missed.
            if it.positions[partition] == nil { tail?.positions[partition] = offsets.logStart }
            // The topic was made anew: its end lies before the place that was read.
            if let position = it.positions[partition], offsets.highWatermark < position, !it.isReading {
                tail?.positions[partition] = offsets.logStart
                say("\(it.topic)-\(partition) begins anew: its end went back", .warn)
            }
        }
        return readOn()
    }

    /// Takes what a read brought.
    mutating func tailTook(_ batch: TailBatch) -> [Effect] {
        guard var it = tail, it.ticket == batch.ticket else { return [] }
        it.isReading = false
        it.problem = nil
        var arrived: [TailRecord] = []
        for (partition, result) in batch.parts.sorted(by: { $0.key < $1.key }) {
            let position = it.positions[partition] ?? 0
            switch result {
            case .failure(let error):
                it.problem = "\(it.topic)-\(partition): \(error)"
                it.ends[partition] = position
            case .success(let fetched):
                it.skip(partition, to: min(fetched.offsets.logStart, fetched.nextOffset))
                arrived += fetched.records.filter { $0.offset >= position }
                    .map { TailRecord(partition: partition, record: $0, isShown: true) }
                if let problem = fetched.problems.first { it.problem = "\(it.topic)-\(partition): \(problem)" }
                it.ends[partition] = fetched.offsets.highWatermark
                if fetched.nextOffset > position {
                    it.positions[partition] = fetched.nextOffset
                } else {
                    // Nothing moved: wait for the next snapshot rather than ask again and again.
                    it.ends[partition] = position
                }
            }
        }
        arrived.sort {
            ($0.record.timestamp, $0.partition, $0.record.offset) < (
                $1.record.timestamp, $1.partition, $1.record.offset
            )
        }
        it.take(arrived)
        if it.mode == .following, it.waiting > Self.patience {
            let each = Int64(max(1, Self.opening / max(1, it.positions.count)))
            for (partition, end) in it.ends { it.skip(partition, to: end &- each) }
        }
        tail = it
        let next = readOn()
        if next.isEmpty, it.mode == .following, !arrived.isEmpty {
            return [.wakeTail(ticket: it.ticket, milliseconds: 250)]
        }
        return next
    }

    /// Looks for more where records came a moment ago.
    mutating func tailWoke(ticket: Int) -> [Effect] {
        guard var it = tail, it.ticket == ticket, it.mode == .following, !it.isReading, !it.positions.isEmpty else {
            return []
        }
        it.isReading = true
        tail = it
        let count = max(1, it.positions.count)
        return [
            .fetch(
                TailRequest(ticket: ticket, topic: it.topic, positions: it.positions, maxRecords: max(50, 1000 / count))
            )
        ]
    }

    /// Moves through records, or scrolls the inspector.
    mutating func moveTail(by step: Int) -> [Effect] {
        guard var it = tail else { return [] }
        if box == 1 {
            let most = RecordInspector.reading(self)?.lastScroll ?? 0
            it.scroll = max(0, min(most, min(it.scroll, most) + step))
            it.matchLine = nil
            tail = it
            return []
        }
        let count = it.visible.count
        if step < 0, it.mode == .following { it.mode = .paused }
        it.cursor = max(0, min(count - 1, it.cursor + step))
        it.scroll = 0
        it.matchLine = nil
        tail = it
        return it.mode == .paging ? readOn() : []
    }

    /// Stops, or goes on from where it stopped.
    mutating func toggleTail() -> [Effect] {
        guard tail?.mode == .following else { return followTail() }
        tail?.mode = .paused
        return []
    }

    /// Follows from where it reads.
    mutating func followTail() -> [Effect] {
        tail?.follow()
        return readOn()
    }

    /// Reads from the log start.
    mutating func tailFirst() -> [Effect] {
        guard let it = tail, box == 0 else {
            tail?.scroll = 0
            return []
        }
        let bounds = bounds(topic: it.topic, partition: it.partition)
        seek(bounds, to: bounds.mapValues(\.logStart), mode: .paging)
        return readOn()
    }

    /// Goes to the newest record and follows.
    mutating func tailLast() -> [Effect] {
        guard tail != nil, box == 0 else { return moveTail(by: 100_000) }
        return followTail()
    }

    /// Goes to `offset` or `partition:offset`.
    mutating func seekOffset(_ text: String) -> [Effect] {
        guard let it = tail else { return [] }
        let parts = text.filter { $0 != "," && $0 != " " }.split(separator: ":", omittingEmptySubsequences: false)
        let bounds = bounds(topic: it.topic, partition: it.partition)
        guard (1...2).contains(parts.count), let offset = parts.last.flatMap({ Int64($0) }), offset >= 0 else {
            say("an offset is a number, 25180800 or 7:25180800", .warn)
            return []
        }
        var targets: [Int32: Int64] = [:]
        if parts.count == 2 {
            guard let partition = Int32(parts[0]), let found = bounds[partition] else {
                say("\(it.topic) has no partition \(parts[0])", .warn)
                return []
            }
            // The others stand at their end, so that only this one shows records.
            targets = bounds.mapValues(\.highWatermark)
            targets[partition] = max(found.logStart, min(found.highWatermark, offset))
        } else {
            targets = bounds.mapValues { max($0.logStart, min($0.highWatermark, offset)) }
        }
        seek(bounds, to: targets, mode: .paging)
        return readOn()
    }

    /// Goes to the first records at or after a time.
    mutating func seekTime(_ text: String) -> [Effect] {
        guard let it = tail else { return [] }
        guard let moment = typedTime(text) else { return [] }
        let places = bounds(topic: it.topic, partition: it.partition).keys.sorted()
            .map { TopicPartition(topic: it.topic, partition: $0) }
        guard !places.isEmpty else { return [] }
        let ticket = nextTicket()
        tail?.ticket = ticket
        tail?.isReading = true
        return [.findTime(places, milliseconds: moment, ticket: ticket)]
    }

    /// Takes the offsets of a time; a partition without later records stands at its end.
    mutating func tailFound(ticket: Int, _ found: [Int32: Result<FoundOffset, ClusterError>]) -> [Effect] {
        guard let it = tail, it.ticket == ticket else { return [] }
        let bounds = bounds(topic: it.topic, partition: it.partition)
        var targets = bounds.mapValues(\.highWatermark)
        for (partition, result) in found {
            switch result {
            case .success(let place): if let offset = place.offset { targets[partition] = offset }
            case .failure(let error): say("\(it.topic)-\(partition): \(error)", .warn)
            }
        }
        seek(bounds, to: targets, mode: .paging)
        return readOn()
    }
}
