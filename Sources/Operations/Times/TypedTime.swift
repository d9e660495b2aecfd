/// A moment that a person typed, resolved to the millisecond, with what there is to say of it before it is used.
///
/// Accepted, case ignored:
///
/// | typed | meant |
/// | --- | --- |
/// | `now` | the time shown |
/// | `-2h`, `-1d12h`, `+30m` | so long before or after that; units `ms s m h d w`, a day is 24 hours |
/// | `14:02`, `14:02:31.5` | today |
/// | `yesterday 14:00`, `today`, `tomorrow 9:30` | that day of the calendar, at midnight where no time is said |
/// | `2026-11-21`, `2026-11-21 14:02`, `2026-11-21T14:02:31` | that date |
/// | any of the last three with `Z`, `+02:00`, `+0200` or `+02` | in that offset instead of the zone |
/// | at least ten digits | seconds (ten digits) or milliseconds since 1970 |
package struct TypedTime: Equatable, Sendable {
    /// What a change of the clocks makes of it.
    package enum Shift: Equatable, Sendable {
        /// The clock skips this reading; taken is what it would have been without the change, which is so many seconds later by the new clock.
        case skipped(seconds: Int)
        /// The clock shows this reading twice; taken is the first, and the second is at this offset east of UTC, seconds.
        case twice(secondOffset: Int)
    }

    /// The moment, milliseconds since 1970.
    package var milliseconds: Int64
    /// What a change of the clocks makes of it; nil on all other days.
    package var shift: Shift?

    /// A moment.
    package init(_ milliseconds: Int64, shift: Shift? = nil) {
        self.milliseconds = milliseconds
        self.shift = shift
    }

    /// Reads what was typed.
    ///
    /// - Parameters:
    ///   - now: The moment that `now` and `today` are about, milliseconds since 1970.
    ///   - offset: How many seconds east of UTC clocks are at a moment, in the zone that times are meant in.
    /// - Throws: `TypedTimeError` that says what is wrong with it.
    package init(
        _ text: String, now: Int64, offset: (Int64) -> Int
    ) throws(TypedTimeError) {
        var reader = TimeReader(text)
        guard !reader.isAtEnd else { throw .empty }
        if reader.word("now") {
            guard reader.isAtEnd else { throw .notATime(text) }
            self.init(now)
        } else if let span = try reader.span() {
            guard reader.isAtEnd else { throw .notATime(text) }
            let (moment, overflow) = now.addingReportingOverflow(span)
            guard !overflow, CivilTime(milliseconds: moment) != nil else { throw .outOfRange(text) }
            self.init(moment)
        } else if let number = reader.epoch() {
            self.init(number)
        } else {
            try self.init(&reader, text, now: now, offset: offset)
        }
    }

    private init(
        _ reader: inout TimeReader, _ text: String, now: Int64, offset: (Int64) -> Int
    ) throws(TypedTimeError) {
        var date = reader.date()
        let day = date == nil ? reader.day() : nil
        let isBound = date != nil || day != nil ? reader.separator() : false
        let clock = reader.clock()
        guard clock != nil || (date != nil || day != nil) && !isBound else { throw .notATime(text) }
        let fixed = reader.zone()
        guard reader.isAtEnd else { throw .notATime(text) }
        func zone(_ moment: Int64) -> Int { fixed ?? offset(moment) }
        if date == nil {
            // The day is the one on the calendar of the zone that is meant.
            let (local, overflow) = now.addingReportingOverflow(Int64(zone(now)) * 1000)
            guard !overflow, let today = CivilTime(milliseconds: local)?.adding(days: day ?? 0) else {
                throw .outOfRange(text)
            }
            date = CivilTime(today.year, today.month, today.day)
        }
        guard var wall = date else { throw .notATime(text) }
        (wall.hour, wall.minute, wall.second, wall.millisecond) = clock ?? (0, 0, 0, 0)
        guard wall.isValid else { throw .noSuchTime(text) }
        self = Self.resolve(wall, zone)
    }

    /// The moment at which clocks of a zone read so.
    ///
    /// - Parameter offset: How many seconds east of UTC clocks are at a moment.
    package static func resolve(_ wall: CivilTime, _ offset: (Int64) -> Int) -> TypedTime {
        let reading = wall.milliseconds
        // Clocks change at most once in two days, so these are the only offsets that can be in force.
        let before = offset(reading - 86_400_000)
        let after = offset(reading + 86_400_000)
        func moment(_ offset: Int) -> Int64 { reading - Int64(offset) * 1000 }
        let (early, late) = (moment(before), moment(after))
        let isEarly = offset(early) == before
        let isLate = offset(late) == after
        switch (isEarly, isLate) {
        case (true, true) where early != late: return TypedTime(min(early, late), shift: .twice(secondOffset: after))
        case (true, _): return TypedTime(early)
        case (_, true): return TypedTime(late)
        case (false, false): return TypedTime(early, shift: .skipped(seconds: after - before))
        }
    }
}

/// Why a text is no time, in words for whoever typed it.
package enum TypedTimeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nothing was typed.
    case empty
    /// It has none of the forms.
    case notATime(String)
    /// It has a form, but the calendar or the day has no such time.
    case noSuchTime(String)
    /// It is before the year 0 or after the year 9999.
    case outOfRange(String)

    /// The forms in short, for prompts.
    package static let forms = "14:02, yesterday 14:00, 2026-11-21 14:02, -2h, now"

    package var description: String {
        switch self {
        case .empty: "type a time: \(Self.forms)"
        case .notATime(let text): "\"\(text)\" is no time; write \(Self.forms)"
        case .noSuchTime(let text): "\"\(text)\": the calendar has no such day or the day no such time"
        case .outOfRange(let text): "\"\(text)\" is outside the years 0 to 9999"
        }
    }
}
