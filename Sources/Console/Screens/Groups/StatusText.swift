import Cluster
import Monitor

/// A consumer's status as a word, and the reason for it as a sentence.
enum StatusText {
    /// How bad a status is.
    static func level(_ status: ConsumerStatus) -> Theme.Level {
        switch status {
        case .none, .ok, .unknown: .ok
        case .warn, .error, .noProgress: .warn
        case .stop, .stall, .rewind: .crit
        }
    }

    /// The word in its colour.
    static func cell(_ figure: StatusFigure, _ theme: Theme) -> CellText {
        switch figure.status {
        case .none, .unknown: CellText(figure.status.word, theme.muted)
        case .ok: CellText(figure.status.word, theme.ok)
        default: CellText(figure.status.word, theme.style(for: level(figure.status)))
        }
    }

    /// What stands behind the word: `commits every 5s, offset unchanged for 4m 00s, lag 3,585`.
    static func reason(_ figure: StatusFigure, lag: Lag) -> String {
        func time(_ milliseconds: Int64) -> String { Durations.long(milliseconds: milliseconds) }
        let wait = lag.records.map { ", lag \(Figures.grouped($0))" } ?? ""
        return switch figure.basis {
        case .noCommit: "nothing was committed yet"
        case .unreadable(let why): why
        case .caughtUp: "everything is read"
        case .moving(let silence) where silence >= 15_000:
            "no commit for \(time(silence)), not long enough to say that it stopped" + wait
        case .moving: "commits come, and the lag gets smaller now and then" + wait
        case .watched(let seen, let needed): "watched for \(time(seen)) of \(time(needed)) as yet" + wait
        case .silent(let silence):
            "no commit for \(time(silence)), and how often they usually come is not known yet" + wait
        case .pastEnd(let count):
            "the commit lies \(Figures.grouped(count)) past the end: the topic was made anew or cut"
        case .growing(let commits, let within, let from, let to):
            "\(commits) commits in \(time(within)), lag \(Figures.grouped(from)) → \(Figures.grouped(to)), never smaller"
        case .unmoved(let rest, let hasMembers):
            "offset unchanged for \(time(rest))\(wait)\(hasMembers ? "" : ", no member is alive")"
                + "; STOP or STALL: this cluster does not tell when commits come"
        case .stopped(let silence, let hasMembers):
            "no commit for \(time(silence))\(hasMembers ? "" : ", no member is alive")" + wait
        case .stalled(let every, let unmoved):
            "commits every \(time(every)), offset unchanged for \(time(unmoved))" + wait
        case .wentBack(let from, let to, let ago):
            "the commit went back \(Figures.grouped(from)) → \(Figures.grouped(to)) \(time(ago)) ago" + wait
        }
    }

    /// `STALL orders-7: commits every 5s, …`; nil where there is nothing wrong.
    static func sentence(_ group: GroupFigures) -> String? {
        guard group.status.status >= .warn, let partition = group.statusPartition,
            let row = group.partitions.first(where: { $0.topicPartition == partition })
        else { return nil }
        return "\(group.status.status.word) \(partition): \(reason(row.status, lag: row.lag))."
    }
}

/// Whether a group loses what it has not read, as words.
enum LossText {
    /// How bad a verdict is.
    static func level(_ verdict: LossVerdict) -> Theme.Level {
        switch verdict {
        case .none, .safe: .ok
        case .tight: .warn
        case .willLose, .lost: .crit
        }
    }

    /// `LOST 12.4k`, `WILL LOSE ≥3h`, `TIGHT ≥3h`, `SAFE ≥6d`, `—`; in a narrow column `LOSE ≥3h`.
    static func cell(
        _ verdict: LossVerdict, _ horizon: LossHorizon, lost: Int64, width: Int, _ theme: Theme
    ) -> CellText {
        let style: Style? = verdict == .none ? theme.muted : verdict == .safe ? nil : theme.style(for: level(verdict))
        if verdict == .lost { return CellText("LOST \(Figures.short(lost))", style) }
        guard case .after(let milliseconds, _, let quality) = horizon, verdict != .none else {
            return CellText(verdict.word, style)
        }
        let long = quality.mark + Durations.long(milliseconds: milliseconds)
        let short = quality.mark + Durations.short(milliseconds: milliseconds)
        let word = width < 14 && verdict == .willLose ? "LOSE" : verdict.word
        return CellText("\(word) " + (CellWidth.of("\(word) \(long)") <= width ? long : short), style)
    }

    /// What a file says of it: the verdict and the seconds there are.
    static func exact(_ verdict: LossVerdict, _ horizon: LossHorizon, lost: Int64) -> String {
        if verdict == .lost { return "LOST \(lost)" }
        guard verdict != .none else { return "" }
        return horizon.milliseconds.map { "\(verdict.word) \($0 / 1000)" } ?? verdict.word
    }

    /// What is sorted by: the worst first, of them those with the least time.
    static func key(_ verdict: LossVerdict, _ horizon: LossHorizon, lost: Int64) -> SortKey {
        let place: Double =
            if verdict == .lost {
                Double(lost) / (Double(lost) + 1)
            } else {
                1 / (1 + Double(horizon.milliseconds ?? Int64.max))
            }
        return .number(Double(verdict.rawValue) + place)
    }

    /// Why records went: `retention.ms`, `DeleteRecords`; empty where it is not known.
    static func cause(_ cause: LossCause) -> String {
        switch cause {
        case .retention(let limit): limit?.rawValue ?? "retention"
        case .deletedRecords: "DeleteRecords"
        case .unknown: ""
        }
    }

    /// What was lost; nil for nothing.
    static func lost(_ group: GroupFigures, _ zone: TimeZoneChoice) -> String? {
        let gone = group.partitions.max { (Self.gone($0), $1.topicPartition) < (Self.gone($1), $0.topicPartition) }
        guard let gone, Self.gone(gone) > 0 else { return nil }
        var text =
            "\(Figures.grouped(Self.gone(gone))) records of \(gone.topicPartition) were deleted before the group read them"
        if let loss = gone.loss.lost {
            let when = loss.since.map { " at \(zone.clock($0))" } ?? ", before this was watched"
            let why = cause(loss.cause)
            text += when + (why.isEmpty ? "" : " (\(why))") + "; a: acknowledge"
        }
        return text + "."
    }

    /// What will be lost, and when; nil where there is time enough.
    static func losing(_ group: GroupFigures) -> String? {
        let rows = group.partitions.filter { $0.loss.isLosingMore || $0.loss.verdict == .tight }
        let worst = rows.min { left, right in
            if left.loss.isLosingMore != right.loss.isLosingMore { return left.loss.isLosingMore }
            return left.loss.horizon.milliseconds ?? .max < right.loss.horizon.milliseconds ?? .max
        }
        return worst.flatMap(horizon)
    }

    private static func gone(_ row: GroupPartitionFigures) -> Int64 { max(row.loss.lost?.records ?? 0, row.unreadable) }

    /// `orders-7 loses unread records in ≥3h 12m (retention.ms); it does not catch up.`
    private static func horizon(_ row: GroupPartitionFigures) -> String? {
        guard case .after(let milliseconds, let limit, let quality) = row.loss.horizon else { return nil }
        let pace: String =
            switch row.catchUp {
            case .after(let seconds) where seconds < 8e9 && !row.status.status.isStanding:
                "catching up takes \(Durations.long(milliseconds: Int64(max(0, seconds) * 1000)))"
            default: "it does not catch up"
            }
        let time = quality.mark + Durations.long(milliseconds: milliseconds)
        return "\(row.topicPartition) loses unread records in \(time) (\(limit.rawValue)); \(pace)."
    }
}
