import Cluster

extension ReplayJob {
    /// Partitions whose records are looked at; those beyond show offsets only.
    private static let mostPartitions = 256
    /// Stretches of a compacted partition that are read, and records of each at most.
    private static let samples: Int64 = 4
    private static let sampleRecords = 500
    /// Values are looked at up to so many bytes.
    private static let valueBytes = 512

    /// Reads what a preview says besides the offsets. What cannot be read is left out, with why where the preview has a place for it.
    func read(_ made: Made, _ request: ReplayRequest, into facts: inout ReplayFacts) async {
        var places: [TopicPartition] = []
        for topic in made.topics {
            facts.retention[topic.name] = topic.retention
            for partition in topic.partitions {
                let place = TopicPartition(topic: topic.name, partition: partition.partition)
                guard topic.name == request.topic || made.bounds[place] != nil else { continue }
                facts.partitions[place] = partition
                places.append(place)
            }
        }
        let planned = Dictionary(made.plan.rows.map { ($0.topicPartition, $0.newOffset) }) { first, _ in first }
        // What would be moved is looked at first, should there be more than can be.
        places.sort { (planned[$0] == nil ? 1 : 0, $0) < (planned[$1] == nil ? 1 : 0, $1) }
        let looked = Array(places.prefix(Self.mostPartitions))
        let bounds = Dictionary(
            uniqueKeysWithValues: looked.compactMap { place in
                ((try? made.bounds[place]?.get()) ?? facts.partitions[place]?.offsets).map { (place, $0) }
            })
        await readSegments(of: made.plan.rows.map(\.topicPartition), into: &facts)
        facts.starts = await points(bounds.mapValues(\.logStart), bounds)
        facts.committed = await points(made.commits.filter { bounds[$0.key] != nil }, bounds)
        facts.targets = await points(planned.filter { bounds[$0.key] != nil }, bounds)
        for (place, answer) in await cluster.offsets(of: Array(bounds.keys), at: .maxTimestamp) {
            if case .success(let found) = answer, let time = found.timestamp, time >= 0 { facts.latest[place] = time }
        }
        await readSamples(made.plan.rows, into: &facts)
    }

    private func readSegments(of places: [TopicPartition], into facts: inout ReplayFacts) async {
        guard cluster.capabilities.contains(.segments) else { return }
        for place in places.prefix(Self.mostPartitions) {
            // Without them bytes are reckoned from the partition's size, and marked so.
            if let segments = try? await cluster.segments(of: place) { facts.segments[place] = segments }
        }
    }

    /// The first record at or after each offset.
    private func points(
        _ offsets: [TopicPartition: Int64], _ bounds: [TopicPartition: PartitionOffsets]
    ) async -> [TopicPartition: ReplayPoint] {
        var found: [TopicPartition: ReplayPoint] = [:]
        var open = offsets
        let limits = FetchLimits(maxRecords: 1, maxBytes: 1, maxValueBytes: Self.valueBytes)
        // A batch may hold no record any more, or only a transaction's marker: then the next one is asked for.
        for _ in 0..<8 {
            for (place, offset) in open where offset >= bounds[place]?.highWatermark ?? 0 {
                found[place] = .end
                open[place] = nil
            }
            guard !open.isEmpty else { return found }
            for (place, answer) in await cluster.fetch(open.map { FetchStart($0.key, from: $0.value) }, limits: limits)
            {
                switch answer {
                case .failure(let error):
                    found[place] = .unreadable("\(error)")
                    open[place] = nil
                case .success(let fetched):
                    if let record = fetched.records.first {
                        found[place] = .record(record)
                        open[place] = nil
                    } else if let offset = open[place], fetched.nextOffset > offset {
                        open[place] = fetched.nextOffset
                    } else {
                        found[place] = .end
                        open[place] = nil
                    }
                }
            }
        }
        for place in open.keys { found[place] = .unreadable("no record within the next batches") }
        return found
    }

    /// Reads stretches of what compacted topics would have read again, to tell how many records are gone from there.
    private func readSamples(_ rows: [ResetPlan.Row], into facts: inout ReplayFacts) async {
        var stretches: [TopicPartition: Range<Int64>] = [:]
        for row in rows where facts.retention[row.topicPartition.topic]?.isCompacted == true {
            guard let bounds = facts.partitions[row.topicPartition]?.offsets,
                let moved = ReplayPreview.Row.stretch(from: row.oldOffset, to: row.newOffset, within: bounds)
            else { continue }
            let clean = facts.partitions[row.topicPartition]?.cleaning?.firstDirtyOffset ?? moved.upperBound
            let end = min(moved.upperBound, clean)
            if moved.lowerBound < end { stretches[row.topicPartition] = moved.lowerBound..<end }
            if stretches.count == Self.mostPartitions { break }
        }
        let limits = FetchLimits(maxRecords: Self.sampleRecords, maxBytes: 1 << 16, maxValueBytes: 0)
        var reached: [TopicPartition: Int64] = [:]
        for number in 0..<Self.samples {
            var starts: [FetchStart] = []
            for (place, stretch) in stretches {
                let span = stretch.upperBound - stretch.lowerBound
                let even = stretch.lowerBound + Int64(Double(span) * Double(number) / Double(Self.samples))
                let start = max(even, reached[place] ?? even)
                if start < stretch.upperBound { starts.append(FetchStart(place, from: start)) }
            }
            guard !starts.isEmpty else { break }
            let answers = await cluster.fetch(starts, limits: limits)
            for start in starts {
                guard case .success(let fetched) = answers[start.topicPartition],
                    let stretch = stretches[start.topicPartition]
                else { continue }
                // Nothing at all comes where nothing is left up to the end of the log.
                let isLeft = !fetched.records.isEmpty || fetched.nextOffset > start.offset
                let end = isLeft ? min(fetched.nextOffset, stretch.upperBound) : stretch.upperBound
                guard end > start.offset else { continue }
                let count = fetched.records.count { $0.offset >= start.offset && $0.offset < end }
                facts.samples[start.topicPartition, default: []].append(
                    OffsetSample(offsets: start.offset..<end, records: Int64(count)))
                reached[start.topicPartition] = end
            }
        }
    }
}
