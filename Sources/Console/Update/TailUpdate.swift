import Cluster
import Monitor
import RecordFormats

/// The tail's moves: where it reads, when it reads on, what it leaves out.
extension ConsoleState {
    /// Records a tail shows at once when it is opened.
    private static let opening = 200
    /// Records that may wait before a following tail leaves some out.
    private static let patience: Int64 = 10_000

    /// The bounds of the tail's partitions as the snapshot has them.
    func bounds(of source: TailSource) -> [TopicPartition: PartitionOffsets] {
        var found: [TopicPartition: PartitionOffsets] = [:]
        for name in source.topics {
            for it in topic(name)?.partitions ?? [] {
                let place = TopicPartition(topic: name, partition: it.description.partition)
                guard source.has(place), let offsets = it.description.offsets else { continue }
                found[place] = offsets
            }
        }
        return found
    }

    /// Begins a tail a little before the end.
    mutating func beginTail(_ source: TailSource) -> [Effect] {
        if let reading, reading.source == source { return [] }
        reading = TailState(ticket: nextTicket(), source: source)
        let bounds = bounds(of: source)
        let each = Int64(max(1, Self.opening / max(1, bounds.count)))
        seek(bounds, to: bounds.mapValues { max($0.logStart, $0.highWatermark &- each) }, mode: .following)
        return readOn()
    }

    /// Moves the tail to offsets; late answers to older reads are dropped.
    mutating func seek(
        _ bounds: [TopicPartition: PartitionOffsets], to offsets: [TopicPartition: Int64], mode: TailState.Mode
    ) {
        let ticket = nextTicket()
        reading?.ticket = ticket
        reading?.begin(at: offsets, starts: bounds.mapValues(\.logStart))
        reading?.ends = bounds.mapValues(\.highWatermark)
        reading?.mode = mode
    }

    /// Asks for what waits, unless a read is under way.
    mutating func readOn() -> [Effect] {
        guard var it = reading, !it.isReading, it.mode != .paused else { return [] }
        let behind = it.positions.filter { (it.ends[$0.key] ?? 0) > $0.value }
        guard !behind.isEmpty else { return [] }
        if it.mode == .paging, it.visible.count - it.cursor > size.rows, it.visible.count > size.rows { return [] }
        it.isReading = true
        reading = it
        return [.fetch(request(it, behind))]
    }

    private func request(_ it: TailState, _ positions: [TopicPartition: Int64]) -> TailRequest {
        TailRequest(
            ticket: it.ticket, positions: positions, maxRecords: max(50, 1000 / max(1, positions.count)),
            filter: it.filter, decodings: decodings(of: it.source))
    }

    /// Takes the ends from a snapshot and reads on.
    mutating func tailSaw(_ snapshot: Snapshot) -> [Effect] {
        guard let it = reading else { return [] }
        for (place, offsets) in bounds(of: it.source) {
            reading?.ends[place] = offsets.highWatermark
            // A partition added later, or one whose bounds were unknown: from its start, so that nothing is missed.
            if it.positions[place] == nil { reading?.positions[place] = offsets.logStart }
            // The topic was made anew: its end lies before the place that was read.
            if let position = it.positions[place], offsets.highWatermark < position, !it.isReading {
                reading?.positions[place] = offsets.logStart
                say("\(place) begins anew: its end went back", .warn)
            }
        }
        return readOn()
    }

    /// Takes what a read brought.
    mutating func tailTook(_ batch: TailBatch) -> [Effect] {
        guard var it = reading, it.ticket == batch.ticket else { return [] }
        it.isReading = false
        it.problem = nil
        var arrived: [TailRecord] = []
        for (place, result) in batch.parts.sorted(by: { $0.key < $1.key }) {
            let position = it.positions[place] ?? 0
            switch result {
            case .failure(let error):
                it.problem = "\(place): \(error)"
                it.ends[place] = position
            case .success(let fetched):
                it.skip(place, to: min(fetched.offsets.logStart, fetched.nextOffset))
                arrived += fetched.records.filter { $0.offset >= position }.map { TailRecord(place: place, record: $0) }
                if let problem = fetched.problems.first { it.problem = "\(place): \(problem)" }
                it.ends[place] = fetched.offsets.highWatermark
                if fetched.nextOffset > position {
                    it.positions[place] = fetched.nextOffset
                } else {
                    // Nothing moved: wait for the next snapshot rather than ask again and again.
                    it.ends[place] = position
                }
            }
        }
        judge(&arrived, batch.judgement, it)
        it.take(arrived)
        if it.mode == .following, it.waiting > Self.patience {
            let each = Int64(max(1, Self.opening / max(1, it.positions.count)))
            for (place, end) in it.ends { it.skip(place, to: end &- each) }
        }
        reading = it
        let next = readOn()
        if next.isEmpty, it.mode == .following, !arrived.isEmpty {
            return [.wakeTail(ticket: it.ticket, milliseconds: 250)]
        }
        return next
    }

    /// Looks for more where records came a moment ago.
    mutating func tailWoke(ticket: Int) -> [Effect] {
        guard var it = reading, it.ticket == ticket, it.mode == .following, !it.isReading, !it.positions.isEmpty else {
            return []
        }
        it.isReading = true
        reading = it
        return [.fetch(request(it, it.positions))]
    }

    /// Says of records whether they pass: as was found on their whole values, or, where the filter changed meanwhile, as they are.
    private func judge(_ arrived: inout [TailRecord], _ judgement: TailBatch.Judgement?, _ it: TailState) {
        guard !it.filter.isEmpty else { return }
        if let judgement, judgement.filter == it.filter {
            for index in arrived.indices {
                let record = arrived[index]
                arrived[index].isShown = judgement.passed[record.place]?.contains(record.record.offset) ?? false
            }
            return
        }
        let judge = FilterJudge(it.filter)
        for index in arrived.indices {
            let record = arrived[index]
            arrived[index].isShown = judge.passes(record.record, at: record.place, decoding(of: record.place.topic))
        }
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
        it.comparison = nil
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
        let bounds = bounds(of: it.source)
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
        let bounds = bounds(of: it.source)
        guard (1...2).contains(parts.count), let offset = parts.last.flatMap({ Int64($0) }), offset >= 0 else {
            say("an offset is a number, 25180800 or 7:25180800", .warn)
            return []
        }
        var targets: [TopicPartition: Int64] = [:]
        if parts.count == 2 {
            let wanted = bounds.filter { "\($0.key.partition)" == parts[0] }
            guard !wanted.isEmpty else {
                say("\(it.source.title) has no partition \(parts[0])", .warn)
                return []
            }
            // The others stand at their end, so that only this one shows records.
            targets = bounds.mapValues(\.highWatermark)
            for (place, found) in wanted { targets[place] = max(found.logStart, min(found.highWatermark, offset)) }
        } else {
            targets = bounds.mapValues { max($0.logStart, min($0.highWatermark, offset)) }
        }
        let wanted = parts.count == 2 ? bounds.filter { "\($0.key.partition)" == parts[0] } : bounds
        if let end = wanted.values.map(\.highWatermark).max(), offset > end {
            say("\(it.source.title) ends at \(Figures.grouped(end)) now: what comes is shown", .warn)
        }
        seek(bounds, to: targets, mode: .paging)
        return readOn()
    }

    /// Goes to the first records at or after a time.
    mutating func seekTime(_ text: String) -> [Effect] {
        guard let it = tail else { return [] }
        guard let moment = typedTime(text) else { return [] }
        let places = bounds(of: it.source).keys.sorted()
        guard !places.isEmpty else { return [] }
        let ticket = nextTicket()
        tail?.ticket = ticket
        tail?.isReading = true
        return [.findTime(places, milliseconds: moment, ticket: ticket)]
    }

    /// Takes the offsets of a time; a partition without later records stands at its end.
    mutating func tailFound(
        ticket: Int, _ found: [TopicPartition: Result<FoundOffset, ClusterError>]
    ) -> [Effect] {
        guard let it = reading, it.ticket == ticket else { return [] }
        let bounds = bounds(of: it.source)
        var targets = bounds.mapValues(\.highWatermark)
        for (place, result) in found {
            switch result {
            case .success(let answer): if let offset = answer.offset { targets[place] = offset }
            case .failure(let error): say("\(place): \(error)", .warn)
            }
        }
        seek(bounds, to: targets, mode: .paging)
        return readOn()
    }
}
