import Foundation

/// Functions of days, times of day and moments. Patterns are those of Java's `DateTimeFormatter`; zones have names as `Europe/Berlin`.
enum TimeFunctions {
    static let all: [ScalarFunction] = moments + old + days + times + shifts

    private static let text = Signature.Pattern.type(.string)
    private static let bigint = Signature.Pattern.type(.bigint)
    private static let integer = Signature.Pattern.type(.integer)
    private static let timestamp = Signature.Pattern.type(.timestamp)
    private static let date = Signature.Pattern.type(.date)
    private static let time = Signature.Pattern.type(.time)

    private static let moments: [ScalarFunction] = [
        ScalarFunction(
            "FROM_UNIXTIME", .time, "The moment so many milliseconds after 1970-01-01T00:00:00Z.",
            Signature([bigint], timestamp, .one { value throws(EvaluationFailure) in .timestamp(try value.asWhole) })),
        ScalarFunction(
            "UNIX_TIMESTAMP", .time,
            "A moment's milliseconds since 1970-01-01T00:00:00Z; the present one's if not said.",
            Signature([], bigint, .none { () throws(EvaluationFailure) in .bigint(now) }),
            Signature([timestamp], bigint, .one { value throws(EvaluationFailure) in .bigint(try moment(value)) })),
        ScalarFunction(
            "FORMAT_TIMESTAMP", .time, "A moment as a text by a pattern, in a zone (UTC if not said).",
            Signature(
                [timestamp, text], text,
                .two { value, pattern throws(EvaluationFailure) in try format(try moment(value), pattern, nil) }),
            Signature(
                [timestamp, text, text], text,
                .three { value, pattern, zone throws(EvaluationFailure) in try format(try moment(value), pattern, zone)
                })),
        ScalarFunction(
            "PARSE_TIMESTAMP", .time, "The moment a text says by a pattern, in a zone (UTC if not said).",
            Signature(
                [text, text], timestamp,
                .two { value, pattern throws(EvaluationFailure) in .timestamp(try parse(value, pattern, nil)) }),
            Signature(
                [text, text, text], timestamp,
                .three { value, pattern, zone throws(EvaluationFailure) in .timestamp(try parse(value, pattern, zone)) }
            )),
        ScalarFunction(
            "CONVERT_TZ", .time,
            "A moment whose clock reading in one zone is taken for a reading in another: moment, from, to.",
            Signature(
                [timestamp, text, text], timestamp,
                .three { value, from, to throws(EvaluationFailure) in
                    let (source, target) = (try Zone.named(try from.asText), try Zone.named(try to.asText))
                    let moment = try moment(value)
                    return .timestamp(try shifted(moment, target.offset(at: moment) - source.offset(at: moment), 1))
                })),
    ]

    private static let old: [ScalarFunction] = [
        ScalarFunction(
            "TIMESTAMPTOSTRING", .time, "Milliseconds since 1970 as a text by a pattern, in a zone (UTC if not said).",
            Signature(
                [bigint, text], text,
                .two { value, pattern throws(EvaluationFailure) in try format(try value.asWhole, pattern, nil) }),
            Signature(
                [bigint, text, text], text,
                .three { value, pattern, zone throws(EvaluationFailure) in try format(try value.asWhole, pattern, zone)
                })),
        ScalarFunction(
            "STRINGTOTIMESTAMP", .time,
            "The milliseconds since 1970 a text says by a pattern, in a zone (UTC if not said).",
            Signature(
                [text, text], bigint,
                .two { value, pattern throws(EvaluationFailure) in .bigint(try parse(value, pattern, nil)) }),
            Signature(
                [text, text, text], bigint,
                .three { value, pattern, zone throws(EvaluationFailure) in .bigint(try parse(value, pattern, zone)) })),
    ]

    private static let days: [ScalarFunction] = [
        ScalarFunction(
            "FORMAT_DATE", .time, "A day as a text by a pattern.",
            Signature(
                [date, text], text,
                .two { value, pattern throws(EvaluationFailure) in
                    try format(try day(value) * Milliseconds.perDay, pattern, nil)
                })),
        ScalarFunction(
            "PARSE_DATE", .time, "The day a text says by a pattern.",
            Signature(
                [text, text], date,
                .two { value, pattern throws(EvaluationFailure) in
                    try dayValue(Milliseconds.split(try parse(value, pattern, nil)).day)
                })),
        ScalarFunction(
            "FROM_DAYS", .time, "The day so many days after 1970-01-01.",
            Signature([integer], date, .one { value throws(EvaluationFailure) in try dayValue(try value.asWhole) })),
        ScalarFunction(
            "UNIX_DATE", .time, "How many days after 1970-01-01 a day is; today in UTC if not said.",
            Signature(
                [], integer,
                .none { () throws(EvaluationFailure) in .integer(Int32(clamping: Milliseconds.split(now).day)) }),
            Signature(
                [date], integer, .one { value throws(EvaluationFailure) in .integer(Int32(clamping: try day(value))) })),
    ]

    private static let times: [ScalarFunction] = [
        ScalarFunction(
            "FORMAT_TIME", .time, "A time of day as a text by a pattern.",
            Signature(
                [time, text], text,
                .two { value, pattern throws(EvaluationFailure) in try format(try ofDay(value), pattern, nil) })),
        ScalarFunction(
            "PARSE_TIME", .time, "The time of day a text says by a pattern.",
            Signature(
                [text, text], time,
                .two { value, pattern throws(EvaluationFailure) in
                    .time(Int32(Milliseconds.split(try parse(value, pattern, nil)).ofDay))
                })),
    ]

    private static let shifts: [ScalarFunction] = [
        shift("TIMESTAMPADD", timestamp, "A moment later by a number of units: TIMESTAMPADD(MINUTES, 5, t).", 1),
        shift("TIMESTAMPSUB", timestamp, "A moment earlier by a number of units.", -1),
        shift("DATEADD", date, "A day later by a number of units: DATEADD(DAYS, 5, d).", 1),
        shift("DATESUB", date, "A day earlier by a number of units.", -1),
        shift("TIMEADD", time, "A time of day later by a number of units, around midnight: TIMEADD(HOURS, 5, t).", 1),
        shift("TIMESUB", time, "A time of day earlier by a number of units, around midnight.", -1),
    ]

    // MARK: - how

    /// The wall clock, milliseconds since 1970.
    private static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    private static func shift(
        _ name: String, _ type: Signature.Pattern, _ summary: String, _ direction: Int64
    ) -> ScalarFunction {
        ScalarFunction(
            name, .time, summary, unitPlace: 0,
            Signature(
                [text, integer, type], type,
                .three { unit, count, value throws(EvaluationFailure) in
                    guard let unit = TimeUnit(try unit.asText) else {
                        throw EvaluationFailure(reason: "the unit is unknown")
                    }
                    let (change, overflow) = (try count.asWhole).multipliedReportingOverflow(by: unit.milliseconds)
                    guard !overflow else { throw tooFar }
                    return try moved(value, change, direction)
                }))
    }

    private static let tooFar = EvaluationFailure(reason: "the result lies outside the years -9999 to 9999")

    private static func moved(_ value: SQLValue, _ change: Int64, _ direction: Int64) throws(EvaluationFailure)
        -> SQLValue
    {
        switch value {
        case .timestamp(let moment): return .timestamp(try shifted(moment, change, direction))
        case .date(let day):
            return try dayValue(
                Milliseconds.split(try shifted(Int64(day) * Milliseconds.perDay, change, direction)).day)
        case .time(let time):
            return .time(Int32(Milliseconds.split(try shifted(Int64(time), change, direction)).ofDay))
        default: return .null
        }
    }

    private static func shifted(_ value: Int64, _ change: Int64, _ direction: Int64) throws(EvaluationFailure) -> Int64
    {
        let (sum, overflow) =
            direction > 0 ? value.addingReportingOverflow(change) : value.subtractingReportingOverflow(change)
        guard !overflow else { throw tooFar }
        return sum
    }

    private static func moment(_ value: SQLValue) throws(EvaluationFailure) -> Int64 {
        guard case .timestamp(let moment) = value else { throw EvaluationFailure(reason: "the value is no TIMESTAMP") }
        return moment
    }

    private static func day(_ value: SQLValue) throws(EvaluationFailure) -> Int64 {
        guard case .date(let day) = value else { throw EvaluationFailure(reason: "the value is no DATE") }
        return Int64(day)
    }

    private static func ofDay(_ value: SQLValue) throws(EvaluationFailure) -> Int64 {
        guard case .time(let time) = value else { throw EvaluationFailure(reason: "the value is no TIME") }
        return Int64(time)
    }

    private static func dayValue(_ days: Int64) throws(EvaluationFailure) -> SQLValue {
        guard CivilDate.days.contains(days), let day = Int32(exactly: days) else { throw tooFar }
        return .date(day)
    }

    private static func format(
        _ moment: Int64, _ pattern: SQLValue, _ zone: SQLValue?
    ) throws(EvaluationFailure) -> SQLValue {
        let pattern = try TimePattern.cached(try pattern.asText)
        return .string(
            try pattern.text(
                moment, in: try zone.map { value throws(EvaluationFailure) in try Zone.named(try value.asText) } ?? .utc
            ))
    }

    private static func parse(
        _ value: SQLValue, _ pattern: SQLValue, _ zone: SQLValue?
    ) throws(EvaluationFailure) -> Int64 {
        let pattern = try TimePattern.cached(try pattern.asText)
        return try pattern.moment(
            try value.asText,
            in: try zone.map { value throws(EvaluationFailure) in try Zone.named(try value.asText) } ?? .utc)
    }
}
