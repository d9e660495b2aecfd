import WindowedMetrics

/// What windows hold, found the slow way: every rule written as the definition has it, over all records seen.
struct WindowModel {
    let plan: WindowPlan
    private var streamTimes: [Int64]
    private(set) var accepted: [(record: ScriptRecord, closeTime: Int64)] = []
    private(set) var late = 0
    private(set) var refusedByWindow = 0
    /// Sessions by key and partition.
    private var sessions: [[UInt8]: [Own]] = [:]

    struct Own {
        var partition: Int32
        var start: Int64
        /// The first of its records that was not too late by itself.
        var timelyStart: Int64
        var end: Int64
        var members: [ScriptRecord]
    }

    init(_ plan: WindowPlan, partitions: Int) {
        self.plan = plan
        streamTimes = Array(repeating: -1, count: partitions)
    }

    /// The lowest stream time, less the grace: what windows are closed by.
    var closeTime: Int64 { (streamTimes.min() ?? -1) - plan.grace }

    mutating func take(_ record: ScriptRecord) {
        let partition = Int(record.record.partition)
        streamTimes[partition] = max(streamTimes[partition], record.record.timestamp)
        let closeTime = streamTimes[partition] - plan.grace
        let time = record.record.timestamp
        switch plan.kind {
        case .unwindowed: accepted.append((record, .min))
        case .tumbling, .hopping:
            let windows = Self.windows(of: time, plan)
            let refused = windows.filter { $0.end <= closeTime }.count
            refusedByWindow += refused
            if refused == windows.count { late += 1 } else { accepted.append((record, closeTime)) }
        case .sliding(let difference):
            if time + difference < closeTime { late += 1 } else { accepted.append((record, closeTime)) }
        case .session(let gap): take(record, gap: gap, closeTime: closeTime)
        }
    }

    /// Every row there ever was, with the records it holds.
    var rows: [RowName: Set<Int>] {
        switch plan.kind {
        case .unwindowed:
            var rows: [RowName: Set<Int>] = [:]
            for (record, _) in accepted {
                rows[RowName(start: 0, end: .max, key: record.key), default: []].insert(record.id)
            }
            return rows
        case .tumbling, .hopping:
            var rows: [RowName: Set<Int>] = [:]
            for (record, closeTime) in accepted {
                for window in Self.windows(of: record.record.timestamp, plan) where window.end > closeTime {
                    rows[RowName(start: window.start, end: window.end, key: record.key), default: []].insert(record.id)
                }
            }
            return rows
        case .sliding(let difference): return slidingRows(difference)
        case .session(let gap): return sessionRows(gap)
        }
    }

    /// Whether no record can change a row any more.
    func isClosed(_ row: RowName) -> Bool {
        switch plan.kind {
        case .unwindowed: false
        case .tumbling, .hopping: row.end <= closeTime
        case .sliding: row.end < closeTime
        case .session(let gap): row.end < closeTime - gap - (streamTimes.count > 1 ? gap : 0)
        }
    }

    private static func windows(of time: Int64, _ plan: WindowPlan) -> [(start: Int64, end: Int64)] {
        let (size, advance): (Int64, Int64) =
            switch plan.kind {
            case .hopping(let size, let advance): (size, advance)
            case .tumbling(let size): (size, size)
            default: (1, 1)
            }
        return stride(from: max(0, time - size + 1) / advance * advance, through: time, by: Int(advance))
            .filter { $0 <= time && time < $0 + size }.map { ($0, $0 + size) }
    }

    private func slidingRows(_ difference: Int64) -> [RowName: Set<Int>] {
        var rows: [RowName: Set<Int>] = [:]
        for (maker, closeTime) in accepted {
            let time = maker.record.timestamp
            for start in [max(0, time - difference), time + 1] where start + difference >= closeTime {
                let end = start + difference
                let members = accepted.filter { other in
                    other.record.key == maker.key && (start...end).contains(other.record.record.timestamp)
                        && end >= other.closeTime
                }
                if !members.isEmpty {
                    rows[RowName(start: start, end: end, key: maker.key)] = Set(members.map(\.record.id))
                }
            }
        }
        return rows
    }

    private mutating func take(_ record: ScriptRecord, gap: Int64, closeTime: Int64) {
        let time = record.record.timestamp
        let timely = time >= closeTime - gap ? time : .max
        var own = Own(
            partition: record.record.partition, start: time, timelyStart: timely, end: time, members: [record])
        var kept: [Own] = []
        for session in sessions[record.key] ?? [] {
            let isReached =
                session.partition == own.partition && session.end >= time - gap && session.start <= time + gap
                && session.end >= closeTime - gap
            guard isReached else {
                kept.append(session)
                continue
            }
            own.start = min(own.start, session.start)
            own.timelyStart = min(own.timelyStart, session.timelyStart)
            own.end = max(own.end, session.end)
            own.members += session.members
        }
        guard own.end >= closeTime - gap else {
            late += 1
            refusedByWindow += 1
            return
        }
        accepted.append((record, closeTime))
        sessions[record.key] = kept + [own]
    }

    private func sessionRows(_ gap: Int64) -> [RowName: Set<Int>] {
        var rows: [RowName: Set<Int>] = [:]
        for (key, sessions) in sessions {
            var parts = sessions.map { [$0] }
            var isSettled = false
            while !isSettled {
                isSettled = true
                search: for left in parts.indices {
                    for right in parts.indices where right > left && Self.touch(parts[left], parts[right], gap) {
                        parts[left] += parts.remove(at: right)
                        isSettled = false
                        break search
                    }
                }
            }
            for part in parts {
                let name = RowName(start: part.map(\.start).min() ?? 0, end: part.map(\.end).max() ?? 0, key: key)
                rows[name] = Set(part.flatMap { $0.members.map(\.id) })
            }
        }
        return rows
    }

    private static func touch(_ left: [Own], _ right: [Own], _ gap: Int64) -> Bool {
        left.contains { mine in
            right.contains { other in
                mine.partition != other.partition && mine.timelyStart <= other.end + gap
                    && other.timelyStart <= mine.end + gap
            }
        }
    }
}
