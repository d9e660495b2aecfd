/// Records in, rows of a windowed group-by out: clock, windows and aggregates of one query, as a value.
///
/// ```swift
/// var views = WindowedAggregation(
///     try WindowPlan(.tumbling(size: 60_000)), logic: CountLogic(), emission: .final, partitions: 12)
/// views.take(record, key: page, input: ()) { row in … }   // told when a window closes
/// views.stateBytes                                        // what it keeps in memory
/// ```
///
/// Rows are a pure function of the records: nothing depends on the wall clock, and final rows do not depend on the order in which partitions are
/// read. A record is judged by its own partition's stream time; windows close by the lowest (`StreamClock`); a closed window's rows never change, and
/// each is told exactly once under `.final`, however far time leaps. (Kafka Streams' EMIT FINAL can lose windows on a leap.)
///
/// Memory follows what is open. The state is kept within no budget by itself: callers compare `stateBytes` with theirs.
package struct WindowedAggregation<Logic: WindowLogic>: Sendable {
    /// What is called with each row.
    package typealias Tell = (WindowRow<Logic.Accumulator>) -> Void

    /// Which windows there are.
    package let plan: WindowPlan
    /// When rows are told.
    package let emission: WindowEmission
    /// What is computed.
    package let logic: Logic
    /// What time it is.
    package internal(set) var clock: StreamClock
    /// What became of the records.
    package internal(set) var counts = WindowCounts()

    // One of the three, by the kind of windows: apart, so that each is changed in place.
    var time: TimeWindowState<Logic>?
    var session: SessionState<Logic>?
    var sliding: SlidingState<Logic>?
    private var closedAt: Int64 = -1

    /// A query that has seen nothing.
    ///
    /// - Parameter partitions: The partitions of the input, all of which are waited for until declared idle.
    /// - Throws: `WindowPlanError.finalWithoutWindows` where nothing would ever be told.
    /// - Precondition: `partitions` is 1 to `StreamClock.mostPartitions`.
    package init(
        _ plan: WindowPlan, logic: Logic, emission: WindowEmission, partitions: Int
    ) throws(WindowPlanError) {
        guard plan.kind != .unwindowed || emission != .final else { throw .finalWithoutWindows }
        self.init(plan, logic, emission, partitions)
    }

    /// The same query, with nothing seen.
    init(like other: Self) { self.init(other.plan, other.logic, other.emission, other.clock.partitionCount) }

    private init(_ plan: WindowPlan, _ logic: Logic, _ emission: WindowEmission, _ partitions: Int) {
        self.plan = plan
        self.logic = logic
        self.emission = emission
        clock = StreamClock(partitions: partitions)
        switch plan.kind {
        case .session(let gap):
            session = SessionState(plan, gap: gap, emission: emission, partitions: partitions)
        case .sliding(let difference): sliding = SlidingState(plan, difference: difference, emission: emission)
        default: time = TimeWindowState(plan, emission: emission)
        }
    }

    /// Takes a record: moves the clock, closes what it closes, and puts the record into its windows.
    ///
    /// - Parameters:
    ///   - key: The group's key; nil for a null key, which is dropped before any clock moves.
    ///   - tell: Called with each row that is told now.
    /// - Precondition: The record's partition is one of the query's.
    package mutating func take(
        _ record: WindowRecord, key: UnsafeRawBufferPointer?, input: Logic.Input, tell: Tell
    ) {
        guard let key else { return counts.nullKey += 1 }
        guard key.count <= KeyIndex.longestKey else { return counts.longKey += 1 }
        guard (0...WindowRecord.latestTimestamp).contains(record.timestamp) else { return counts.invalidTimestamp += 1 }
        let streamTime = clock.take(record)
        let order = RecordOrder(streamTime: streamTime, partition: record.partition, offset: record.offset)
        let closeTime = streamTime - plan.grace
        var rows: Int64 = 0
        // The record first: a window that its own partition's clock has closed refuses it, and no other window closes before it is in.
        let outcome = put(record, order, closeTime, key, input) { row in
            rows += 1
            tell(row)
        }
        counts.refusedByWindow += outcome.refused
        if outcome.accepted { counts.accepted += 1 } else { counts.late += 1 }
        counts.rows += rows
        if clock.closingTime > closedAt { close(tell: tell) }
    }

    /// Declares a partition idle, so that windows close without it; what happened is then in `clock.takeEvents()`.
    ///
    /// - Parameter offset: The partition's next offset.
    package mutating func declareIdle(_ partition: Int32, at offset: Int64, tell: Tell) {
        clock.declareIdle(partition, at: offset)
        if clock.closingTime > closedAt { close(tell: tell) }
    }

    /// Has the events of an earlier run happen again at their offsets.
    package mutating func replay(_ events: [StreamClock.Event], tell: Tell) {
        clock.replay(events)
        if clock.closingTime > closedAt { close(tell: tell) }
    }

    /// What happened to the clock besides records since this was last asked; to be stored with the query's offsets.
    package mutating func takeEvents() -> [StreamClock.Event] { clock.takeEvents() }

    /// Tells the rows that changed since the last commit, each once; nothing unless rows are told at commits.
    package mutating func commit(tell: Tell) {
        guard emission == .changesOnCommit else { return }
        var rows: Int64 = 0
        let logic = logic
        let counting: Tell = { row in
            rows += 1
            tell(row)
        }
        time?.commit(tell: counting)
        session?.commit(with: logic, tell: counting)
        sliding?.commit(with: logic, tell: counting)
        counts.rows += rows
    }

    /// Calls a function with the present row of every group whose window starts in a range, open windows and retained ones: what a pull query reads.
    package func forEachRow(startingIn range: ClosedRange<Int64> = 0...Int64.max, _ body: Tell) {
        time?.forEachRow(startingIn: range, with: logic, tell: body)
        session?.forEachRow(startingIn: range, with: logic, tell: body)
        sliding?.forEachRow(startingIn: range, with: logic, tell: body)
    }

    /// Bytes of memory that windows, keys and aggregates take.
    package var stateBytes: Int { (time?.bytes ?? 0) + (session?.bytes ?? 0) + (sliding?.bytes ?? 0) }

    /// How many windows are open: of sessions and sliding windows how many keys have some; 1 without windows.
    package var openWindows: Int {
        if plan.kind == .unwindowed { return 1 }
        return time?.openWindows ?? session?.keyCount ?? sliding?.keyCount ?? 0
    }

    /// How many groups are kept: of tumbling and hopping windows a key counts in each slice, of the others once.
    package var groupCount: Int { (time?.groupCount ?? 0) + (session?.keyCount ?? 0) + (sliding?.keyCount ?? 0) }

    private mutating func put(
        _ record: WindowRecord, _ order: RecordOrder, _ closeTime: Int64, _ key: UnsafeRawBufferPointer,
        _ input: Logic.Input, tell: Tell
    ) -> (refused: Int64, accepted: Bool) {
        let logic = logic
        if time != nil {
            return time?.take(
                record, at: order, closeTime: closeTime, key: key, input: input, with: logic, tell: tell) ?? (0, false)
        }
        if session != nil {
            return session?.take(
                record, at: order, closeTime: closeTime, key: key, input: input, with: logic, tell: tell) ?? (0, false)
        }
        return sliding?.take(
            record, at: order, closeTime: closeTime, key: key, input: input, with: logic, tell: tell) ?? (0, false)
    }

    private mutating func close(tell: Tell) {
        closedAt = clock.closingTime
        let logic = logic
        var rows: Int64 = 0
        let counting: Tell = { row in
            rows += 1
            tell(row)
        }
        time?.close(by: closedAt, with: logic, tell: counting)
        session?.close(by: closedAt, with: logic, tell: counting)
        sliding?.close(by: closedAt, with: logic, tell: counting)
        counts.rows += rows
    }
}

/// Counts records: the plainest logic, and the measure for the others.
package struct CountLogic: WindowLogic {
    package let signature = "COUNT(*)"

    /// The logic.
    package init() {}

    package func identity() -> Int64 { 0 }

    package func add(_ input: Void, at order: RecordOrder, to accumulator: inout Int64) -> Int {
        accumulator += 1
        return 0
    }

    package func merge(_ other: Int64, into accumulator: inout Int64) -> Int {
        accumulator += other
        return 0
    }

    package func heapBytes(of accumulator: Int64) -> Int { 0 }
    package func write(_ accumulator: Int64, to writer: inout PackedWriter) { writer.signed(accumulator) }
    package func read(_ reader: inout PackedReader) throws(PackedError) -> Int64 { try reader.signed() }
}
