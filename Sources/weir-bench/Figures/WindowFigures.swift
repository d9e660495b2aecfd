import CAllocator
import WindowedMetrics

#if canImport(CJSON)
    import CJSON
#endif

/// What windowed queries take: the page-view job end to end from JSON bytes, overlap, state, and numbers of keys. Times are this thread's processor
/// time, so that a busy machine does not spoil them.
struct WindowFigures {
    let context: FigureContext
    /// Page views of the job.
    let events: Int

    private static let minute: Int64 = 60_000
    private static let chunk = 50_000

    /// Takes the figures.
    func run() throws {
        try job("counts per page and minute", functions: [.countAll], aim: "≥ 1 M/s", users: false)
        try job(
            "the same and distinct users, exact", functions: [.countAll, .countDistinct(0, exactLimit: 1 << 20)],
            aim: "≥ 0.5 M/s", users: true)
        try job(
            "the same and distinct users, sketched", functions: [.countAll, .countDistinct(0)], aim: "≥ 0.5 M/s",
            users: false)
        try overlaps()
        try daysState()
        try keys()
    }

    // MARK: - The page-view job

    private struct Outcome {
        var rate: Double
        var views: Int64
        var users: Int64 = 0
        var mebibytes: Double = 0
    }

    private func job(_ name: String, functions: [AggregateFunction], aim: String, users: Bool) throws {
        var most = 0.0
        func engine() throws -> Outcome {
            let outcome = try count(functions)
            most = max(most, outcome.mebibytes)
            return outcome
        }
        let unit = "M/cpu s"
        #if canImport(CJSON)
            let results = try context.rounds.alternate(engine) { plainLoop(withUsers: functions.count > 1) }
            for result in results where result.first.views != result.second.views {
                throw BenchError("the engine counts \(result.first.views), the plain loop \(result.second.views)")
            }
            for result in results where users && result.first.users != result.second.users {
                throw BenchError("the engine finds \(result.first.users) users, the plain loop \(result.second.users)")
            }
            let baseline = ("simdjson, plain loop", Sample(results.map(\.second.rate)))
            context.table.add(Row(name, unit, Sample(results.map(\.first.rate)), baseline: baseline, aim: aim))
        #else
            let sample = try context.rounds.measure { try engine().rate }
            context.table.note("without libsimdjson-dev there is no plain loop to compare with")
            context.table.add(Row(name, unit, sample, aim: aim))
        #endif
        context.table.add(
            Row("  resident memory above the start, at most", "MiB", Sample([most]), aim: "< 300 MiB"))
    }

    /// Counts views (and whatever else) with the engine, from JSON bytes to told rows, on one thread.
    private func count(_ functions: [AggregateFunction]) throws -> Outcome {
        var stream = PageViewStream(seed: 6, count: events)
        var chunk = PageViewStream.Chunk()
        stream.fill(&chunk, Self.chunk)
        stream = PageViewStream(seed: 6, count: events)
        let files = ProcessFiles()
        // What the round before has freed would hide what this one takes.
        weir_return_freed()
        files.forgetPeak()
        let before = files.residentBytes
        var query = try WindowedQuery(
            try WindowPlan(.tumbling(size: Self.minute)), functions: functions, columns: 1, emission: .final,
            partitions: 1)
        var scanner = JSONFieldScanner(["page", "user_id"])
        var input: [AggregateValue] = [.null]
        let needsUser = functions.count > 1
        var outcome = Outcome(rate: 0, views: 0)
        var seconds = 0.0
        var offset: Int64 = 0
        let results = query
        func tell(_ row: WindowRow<AggregateStates>) {
            guard let states = row.value else { return }
            let told = results.results(of: states)
            if case .integer(let views) = told[0].value { outcome.views += views }
            if told.count > 1, case .integer(let users) = told[1].value { outcome.users += users }
        }
        for _ in 0..<(events / Self.chunk) {
            stream.fill(&chunk, Self.chunk)
            let watch = ProcessorWatch()
            chunk.bytes.withUnsafeBytes { bytes in
                var start = 0
                for place in chunk.ends.indices {
                    let event = UnsafeRawBufferPointer(rebasing: bytes[start..<chunk.ends[place]])
                    start = chunk.ends[place]
                    let record = WindowRecord(partition: 0, offset: offset, timestamp: chunk.timestamps[place])
                    offset += 1
                    guard scanner.scan(event), let page = scanner.values[0], let user = scanner.values[1] else {
                        continue
                    }
                    if needsUser {
                        let name = UnsafeRawBufferPointer(
                            rebasing: event[(user.lowerBound + 1)..<(user.upperBound - 1)])
                        input[0] = .text(String(decoding: name, as: UTF8.self))
                    }
                    let key = UnsafeRawBufferPointer(rebasing: event[(page.lowerBound + 1)..<(page.upperBound - 1)])
                    query.take(record, key: key, input: input, tell: tell)
                }
            }
            seconds += watch.milliseconds / 1000
        }
        let watch = ProcessorWatch()
        query.forEachRow { row in if row.kind == .update { tell(row) } }
        seconds += watch.milliseconds / 1000
        outcome.rate = Double(events / Self.chunk * Self.chunk) / seconds / 1e6
        outcome.mebibytes = (files.peakResidentBytes - before) / 1_048_576
        return outcome
    }

    #if canImport(CJSON)
        /// Counts the same with hash tables and nothing else.
        private func plainLoop(withUsers: Bool) -> Outcome {
            var stream = PageViewStream(seed: 6, count: events)
            var chunk = PageViewStream.Chunk()
            let views = cjson_views_new(withUsers ? 1 : 0)
            defer { cjson_views_free(views) }
            var seconds = 0.0
            for _ in 0..<(events / Self.chunk) {
                stream.fill(&chunk, Self.chunk)
                let watch = ProcessorWatch()
                chunk.bytes.withUnsafeBytes { bytes in
                    _ = cjson_views_take(
                        views, bytes.bindMemory(to: CChar.self).baseAddress, chunk.ends, chunk.timestamps,
                        chunk.ends.count)
                }
                seconds += watch.milliseconds / 1000
            }
            var users: UInt64 = 0
            let total = cjson_views_total(views, &users)
            return Outcome(
                rate: Double(events / Self.chunk * Self.chunk) / seconds / 1e6, views: Int64(total), users: Int64(users)
            )
        }
    #endif

    // MARK: - Overlap

    /// Hopping windows as they overlap more and more: one change a record under EMIT FINAL, one row a window under EMIT CHANGES.
    private func overlaps() throws {
        for overlap in [1, 2, 6, 12, 30, 60] as [Int64] {
            let plan = try WindowPlan(.hopping(size: overlap * Self.minute, advance: Self.minute))
            let final = try context.rounds.measure {
                try nanoseconds(plan, emission: .final, count: 2_000_000).perRecord
            }
            context.table.add(Row("EMIT FINAL, hopping, overlap \(overlap)", "ns a record", final))
        }
        for overlap in [1, 12, 60] as [Int64] {
            let plan = try WindowPlan(.hopping(size: overlap * Self.minute, advance: Self.minute))
            let changes = try context.rounds.measure {
                try nanoseconds(plan, emission: .everyChange, count: 200_000).perRow
            }
            context.table.add(Row("EMIT CHANGES, hopping, overlap \(overlap)", "ns a row", changes))
        }
    }

    /// Counts views per page with pages as they are, no JSON around them.
    private func nanoseconds(
        _ plan: WindowPlan, emission: WindowEmission, count: Int
    ) throws -> (perRecord: Double, perRow: Double) {
        var stream = PageViewStream(seed: 7, count: count)
        let pages = (0..<1_000).map { Array("/products/item-\($0)".utf8) }
        let drawn = (0..<count).map { _ in stream.page() }
        var query = try WindowedQuery(
            plan, functions: [.countAll], columns: 0, emission: emission, partitions: 1)
        let step = 7_200_000 / Double(count)
        var sum: Int64 = 0
        let watch = ProcessorWatch()
        for place in 0..<count {
            let record = WindowRecord(partition: 0, offset: Int64(place), timestamp: Int64(Double(place) * step))
            pages[drawn[place]].withUnsafeBytes { key in
                query.take(record, key: key, input: []) { row in sum &+= row.timestamp }
            }
        }
        let nanoseconds = watch.milliseconds * 1e6 + (sum < 0 ? 1 : 0)
        return (nanoseconds / Double(count), nanoseconds / Double(max(1, query.counts.rows)))
    }

    // MARK: - State

    /// The page-view statement as it is written in ksqlDB, with its default grace of a day less a minute, over 26 hours.
    private func daysState() throws {
        let count = 4_000_000
        let grace = WindowPlan.defaultGrace(size: Self.minute, isFinal: false)
        var query = try WindowedQuery(
            try WindowPlan(.tumbling(size: Self.minute), grace: grace), functions: [.countAll, .countDistinct(0)],
            columns: 1, emission: .changesOnCommit, partitions: 1)
        var stream = PageViewStream(seed: 8, count: count)
        let pages = (0..<1_000).map { Array("/products/item-\($0)".utf8) }
        let files = ProcessFiles()
        weir_return_freed()
        let before = files.residentBytes
        let step = 26 * 3_600_000 / Double(count)
        var peak = 0
        var input: [AggregateValue] = [.null]
        for place in 0..<count {
            input[0] = .integer(Int64(place &* 2_654_435_761 % 200_000))
            let record = WindowRecord(partition: 0, offset: Int64(place), timestamp: Int64(Double(place) * step))
            pages[stream.page()].withUnsafeBytes { query.take(record, key: $0, input: input) { _ in } }
            if place % 50_000 == 0 {
                query.commit { _ in }
                peak = max(peak, query.stateBytes)
            }
        }
        let name = "26 h of the page-view statement, \(query.groupCount) groups"
        context.table.add(Row("\(name): state at most", "MiB", Sample([Double(peak) / 1_048_576]), aim: "< 256 MiB"))
        context.table.add(
            Row("  resident memory above the start", "MiB", Sample([(files.residentBytes - before) / 1_048_576])))
        let watch = Stopwatch()
        let snapshot = query.snapshot()
        context.table.add(Row("  snapshot of \(snapshot.count >> 20) MiB", "ms", Sample([watch.milliseconds])))
        var restored = try WindowedQuery(
            query.plan, functions: [.countAll, .countDistinct(0)], columns: 1, emission: .changesOnCommit, partitions: 1
        )
        let reading = Stopwatch()
        try restored.restore(snapshot)
        context.table.add(Row("  restored from it", "ms", Sample([reading.milliseconds])))
    }

    // MARK: - Keys

    /// One window, ever more keys, each as likely.
    private func keys() throws {
        for keys in [10, 1_000, 100_000, 1_000_000, 10_000_000] {
            let count = max(2_000_000, keys * 2)
            var query = try WindowedQuery(
                try WindowPlan(.unwindowed), functions: [.countAll], columns: 0, emission: .changesOnCommit,
                partitions: 1)
            var number: UInt64 = 1
            let watch = ProcessorWatch()
            for place in 0..<count {
                // Each key comes up once in `keys` records, in an order that caches cannot foresee.
                number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let key = place < keys ? UInt64(place) : (number >> 33) % UInt64(keys)
                let record = WindowRecord(partition: 0, offset: Int64(place), timestamp: Int64(place))
                withUnsafeBytes(of: (UInt64(0x7573_6572), key)) { query.take(record, key: $0, input: []) { _ in } }
            }
            let nanoseconds = watch.milliseconds * 1e6 / Double(count)
            context.table.add(Row("COUNT(*) by a key of 16 bytes, \(keys) keys", "ns a record", Sample([nanoseconds])))
            let bytes = Double(query.stateBytes) / Double(keys)
            context.table.add(Row("  state", "bytes a key", Sample([bytes])))
        }
    }
}
