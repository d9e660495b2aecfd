import Cluster
package import Monitor

/// One row judged from its whole past; keeps every sample and works each figure out anew from the world itself.
package struct RowModel {
    struct Sample {
        var time: Double
        var value: Double
    }

    var ends: [Sample] = []
    var commits: [Sample] = []
    var lags: [Sample] = []
    var topicID: String?
    var moves: [Double] = []
    var behindSince: Double?
    /// True while it could not be read.
    var isUnseen = false
    /// When it could not be read: from the last good poll to the next one.
    var gaps: [(from: Double, to: Double)] = []
    var status = StatusModel()
    var loss = LossModel()
    var verdicts: [(time: Double, evidence: Evidence)] = []
    /// The row as it must be shown; nil before both its commit and its log were read.
    package internal(set) var shown: Shown?

    struct Evidence {
        var lag: Int64
        var arriving = 0.0
        var handled = 0.0
        var noise = 0.0
        var seconds = 0.0
        /// Commits come so seldom that a minute holds too few of them, and the present rest is a usual one.
        var isSparse = false
        /// The window holds several commits.
        var isWellSampled = false
    }

    /// What must be on the screen.
    package struct Shown: Equatable {
        /// Unread records.
        package internal(set) var lag: Lag
        /// Records that were deleted before they were read.
        package internal(set) var unreadable: Int64 = 0
        /// Whether the commit lies past the end.
        package internal(set) var isAhead = false
        /// How old the oldest unread record is.
        package internal(set) var age: LagAge
        /// When the row will have caught up.
        package internal(set) var catchUp = CatchUp.unknown
        /// The second at which it was last read.
        package internal(set) var readAtSecond: Double
        /// How its consumer fares.
        package internal(set) var status = ConsumerStatus.none
        /// Whether and when records are lost.
        package internal(set) var loss = LossModel()
        /// Whether there are records though nothing was ever committed.
        var hidesRecords = false
    }

    static func rise(_ samples: [Sample], window: Double, now: Double) -> (perSecond: Double, seconds: Double)? {
        let inWindow = samples.filter { $0.time >= now - window - 0.5 }
        guard let first = inWindow.first, let last = inWindow.last, last.time > first.time else { return nil }
        let rises = zip(inWindow, inWindow.dropFirst()).map { max($1.value - $0.value, 0) }.reduce(0, +)
        return (rises / (last.time - first.time), last.time - first.time)
    }

    static func noise(_ samples: [Sample], window: Double, now: Double) -> (noise: Double, seconds: Double)? {
        let inWindow = samples.filter { $0.time >= now - window - 0.5 }
        guard let first = inWindow.first, let last = inWindow.last, last.time > first.time else { return nil }
        let count = Double(inWindow.count)
        let meanTime = inWindow.map(\.time).reduce(0, +) / count
        let mean = inWindow.map(\.value).reduce(0, +) / count
        let slope =
            inWindow.map { ($0.time - meanTime) * ($0.value - mean) }.reduce(0, +)
            / inWindow.map { ($0.time - meanTime) * ($0.time - meanTime) }.reduce(0, +)
        let squares = inWindow.map { sample in
            let rest = sample.value - mean - slope * (sample.time - meanTime)
            return rest * rest
        }
        return (count > 2 ? (squares.reduce(0, +) / (count - 2)).squareRoot() : 0, last.time - first.time)
    }

    /// The verdict after all polls so far, walked through from the first.
    func catchUp() -> CatchUp {
        var shown = "unknown"
        var wish = "unknown"
        var wishSince = 0.0
        var seconds = 0.0
        var doubts = false
        for (time, evidence) in verdicts {
            doubts = false
            if evidence.lag == 0 {
                (shown, wish) = ("done", "done")
                continue
            }
            if shown == "done" {
                shown = evidence.seconds >= 10 ? "steady" : "unknown"
                wish = shown
            }
            let closing = evidence.handled - evidence.arriving
            if closing > 0 { seconds = Double(evidence.lag) / closing }
            guard evidence.seconds >= 10 else { continue }
            let factor = shown == "steady" ? 2.0 : 1.0
            let clear = abs(closing) * evidence.seconds > max(4 * evidence.noise * factor, 1)
            let small = Double(evidence.lag) <= max(4 * evidence.noise, 5 * evidence.arriving) * factor
            let next: String
            var wait = clear ? 10.0 : 30.0
            if evidence.isSparse {
                next = "unknown"
                wait = 10
            } else if small, !(clear && closing > 0) {
                let tiny = Double(evidence.lag) <= max(4 * evidence.noise, 2 * evidence.arriving)
                let rises = clear && closing < 0 && !tiny
                next = !rises ? "steady" : evidence.isWellSampled ? "never" : "unknown"
                wait = 10
                doubts = rises && shown == "steady"
            } else {
                next = closing > 0 ? "closing" : "never"
                doubts = clear && next == "never" && shown == "steady"
            }
            if evidence.isSparse { doubts = shown == "steady" }
            if shown == "never" { doubts = next == "steady" || closing > evidence.arriving / 10 }
            if shown == "unknown", next != "never" || evidence.isWellSampled {
                (shown, wish, doubts) = (next, next, false)
            } else if next == shown {
                wish = next
            } else {
                if wish != next { (wish, wishSince) = (next, time) }
                if time - wishSince >= wait { (shown, wish, doubts) = (next, next, false) }
            }
        }
        switch shown {
        case "done": return .done
        case "steady": return doubts ? .unknown : .steady
        case "closing": return .after(seconds: seconds)
        case "never": return doubts ? .unknown : .never
        default: return .unknown
        }
    }

    /// Works out the row from the world.
    ///
    /// - Parameters:
    ///   - committedAt: When the commit was made, wall milliseconds; nil where that is not told.
    ///   - hasCommitters: Whether anybody could commit.
    ///   - retention: What is kept of the topic.
    mutating func look(
        commit: Int64?, committedAt: Int64?, hasCommitters: Bool, log: Log?, retention: TopicRetention, now: Double,
        wall: Int64
    ) {
        let before = shown?.readAtSecond
        let gap = isUnseen ? before.map { now - $0 } ?? 0 : 0
        if let log, topicID != nil, topicID != log.topicID {
            status.beginAnew()
            loss.beginAnew()
            ends = []
            lags = []
            moves = []
            behindSince = nil
            verdicts = []
            commits = commits.suffix(1)
        }
        topicID = log?.topicID ?? topicID
        if isUnseen, let last = shown?.readAtSecond { gaps.append((last, now)) }
        isUnseen = false
        guard let commit else {
            behindSince = nil
            let holdsRecords = log.map { $0.end > $0.start } ?? false
            shown = Shown(lag: .noCommit, age: .noCommit, readAtSecond: now, hidesRecords: holdsRecords)
            status.lose(.none)
            return
        }
        guard let log else {
            status.lose(.unknown)
            loss.lose()
            shown = Shown(
                lag: .unknown(""), age: .unknown(""), readAtSecond: now, status: .unknown, loss: loss)
            return
        }
        var new = Shown(lag: .records(0, .exact), age: .caughtUp, readAtSecond: now)
        var lag: Int64 = 0
        if commit > log.end {
            new.isAhead = true
            new.lag = .records(0, .estimated)
            new.age = .unknown("")
        } else {
            let position = max(commit, log.start)
            new.unreadable = position - commit
            if let oldest = log.first(from: position) {
                lag = log.end - oldest.offset
                let hasHoles = log.isCompacted && oldest.offset < log.firstDirty
                new.lag = .records(lag, hasHoles ? .estimated : .exact)
                let isLowerBound = new.unreadable > 0 || (log.isCompacted && oldest.offset > position)
                new.age = .milliseconds(max(wall - oldest.timestamp, 0), isLowerBound ? .lowerBound : .exact)
            }
        }
        lags.append(Sample(time: now, value: Double(lag)))
        // At the first look as long as the record lies there, but not longer than since the last commit.
        var unread = now
        if before == nil, let committedAt, lag > 0, let oldest = log.first(from: max(commit, log.start)) {
            unread = now - Double(max(0, wall - max(oldest.timestamp, committedAt))) / 1000
        }
        behindSince = lag > 0 ? behindSince ?? unread : nil
        var evidence = Evidence(lag: lag)
        // After more than ten seconds without a look everything is judged from the return on.
        let window = min(60, now - (gaps.last { $0.to - $0.from > 10 }?.to ?? 0))
        if let out = Self.rise(commits, window: window, now: now), var arriving = Self.rise(ends, window: 60, now: now)
        {
            if arriving.seconds > out.seconds * 1.1 {
                arriving = Self.rise(ends, window: out.seconds, now: now) ?? (0, 0)
            }
            evidence.arriving = arriving.perSecond
            evidence.handled = out.perSecond
            if let trend = Self.noise(lags, window: window, now: now) {
                evidence.noise = trend.noise
                evidence.seconds = min(trend.seconds, out.seconds)
                evidence.isWellSampled = usualPause > 0 && usualPause * 4 <= evidence.seconds
                if let last = moves.last { evidence.isSparse = usualPause > 20 && now - last < usualPause * 1.5 }
            }
        } else {
            evidence.handled = Self.rise(commits, window: window, now: now)?.perSecond ?? 0
            evidence.arriving = Self.rise(ends, window: 60, now: now)?.perSecond ?? 0
        }
        verdicts.append((now, evidence))
        new.catchUp = catchUp()
        status.look(
            StatusModel.Look(
                committed: commit, committedAt: committedAt, lag: lag, unread: Self.milliseconds(unread),
                pastEnd: max(commit - log.end, 0),
                hasCommitters: hasCommitters, now: Self.milliseconds(now), wall: wall,
                before: before.map(Self.milliseconds), gap: Self.milliseconds(gap),
                ends: ends.map { (Self.milliseconds($0.time), Int64($0.value)) }))
        new.status = status.status
        loss.look(
            commit: commit, log: log, retention: retention, wall: wall, catchUp: new.catchUp,
            isStanding: [.stop, .stall, .noProgress].contains(new.status), lag: lag, handled: evidence.handled)
        new.loss = loss
        shown = new
    }

    /// The pause that was reached twice in a row, seconds.
    var usualPause: Double {
        let gaps = zip(moves, moves.dropFirst()).map { $1 - $0 }
        return gaps.count < 2 ? 0 : gaps.suffix(2).min() ?? 0
    }

    private static func milliseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1000).rounded()) }

    /// Seconds the commit has rested with something unread; 0 unless its status says that it stands.
    func rest(now: Double) -> Double {
        guard let behindSince, [.stop, .stall, .noProgress].contains(status.status) else { return 0 }
        let start = max(moves.last ?? behindSince, behindSince)
        // Nobody rests while nobody looks.
        let unseen = gaps.map { max(0, $0.to - max($0.from, start)) }.reduce(0, +)
        return (isUnseen ? shown?.readAtSecond ?? now : now) - start - unseen
    }
}
