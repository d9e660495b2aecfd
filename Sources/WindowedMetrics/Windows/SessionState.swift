/// The open (and retained) session windows of a query.
///
/// Kafka Streams' rules (`KStreamSessionWindowAggregate`), taken for each input partition: a record joins all sessions of its key that it is no
/// further than the gap from and that its partition has not closed; it is dropped if what comes of it ends before the partition's
/// stream time less grace and gap. Sessions of different partitions are one row where they are no further than the gap apart, told from the records
/// that were not too late by themselves. A row closes when the closing time less grace and gap has passed its end. If there are several partitions, it
/// waits one gap longer, because another partition's record may still touch it.
struct SessionState<Logic: WindowLogic>: Sendable {
    typealias Tell = (WindowRow<Logic.Accumulator>) -> Void
    private typealias Keyed = KeySessions<Logic.Accumulator>

    let gap: Int64
    let plan: WindowPlan
    let emission: WindowEmission
    /// How much longer a row waits because there are other partitions.
    private let patience: Int64
    private var keys = KeyIndex()
    private var keyed: [Keyed] = []
    private var schedule = CloseSchedule()
    private var changed: [UInt32] = []
    private var heapBytes = 0
    /// How many sessions there are.
    private(set) var count = 0
    /// Rows that end before are closed.
    private var closedBefore: Int64 = 0

    init(_ plan: WindowPlan, gap: Int64, emission: WindowEmission, partitions: Int) {
        self.plan = plan
        self.gap = gap
        self.emission = emission
        patience = partitions > 1 ? gap : 0
    }

    /// Bytes of memory that the sessions take.
    var bytes: Int {
        keys.bytes + keyed.capacity * MemoryLayout<Keyed>.stride + keys.count * 32
            + count * MemoryLayout<Session<Logic.Accumulator>>.stride + schedule.bytes + heapBytes
    }

    /// How many keys have sessions.
    var keyCount: Int { keys.count }

    /// Takes a record into its session, unless that is closed.
    ///
    /// - Parameter closeTime: The stream time of the record's partition, less the grace.
    mutating func take(
        _ record: WindowRecord, at order: RecordOrder, closeTime: Int64, key: UnsafeRawBufferPointer,
        input: Logic.Input, with logic: Logic, tell: Tell
    ) -> (refused: Int64, accepted: Bool) {
        let tag = KeyIndex.tag(of: key)
        let known = keys.number(of: key, tag: tag)
        let joined =
            known.map {
                keyed[$0].reached(
                    by: record.timestamp, gap: gap, partition: record.partition, openSince: closeTime - gap)
            } ?? []
        guard !joined.isEmpty || record.timestamp >= closeTime - gap else { return (1, false) }
        let number = known ?? newKey(key, tag)
        let before = emission == .everyChange ? bounds(of: number, joined, partition: record.partition) : []
        let isTimely = record.timestamp >= closeTime - gap
        let place = join(record, at: order, joined, of: number, isTimely: isTimely, input: input, with: logic)
        schedule.schedule(number, at: keyed[number].sessions[place].end)
        switch emission {
        case .everyChange: tellChange(of: number, before: before, place: place, with: logic, to: tell)
        case .changesOnCommit: noteChange(of: number)
        case .final: break
        }
        return (0, true)
    }

    /// Makes one session of a record and the sessions it reaches.
    ///
    /// - Returns: Its place.
    private mutating func join(
        _ record: WindowRecord, at order: RecordOrder, _ joined: [Int], of number: Int, isTimely: Bool,
        input: Logic.Input, with logic: Logic
    ) -> Int {
        var session: Session<Logic.Accumulator>
        if let last = joined.last {
            session = keyed[number].sessions.remove(at: last)
            session.isChanged = true
            heapBytes -= logic.heapBytes(of: session.accumulator)
        } else {
            session = Session(
                partition: record.partition, start: record.timestamp, timelyStart: record.timestamp,
                end: record.timestamp, accumulator: logic.identity())
        }
        for place in joined.dropLast().reversed() {
            let old = keyed[number].sessions.remove(at: place)
            session.start = min(session.start, old.start)
            session.timelyStart = min(session.timelyStart, old.timelyStart)
            session.end = max(session.end, old.end)
            heapBytes -= logic.heapBytes(of: old.accumulator)
            _ = logic.merge(old.accumulator, into: &session.accumulator)
        }
        session.start = min(session.start, record.timestamp)
        if isTimely { session.timelyStart = min(session.timelyStart, record.timestamp) }
        session.end = max(session.end, record.timestamp)
        _ = logic.add(input, at: order, to: &session.accumulator)
        heapBytes += logic.heapBytes(of: session.accumulator)
        count += 1 - joined.count
        return keyed[number].insert(session)
    }

    /// The rows that may go into a new one.
    private func bounds(of number: Int, _ joined: [Int], partition: Int32) -> [SessionBounds] {
        keyed[number].isMixed(with: partition)
            ? keyed[number].rows(gap: gap).map(\.bounds) : joined.map { keyed[number].sessions[$0].bounds }
    }

    /// Closes the rows that no record can reach any more; tells them if they are told once, ordered by start.
    mutating func close(by closingTime: Int64, with logic: Logic, tell: Tell) {
        let closed = closingTime - plan.grace - gap - patience
        guard closed > closedBefore else { return }
        closedBefore = closed
        var final: [(bounds: SessionBounds, key: [UInt8], value: Logic.Accumulator)] = []
        while let number = schedule.next(before: closed) {
            if keyed[number].isChanged { commit(number, with: logic, tell: tell) }
            for row in freeze(number, before: closed, with: logic) where emission == .final {
                final.append((row.bounds, keys.withKey(number) { Array($0) }, row.accumulator))
            }
            retire(number, before: closed, with: logic)
        }
        final.sort { ($0.bounds.start, $0.bounds.end) < ($1.bounds.start, $1.bounds.end) }
        for row in final {
            row.key.withUnsafeBytes { tell(Self.row(row.bounds, key: $0, kind: .final, value: row.value)) }
        }
    }

    /// Tells the rows that changed since the last commit, and retracts those told before that are no more.
    mutating func commit(with logic: Logic, tell: Tell) {
        let numbers = changed
        changed = []
        for number in numbers where keyed[Int(number)].isChanged { commit(Int(number), with: logic, tell: tell) }
    }

    /// Tells the rows of all sessions that start in a range, open and retained ones, key by key.
    func forEachRow(startingIn range: ClosedRange<Int64>, with logic: Logic, tell: Tell) {
        for number in keyed.indices {
            for row in keyed[number].rows(gap: gap) where range.contains(row.bounds.start) {
                let kind: WindowRow<Logic.Accumulator>.Kind =
                    keyed[number].sessions[row.members[0]].isFinal ? .final : .update
                keys.withKey(number) {
                    tell(Self.row(row.bounds, key: $0, kind: kind, value: value(of: row, of: number, with: logic)))
                }
            }
        }
    }

    private mutating func newKey(_ key: UnsafeRawBufferPointer, _ tag: UInt32) -> Int {
        let number = keys.insert(key, tag: tag).number
        if number == keyed.count { keyed.append(Keyed()) }
        return number
    }

    private mutating func noteChange(of number: Int) {
        guard !keyed[number].isChanged else { return }
        keyed[number].isChanged = true
        changed.append(UInt32(number))
    }

    /// Tombstones for the rows that went into a new one, then the new one.
    private func tellChange(
        of number: Int, before: [SessionBounds], place: Int, with logic: Logic, to tell: Tell
    ) {
        var row = Keyed.Row(bounds: keyed[number].sessions[place].bounds, members: [place])
        var others: [SessionBounds] = []
        if keyed[number].isMixed {
            let after = keyed[number].rows(gap: gap)
            row = after.first { $0.members.contains(place) } ?? row
            others = after.filter { !$0.members.contains(place) }.map(\.bounds)
        }
        // Another record at the one moment of a session replaces its row without a tombstone.
        let isMoment = row.bounds.start == row.bounds.end
        keys.withKey(number) { key in
            for old in before where row.bounds.start <= old.start && old.end <= row.bounds.end && !isMoment {
                if !others.contains(old) { tell(Self.row(old, key: key, kind: .retraction, value: nil)) }
            }
            tell(Self.row(row.bounds, key: key, kind: .update, value: value(of: row, of: number, with: logic)))
        }
    }

    private mutating func commit(_ number: Int, with logic: Logic, tell: Tell) {
        let rows = keyed[number].rows(gap: gap)
        let bounds = rows.map(\.bounds)
        keys.withKey(number) { key in
            for old in keyed[number].told where !bounds.contains(old) {
                tell(Self.row(old, key: key, kind: .retraction, value: nil))
            }
            for row in rows where row.members.contains(where: { keyed[number].sessions[$0].isChanged }) {
                tell(Self.row(row.bounds, key: key, kind: .update, value: value(of: row, of: number, with: logic)))
            }
        }
        for place in keyed[number].sessions.indices { keyed[number].sessions[place].isChanged = false }
        keyed[number].told = bounds
        keyed[number].isChanged = false
    }

    /// Makes each row of a key that ends before a moment one session that no longer changes.
    ///
    /// - Returns: Those rows.
    private mutating func freeze(
        _ number: Int, before closed: Int64, with logic: Logic
    ) -> [Session<Logic.Accumulator>] {
        let rows = keyed[number].rows(gap: gap).filter {
            $0.bounds.end < closed && !keyed[number].sessions[$0.members[0]].isFinal
        }
        let frozen = rows.map { row in
            Session(
                partition: keyed[number].sessions[row.members[0]].partition, start: row.bounds.start,
                timelyStart: row.bounds.start, end: row.bounds.end,
                accumulator: value(of: row, of: number, with: logic), isChanged: false,
                isFinal: true)
        }
        for place in rows.flatMap(\.members).sorted(by: >) {
            heapBytes -= logic.heapBytes(of: keyed[number].sessions.remove(at: place).accumulator)
            count -= 1
        }
        for session in frozen {
            heapBytes += logic.heapBytes(of: session.accumulator)
            count += 1
            _ = keyed[number].insert(session)
        }
        return frozen
    }

    /// Lets go of the sessions of a key that are no longer retained, and schedules the rest.
    private mutating func retire(_ number: Int, before closed: Int64, with logic: Logic) {
        let gone = closed - plan.extraRetention
        for place in keyed[number].sessions.indices.reversed() {
            let session = keyed[number].sessions[place]
            if session.isFinal, session.end < gone {
                heapBytes -= logic.heapBytes(of: session.accumulator)
                keyed[number].sessions.remove(at: place)
                keyed[number].told.removeAll { $0 == session.bounds }
                count -= 1
            }
        }
        for row in keyed[number].rows(gap: gap) {
            let isFinal = keyed[number].sessions[row.members[0]].isFinal
            schedule.schedule(number, at: isFinal ? row.bounds.end + plan.extraRetention : row.bounds.end)
        }
        if keyed[number].sessions.isEmpty {
            keyed[number] = Keyed()
            keys.remove(number)
            schedule.forget(number)
        }
    }

    private func value(of row: Keyed.Row, of number: Int, with logic: Logic) -> Logic.Accumulator {
        var value = keyed[number].sessions[row.members[0]].accumulator
        for member in row.members.dropFirst() {
            _ = logic.merge(keyed[number].sessions[member].accumulator, into: &value)
        }
        return value
    }

    private static func row(
        _ bounds: SessionBounds, key: UnsafeRawBufferPointer, kind: WindowRow<Logic.Accumulator>.Kind,
        value: Logic.Accumulator?
    ) -> WindowRow<Logic.Accumulator> {
        WindowRow(
            start: bounds.start, end: bounds.end, key: key, kind: kind, timestamp: bounds.end, value: value)
    }
}

extension SessionState {
    func write(to writer: inout PackedWriter, with logic: Logic) {
        writer.signed(closedBefore)
        writer.count(keyCount)
        for number in keyed.indices where !keyed[number].sessions.isEmpty {
            keys.withKey(number) { writer.block($0) }
            writer.flag(keyed[number].isChanged)
            writer.count(keyed[number].told.count)
            for bounds in keyed[number].told {
                writer.signed(bounds.start)
                writer.signed(bounds.end)
            }
            writer.count(keyed[number].sessions.count)
            for session in keyed[number].sessions {
                writer.signed(Int64(session.partition))
                writer.signed(session.start)
                writer.signed(session.end)
                writer.signed(session.timelyStart)
                writer.flag(session.isChanged)
                writer.flag(session.isFinal)
                logic.write(session.accumulator, to: &writer)
            }
        }
    }

    /// Reads sessions that were written down.
    mutating func restore(_ reader: inout PackedReader, with logic: Logic) throws(PackedError) {
        closedBefore = try reader.signed()
        for _ in 0..<(try reader.count()) {
            let key = try reader.block()
            guard key.count <= KeyIndex.longestKey else { throw .malformed }
            let number = key.withUnsafeBytes { newKey($0, KeyIndex.tag(of: $0)) }
            guard keyed[number].sessions.isEmpty else { throw .malformed }
            if try reader.flag() { noteChange(of: number) }
            for _ in 0..<(try reader.count()) { keyed[number].told.append(try Self.readBounds(&reader)) }
            let sessions = try reader.count()
            guard sessions > 0 else { throw .malformed }
            for _ in 0..<sessions {
                guard let partition = Int32(exactly: try reader.signed()) else { throw .malformed }
                let bounds = try Self.readBounds(&reader)
                let timelyStart = try reader.signed()
                guard (bounds.start...bounds.end).contains(timelyStart) else { throw .malformed }
                let (isChanged, isFinal) = (try reader.flag(), try reader.flag())
                let accumulator = try logic.read(&reader)
                let session = Session(
                    partition: partition, start: bounds.start, timelyStart: timelyStart, end: bounds.end,
                    accumulator: accumulator,
                    isChanged: isChanged, isFinal: isFinal)
                _ = keyed[number].insert(session)
                heapBytes += logic.heapBytes(of: accumulator)
                count += 1
                schedule.schedule(number, at: isFinal ? session.end + plan.extraRetention : session.end)
            }
        }
    }

    private static func readBounds(_ reader: inout PackedReader) throws(PackedError) -> SessionBounds {
        let bounds = SessionBounds(start: try reader.signed(), end: try reader.signed())
        guard 0 <= bounds.start, bounds.start <= bounds.end, bounds.end <= WindowRecord.latestTimestamp else {
            throw .malformed
        }
        return bounds
    }
}
