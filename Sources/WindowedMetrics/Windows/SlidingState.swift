/// The records of one key that sliding windows may still hold, by their time.
struct KeyMoments<Accumulator: Sendable>: Sendable {
    /// What came at one moment.
    struct Moment: Sendable {
        let time: Int64
        /// Windows that end before do not hold it: they were closed for its partition when it came.
        let closedBefore: Int64
        var accumulator: Accumulator
    }

    var moments: [Moment] = []
    /// Starts of windows whose rows changed since the last commit.
    var changed: Set<Int64> = []

    /// The place of the first moment at or after a time.
    func firstPlace(from time: Int64) -> Int {
        var (low, high) = (0, moments.count)
        while low < high {
            let middle = (low + high) / 2
            if moments[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Whether a record came at a time.
    func holds(_ time: Int64) -> Bool {
        let place = firstPlace(from: time)
        return place < moments.count && moments[place].time == time
    }

    /// The starts of the windows that begin in a range, in order: those which records made, empty ones included.
    func windows(startingIn range: ClosedRange<Int64>, difference: Int64) -> [Int64] {
        var starts: Set<Int64> = []
        // A record begins a window right after itself, and ends one that begins a difference before.
        for place in firstPlace(from: range.lowerBound - 1)..<moments.count {
            let moment = moments[place]
            guard moment.time - difference <= range.upperBound else { break }
            let left = max(0, moment.time - difference)
            if range.contains(left), left + difference >= moment.closedBefore { starts.insert(left) }
            if range.contains(moment.time + 1) { starts.insert(moment.time + 1) }
        }
        return starts.sorted()
    }
}

/// The open (and retained) sliding windows of a query.
///
/// Kafka Streams' rules (`KStreamSlidingWindowAggregate`): both ends are in the window; a record at `t` makes `[t − d, t]` (or `[0, d]` before `d`)
/// and, once another record falls into it, `[t + 1, t + 1 + d]`; a record is dropped if `t + d` lies before its partition's stream time less the grace,
/// and a window that ends before that refuses it. Kept are the records' aggregates by moment; a window is its moments merged when it is told, so a
/// record costs one change, and a row as many merges as its window holds moments.
struct SlidingState<Logic: WindowLogic>: Sendable {
    typealias Tell = (WindowRow<Logic.Accumulator>) -> Void
    private typealias Keyed = KeyMoments<Logic.Accumulator>

    let difference: Int64
    let plan: WindowPlan
    let emission: WindowEmission
    private var keys = KeyIndex()
    private var keyed: [Keyed] = []
    private var schedule = CloseSchedule()
    private var changed: [UInt32] = []
    private var heapBytes = 0
    private var count = 0
    /// Windows that end before are closed.
    private var closedBefore: Int64 = 0

    init(_ plan: WindowPlan, difference: Int64, emission: WindowEmission) {
        self.plan = plan
        self.difference = difference
        self.emission = emission
    }

    /// Bytes of memory that the windows take.
    var bytes: Int {
        keys.bytes + keyed.capacity * MemoryLayout<Keyed>.stride + keys.count * 32
            + count * MemoryLayout<Keyed.Moment>.stride + schedule.bytes + heapBytes
    }

    /// How many keys have windows.
    var keyCount: Int { keys.count }

    /// Takes a record into those of its windows that still accept it.
    ///
    /// - Parameter closeTime: The stream time of the record's partition, less the grace.
    mutating func take(
        _ record: WindowRecord, at order: RecordOrder, closeTime: Int64, key: UnsafeRawBufferPointer,
        input: Logic.Input, with logic: Logic, tell: Tell
    ) -> (refused: Int64, accepted: Bool) {
        let time = record.timestamp
        guard time + difference >= closeTime else { return (1, false) }
        let number = insert(key)
        let isFirst = !keyed[number].holds(time)
        // Of the windows around a record the first ends at its time.
        let limit = closeTime <= max(time, difference) ? 0 : closeTime
        add(input, at: order, time, limit, to: number, with: logic)
        schedule.schedule(number, at: nextMoment(of: number))
        if emission != .final {
            var starts = keyed[number].windows(startingIn: max(0, time - difference)...time, difference: difference)
            starts.removeAll { $0 + difference < closeTime }
            // The window after the record is new if the record is the first of its time.
            if isFirst, holdsRecord(time + 1, of: number), isNew(time + 1, of: number) { starts.append(time + 1) }
            tellOrNote(starts, of: number, with: logic, tell: tell)
        }
        return (limit == 0 ? 0 : 1, true)
    }

    private mutating func tellOrNote(_ starts: [Int64], of number: Int, with logic: Logic, tell: Tell) {
        if emission == .everyChange {
            for start in starts { tellWindow(start, of: number, kind: .update, with: logic, to: tell) }
        } else {
            if keyed[number].changed.isEmpty { changed.append(UInt32(number)) }
            keyed[number].changed.formUnion(starts)
        }
    }

    /// Closes the windows whose end, with the grace, lies before the closing time; tells them if they are told once, ordered by start.
    mutating func close(by closingTime: Int64, with logic: Logic, tell: Tell) {
        let closed = closingTime - plan.grace
        guard closed > closedBefore else { return }
        let before = closedBefore
        closedBefore = closed
        var final: [(start: Int64, number: Int)] = []
        var due: [Int] = []
        while let number = schedule.next(before: closed) {
            due.append(number)
            guard emission == .final, closed > difference else { continue }
            let range = max(0, before - difference)...(closed - 1 - difference)
            for start in keyed[number].windows(startingIn: range, difference: difference) {
                final.append((start, number))
            }
        }
        final.sort { ($0.start, $0.number) < ($1.start, $1.number) }
        for row in final { tellWindow(row.start, of: row.number, kind: .final, with: logic, to: tell) }
        for number in due {
            commit(number, with: logic, tell: tell)
            retire(number, with: logic)
        }
    }

    /// Tells the rows that changed since the last commit.
    mutating func commit(with logic: Logic, tell: Tell) {
        let numbers = changed
        changed = []
        for number in numbers { commit(Int(number), with: logic, tell: tell) }
    }

    /// Tells the rows of all windows that start in a range, open and retained ones, key by key.
    func forEachRow(startingIn range: ClosedRange<Int64>, with logic: Logic, tell: Tell) {
        // Windows that start earlier have lost records.
        let retainedFrom = max(0, closedBefore - plan.extraRetention - 1 - difference)
        let range = range.clamped(to: retainedFrom...WindowRecord.latestTimestamp + 1)
        for number in keyed.indices {
            for start in keyed[number].windows(startingIn: range, difference: difference) {
                let isFinal = start + difference < closedBefore
                tellWindow(start, of: number, kind: isFinal ? .final : .update, with: logic, to: tell)
            }
        }
    }

    private mutating func insert(_ key: UnsafeRawBufferPointer) -> Int {
        let number = keys.insert(key, tag: KeyIndex.tag(of: key)).number
        if number == keyed.count { keyed.append(Keyed()) }
        return number
    }

    private mutating func add(
        _ input: Logic.Input, at order: RecordOrder, _ time: Int64, _ limit: Int64, to number: Int, with logic: Logic
    ) {
        var place = keyed[number].firstPlace(from: time)
        while place < keyed[number].moments.count, keyed[number].moments[place].time == time,
            keyed[number].moments[place].closedBefore < limit
        {
            place += 1
        }
        let isKnown =
            place < keyed[number].moments.count && keyed[number].moments[place].time == time
            && keyed[number].moments[place].closedBefore == limit
        if !isKnown {
            keyed[number].moments.insert(
                Keyed.Moment(time: time, closedBefore: limit, accumulator: logic.identity()), at: place)
            heapBytes += logic.heapBytes(of: keyed[number].moments[place].accumulator)
            count += 1
        }
        heapBytes += logic.add(input, at: order, to: &keyed[number].moments[place].accumulator)
    }

    /// Whether a window holds a record.
    private func holdsRecord(_ start: Int64, of number: Int) -> Bool {
        var place = keyed[number].firstPlace(from: start)
        while place < keyed[number].moments.count, keyed[number].moments[place].time <= start + difference {
            if keyed[number].moments[place].closedBefore <= start + difference { return true }
            place += 1
        }
        return false
    }

    /// Whether no other record ends or begins a window that starts right after a record.
    private func isNew(_ start: Int64, of number: Int) -> Bool {
        let end = start + difference
        var place = keyed[number].firstPlace(from: end)
        while place < keyed[number].moments.count, keyed[number].moments[place].time == end {
            if keyed[number].moments[place].closedBefore <= end { return false }
            place += 1
        }
        return true
    }

    private func tellWindow(
        _ start: Int64, of number: Int, kind: WindowRow<Logic.Accumulator>.Kind, with logic: Logic, to tell: Tell
    ) {
        let end = start + difference
        var value: Logic.Accumulator?
        var latest: Int64 = 0
        var place = keyed[number].firstPlace(from: start)
        while place < keyed[number].moments.count, keyed[number].moments[place].time <= end {
            let moment = keyed[number].moments[place]
            place += 1
            guard moment.closedBefore <= end else { continue }
            latest = moment.time
            if value == nil { value = moment.accumulator } else { value.merge(moment.accumulator, with: logic) }
        }
        guard let value else { return }
        keys.withKey(number) { key in
            tell(WindowRow(start: start, end: end, key: key, kind: kind, timestamp: latest, value: value))
        }
    }

    private mutating func commit(_ number: Int, with logic: Logic, tell: Tell) {
        guard !keyed[number].changed.isEmpty else { return }
        for start in keyed[number].changed.sorted() {
            tellWindow(start, of: number, kind: .update, with: logic, to: tell)
        }
        keyed[number].changed = []
    }

    /// When a key is to be looked at again: when the next of its windows may close, or its first record goes.
    private func nextMoment(of number: Int) -> Int64 {
        guard let first = keyed[number].moments.first else { return .max }
        var next = first.time + 1 + difference + plan.extraRetention
        let ending = keyed[number].firstPlace(from: closedBefore)
        if ending < keyed[number].moments.count {
            next = min(next, max(keyed[number].moments[ending].time, difference))
        }
        if closedBefore <= difference, first.time < difference { next = min(next, difference) }
        let beginning = keyed[number].firstPlace(from: closedBefore - 1 - difference)
        if beginning < keyed[number].moments.count {
            next = min(next, keyed[number].moments[beginning].time + 1 + difference)
        }
        return next
    }

    /// Lets go of the records of a key that no open or retained window holds, and schedules the rest.
    private mutating func retire(_ number: Int, with logic: Logic) {
        let gone = keyed[number].firstPlace(from: closedBefore - plan.extraRetention - 1 - difference)
        for moment in keyed[number].moments.prefix(gone) { heapBytes -= logic.heapBytes(of: moment.accumulator) }
        keyed[number].moments.removeFirst(gone)
        count -= gone
        if keyed[number].moments.isEmpty {
            keyed[number] = Keyed()
            keys.remove(number)
            schedule.forget(number)
        } else {
            schedule.schedule(number, at: nextMoment(of: number))
        }
    }
}

extension Optional where Wrapped: Sendable {
    fileprivate mutating func merge<Logic: WindowLogic>(_ other: Wrapped, with logic: Logic)
    where Logic.Accumulator == Wrapped {
        guard var mine = take() else { return self = other }
        _ = logic.merge(other, into: &mine)
        self = mine
    }
}

extension SlidingState {
    func write(to writer: inout PackedWriter, with logic: Logic) {
        writer.signed(closedBefore)
        writer.count(keyCount)
        for number in keyed.indices where !keyed[number].moments.isEmpty {
            keys.withKey(number) { writer.block($0) }
            writer.count(keyed[number].changed.count)
            for start in keyed[number].changed.sorted() { writer.signed(start) }
            writer.count(keyed[number].moments.count)
            for moment in keyed[number].moments {
                writer.signed(moment.time)
                writer.signed(moment.closedBefore)
                logic.write(moment.accumulator, to: &writer)
            }
        }
    }

    /// Reads windows that were written down.
    mutating func restore(_ reader: inout PackedReader, with logic: Logic) throws(PackedError) {
        let limits = 0...WindowRecord.latestTimestamp + 1
        closedBefore = try reader.signed()
        for _ in 0..<(try reader.count()) {
            let key = try reader.block()
            guard key.count <= KeyIndex.longestKey else { throw .malformed }
            let number = key.withUnsafeBytes { insert($0) }
            guard keyed[number].moments.isEmpty else { throw .malformed }
            for _ in 0..<(try reader.count()) {
                let start = try reader.signed()
                guard limits.contains(start) else { throw .malformed }
                keyed[number].changed.insert(start)
            }
            if !keyed[number].changed.isEmpty { changed.append(UInt32(number)) }
            let moments = try reader.count()
            guard moments > 0 else { throw .malformed }
            for _ in 0..<moments {
                let (time, closed) = (try reader.signed(), try reader.signed())
                guard limits.contains(time), limits.contains(closed) else { throw .malformed }
                if let last = keyed[number].moments.last {
                    guard (last.time, last.closedBefore) < (time, closed) else { throw .malformed }
                }
                let accumulator = try logic.read(&reader)
                keyed[number].moments.append(Keyed.Moment(time: time, closedBefore: closed, accumulator: accumulator))
                heapBytes += logic.heapBytes(of: accumulator)
                count += 1
            }
            schedule.schedule(number, at: nextMoment(of: number))
        }
    }
}
