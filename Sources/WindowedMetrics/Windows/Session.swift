/// Records of one key in one partition with no gap between them.
struct Session<Accumulator: Sendable>: Sendable {
    let partition: Int32
    /// The first record's time.
    var start: Int64
    /// The time of the first record that would not have been too late by itself. A later one may join a long session at its front, however
    /// long ago that is; what is near to another partition's session is told from this, or rows that closed meanwhile would be touched.
    var timelyStart: Int64
    /// The last record's time.
    var end: Int64
    var accumulator: Accumulator
    /// Changed since its row was last told.
    var isChanged = true
    /// Closed, and kept to be read: a whole row, whatever partitions it came from.
    var isFinal = false

    /// What it spans.
    var bounds: SessionBounds { SessionBounds(start: start, end: end) }
}

/// The first and the last moment of a session row.
struct SessionBounds: Sendable, Equatable {
    var start: Int64
    var end: Int64
}

/// The sessions of one key, ordered by their start.
///
/// Sessions are built for each input partition as Kafka Streams builds them, so what they become depends on their partition's records alone.
/// A row is one session, or several of different partitions that are no further apart than the gap: the same for every interleaving.
struct KeySessions<Accumulator: Sendable>: Sendable {
    /// One row: what it spans, and which sessions it consists of.
    struct Row {
        var bounds: SessionBounds
        var members: [Int]
    }

    var sessions: [Session<Accumulator>] = []
    /// Rows that were told and not retracted, where rows are told at commits.
    var told: [SessionBounds] = []
    /// To be looked at at the next commit.
    var isChanged = false
    /// Sessions of more than one partition are or were among them.
    private(set) var isMixed = false
    /// The longest session so far: how far back one may begin that reaches a moment.
    private var longest: Int64 = 0

    /// The places of a partition's open sessions that a record at `time` is no further than the gap from.
    ///
    /// - Parameter openSince: Sessions that end earlier are closed by the record's own partition.
    func reached(by time: Int64, gap: Int64, partition: Int32, openSince: Int64) -> [Int] {
        var found: [Int] = []
        var place = firstPlace(after: time + gap) - 1
        while place >= 0, sessions[place].start >= time - gap - longest {
            let session = sessions[place]
            if session.partition == partition, session.end >= max(time - gap, openSince), !session.isFinal {
                found.append(place)
            }
            place -= 1
        }
        return found.reversed()
    }

    /// Puts a session in its place.
    mutating func insert(_ session: Session<Accumulator>) -> Int {
        if let first = sessions.first, first.partition != session.partition { isMixed = true }
        longest = max(longest, session.end - session.start)
        let place = firstPlace(after: session.start)
        sessions.insert(session, at: place)
        return place
    }

    /// Whether a session of a partition can be part of a row with another partition's.
    func isMixed(with partition: Int32) -> Bool {
        isMixed || sessions.first.map { $0.partition != partition } ?? false
    }

    /// The rows that the sessions make, by their start.
    func rows(gap: Int64) -> [Row] {
        guard isMixed else {
            return sessions.indices.map { Row(bounds: sessions[$0].bounds, members: [$0]) }
        }
        var leaders = Array(sessions.indices)
        func leader(_ place: Int) -> Int {
            var place = place
            while leaders[place] != place { place = leaders[place] }
            return place
        }
        for left in sessions.indices {
            for right in (left + 1)..<max(sessions.count, left + 1) {
                guard sessions[right].start <= sessions[left].end + gap else { break }
                guard sessions[left].partition != sessions[right].partition else { continue }
                guard !sessions[left].isFinal, !sessions[right].isFinal else { continue }
                guard sessions[right].timelyStart <= sessions[left].end + gap,
                    sessions[left].timelyStart <= sessions[right].end + gap
                else { continue }
                let (first, second) = (leader(left), leader(right))
                leaders[max(first, second)] = min(first, second)
            }
        }
        var rows: [Row] = []
        var places: [Int: Int] = [:]
        for place in sessions.indices {
            let session = sessions[place]
            if let row = places[leader(place)] {
                rows[row].members.append(place)
                rows[row].bounds.end = max(rows[row].bounds.end, session.end)
            } else {
                places[leader(place)] = rows.count
                rows.append(Row(bounds: session.bounds, members: [place]))
            }
        }
        return rows
    }

    /// The place of the first session that starts after a moment.
    private func firstPlace(after moment: Int64) -> Int {
        var (low, high) = (0, sessions.count)
        while low < high {
            let middle = (low + high) / 2
            if sessions[middle].start <= moment { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
