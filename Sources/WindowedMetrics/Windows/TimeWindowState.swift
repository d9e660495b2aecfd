import DequeModule

/// The open (and retained) tumbling or hopping windows of a query, or its one group table that has no windows.
///
/// Slices stand in order of time in a ring; only those that hold records exist, so a leap in time costs nothing. A record that some of its windows
/// refuse as late goes into a slice of its own, which only the windows from `firstWindow` on read.
struct TimeWindowState<Logic: WindowLogic>: Sendable {
    typealias Tell = (WindowRow<Logic.Accumulator>) -> Void

    /// Which slice: by its time, and by the first window that reads it.
    struct Slice: Sendable {
        let number: Int64
        /// The start of the first window that reads the slice.
        let firstWindow: Int64
    }

    let shape: TimeShape
    let plan: WindowPlan
    let emission: WindowEmission
    private(set) var slices = Deque<Slice>()
    /// The groups of each slice; apart from what is searched, so that looking for a slice touches no group.
    private var tables = Deque<GroupTable<Logic.Accumulator>>()
    /// Windows that start before are closed.
    private(set) var nextStart: Int64 = 0
    /// Windows that start before are no longer retained, though a later one may still read some of their slices.
    private var retainedFrom: Int64 = 0
    /// The slice that the last record went to: most often the next one does, too.
    private var recent = 0

    init(_ plan: WindowPlan, emission: WindowEmission) {
        self.plan = plan
        self.emission = emission
        shape =
            switch plan.kind {
            case .hopping(let size, let advance):
                TimeShape(size: size, advance: advance, isFinal: emission == .final)
            case .tumbling(let size): TimeShape(size: size, advance: size, isFinal: emission == .final)
            default: TimeShape(size: .max / 2, advance: .max / 2, isFinal: false)
            }
    }

    /// Bytes of memory that the windows take.
    var bytes: Int {
        tables.reduce(slices.count * MemoryLayout<Slice>.stride) {
            $0 + $1.bytes + MemoryLayout<GroupTable<Logic.Accumulator>>.stride
        }
    }

    /// How many windows are open.
    var openWindows: Int {
        var count = 0
        forEachWindow(from: nextStart) { _ in count += 1 }
        return count
    }

    /// How many groups the slices hold.
    var groupCount: Int { tables.reduce(0) { $0 + $1.count } }

    /// Takes a record into those of its windows that still accept it.
    ///
    /// - Parameter closeTime: The stream time of the record's partition, less the grace.
    /// - Returns: How many of its windows refused it, and whether one accepted it.
    mutating func take(
        _ record: WindowRecord, at order: RecordOrder, closeTime: Int64, key: UnsafeRawBufferPointer,
        input: Logic.Input, with logic: Logic, tell: Tell
    ) -> (refused: Int64, accepted: Bool) {
        let first = shape.firstWindow(of: record.timestamp)
        let last = shape.lastWindow(of: record.timestamp)
        let start = max(first, shape.firstOpenWindow(closedBy: closeTime))
        let refused = (min(start, last + shape.advance) - first) / shape.advance
        guard start <= last else { return (refused, false) }
        let tag = KeyIndex.tag(of: key)
        if shape.sharesSlices {
            let place = slicePlace(shape.slice(of: record.timestamp), firstWindow: refused == 0 ? 0 : start)
            _ = tables[place].take(record.timestamp, at: order, key: key, tag: tag, input: input, with: logic)
        } else {
            var window = start
            while window <= last {
                let place = slicePlace(shape.slice(ofWindow: window), firstWindow: 0)
                let group = tables[place].take(
                    record.timestamp, at: order, key: key, tag: tag, input: input, with: logic)
                switch emission {
                case .everyChange: tellGroup(group, of: tables[place], start: window, kind: .update, to: tell)
                case .changesOnCommit: tables[place].noteChange(of: group)
                case .final: break
                }
                window += shape.advance
            }
        }
        return (refused, true)
    }

    /// Closes the windows whose end, with the grace, the closing time has reached; tells their rows if they are told once.
    mutating func close(by closingTime: Int64, with logic: Logic, tell: Tell) {
        guard plan.kind != .unwindowed else { return }
        let open = shape.firstOpenWindow(closedBy: closingTime - plan.grace)
        guard open > nextStart else { return retire(by: closingTime, tell: tell) }
        if emission == .final {
            forEachWindow(from: nextStart, before: open) { start in
                tellWindow(start, kind: .final, with: logic, to: tell)
            }
        }
        nextStart = open
        retire(by: closingTime, tell: tell)
    }

    /// Tells the rows that changed since the last commit, ordered by window.
    mutating func commit(tell: Tell) {
        for place in slices.indices { commit(slice: place, tell: tell) }
    }

    /// Tells the rows of all windows that start in a range, open and retained ones.
    func forEachRow(startingIn range: ClosedRange<Int64>, with logic: Logic, tell: Tell) {
        forEachWindow(
            from: max(range.lowerBound, retainedFrom), before: range.upperBound == .max ? .max : range.upperBound + 1
        ) { start in
            tellWindow(start, kind: start < nextStart ? .final : .update, with: logic, to: tell)
        }
    }

    /// Calls a function with the start of each window that has a slice, in order.
    private func forEachWindow(from low: Int64, before high: Int64 = .max, _ body: (Int64) -> Void) {
        let low = min(max(low, 0), WindowRecord.latestTimestamp)
        var start = plan.kind == .unwindowed ? 0 : (low + shape.advance - 1) / shape.advance * shape.advance
        while true {
            let place = place(ofFirstAtLeast: shape.firstSlice(ofWindow: start))
            guard place < slices.count else { return }
            start = max(start, shape.firstWindow(withSlice: slices[place].number))
            guard start < high else { return }
            body(start)
            start += shape.advance
        }
    }

    private func tellWindow(_ start: Int64, kind: WindowRow<Logic.Accumulator>.Kind, with logic: Logic, to tell: Tell) {
        let last = shape.lastSlice(ofWindow: start)
        let begin = place(ofFirstAtLeast: shape.firstSlice(ofWindow: start))
        var places: [Int] = []
        for place in begin..<slices.count {
            guard slices[place].number <= last else { break }
            if slices[place].firstWindow <= start { places.append(place) }
        }
        guard let first = places.first else { return }
        if places.count == 1 {
            tellGroups(of: tables[first], start: start, kind: kind, to: tell)
        } else {
            var merged = GroupTable<Logic.Accumulator>()
            for place in places { merged.merge(tables[place], with: logic) }
            tellGroups(of: merged, start: start, kind: kind, to: tell)
        }
    }

    private func tellGroups(
        of groups: GroupTable<Logic.Accumulator>, start: Int64, kind: WindowRow<Logic.Accumulator>.Kind, to tell: Tell
    ) {
        for group in 0..<groups.count { tellGroup(group, of: groups, start: start, kind: kind, to: tell) }
    }

    private func tellGroup(
        _ group: Int, of groups: GroupTable<Logic.Accumulator>, start: Int64,
        kind: WindowRow<Logic.Accumulator>.Kind, to tell: Tell
    ) {
        let end = plan.kind == .unwindowed ? Int64.max : start + shape.size
        groups.keys.withKey(group) { key in
            tell(
                WindowRow(
                    start: start, end: end, key: key, kind: kind, timestamp: groups.latest[group],
                    value: groups.accumulators[group]))
        }
    }

    private mutating func commit(slice place: Int, tell: Tell) {
        let changes = tables[place].takeChanges()
        guard !changes.isEmpty else { return }
        // Without sharing a slice is a window.
        let start = slices[place].number * shape.advance
        for group in changes {
            tellGroup(Int(group), of: tables[place], start: start, kind: .update, to: tell)
        }
    }

    /// Lets go of slices that no open or retained window reads.
    private mutating func retire(by closingTime: Int64, tell: Tell) {
        retainedFrom = min(nextStart, closingTime - plan.retention + 1)
        while let slice = slices.first {
            let last = shape.lastWindow(withSlice: slice.number)
            guard last < retainedFrom else { return }
            commit(slice: 0, tell: tell)
            slices.removeFirst()
            tables.removeFirst()
            recent = max(0, recent - 1)
        }
    }

    /// The place of the first slice with at least a number.
    private func place(ofFirstAtLeast number: Int64) -> Int {
        var (low, high) = (0, slices.count)
        while low < high {
            let middle = (low + high) / 2
            if slices[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The place of a slice, which is made if it is not there.
    private mutating func slicePlace(_ number: Int64, firstWindow: Int64) -> Int {
        if recent < slices.count, slices[recent].number == number, slices[recent].firstWindow == firstWindow {
            return recent
        }
        var place = place(ofFirstAtLeast: number)
        while place < slices.count, slices[place].number == number, slices[place].firstWindow < firstWindow {
            place += 1
        }
        if place == slices.count || slices[place].number != number || slices[place].firstWindow != firstWindow {
            slices.insert(Slice(number: number, firstWindow: firstWindow), at: place)
            tables.insert(GroupTable(), at: place)
        }
        recent = place
        return place
    }
}

extension TimeWindowState {
    func write(to writer: inout PackedWriter, with logic: Logic) {
        writer.signed(nextStart)
        writer.signed(retainedFrom)
        writer.count(slices.count)
        for (slice, table) in zip(slices, tables) {
            writer.signed(slice.number)
            writer.signed(slice.firstWindow)
            table.write(to: &writer, with: logic)
        }
    }

    /// Reads windows that were written down.
    mutating func restore(_ reader: inout PackedReader, with logic: Logic) throws(PackedError) {
        let limits = 0...WindowRecord.latestTimestamp
        nextStart = try reader.signed()
        retainedFrom = try reader.signed()
        guard limits.contains(nextStart), retainedFrom <= nextStart else { throw .malformed }
        for _ in 0..<(try reader.count()) {
            let slice = Slice(number: try reader.signed(), firstWindow: try reader.signed())
            guard limits.contains(slice.number), limits.contains(slice.firstWindow) else { throw .malformed }
            if let last = slices.last {
                guard (last.number, last.firstWindow) < (slice.number, slice.firstWindow) else { throw .malformed }
            }
            guard slice.number <= WindowRecord.latestTimestamp / max(1, shape.sliceUnit) else { throw .malformed }
            tables.append(try GroupTable(&reader, with: logic))
            slices.append(slice)
        }
    }
}
