import Operations

/// Times that are typed, and the zone they are meant in.
extension ConsoleState {
    /// The moment a typed time means, milliseconds since 1970, not before it; says what is wrong with one that means none.
    mutating func typedTime(_ text: String) -> Int64? {
        do {
            // Before 1970 Kafka's protocol has other meanings for the numbers.
            return max(0, try settings.zone.parse(text, now: now).milliseconds)
        } catch {
            say("\(error)", .warn)
            return nil
        }
    }

    /// What a typed time is understood as, before it is used: the moment with its zone, or why it is none. Never before 1970, as
    /// `typedTime` takes it.
    func timeNote(_ text: String) -> (text: String, isGood: Bool) {
        guard let typed = try? settings.zone.parse(text, now: now), typed.milliseconds < 0 else {
            return settings.zone.echo(text, now: now)
        }
        return (settings.zone.echo(TypedTime(0), now: now), true)
    }

    /// A moment with its zone, with its date unless it is today: `15:02:31 UTC`.
    func momentText(_ moment: Int64) -> String {
        let zone = settings.zone
        let isToday = zone.date(moment) == zone.date(now)
        return "\(isToday ? zone.clock(moment) : zone.dateAndClock(moment)) \(zone.name(at: moment))"
    }

    /// Milliseconds of `2h`, `90m` or `PT1H30M`; nil when it is no stretch of time, or a negative one.
    func typedSpan(_ text: String) -> Int64? {
        let trimmed = text.trimmingBlanks
        if trimmed.uppercased().hasPrefix("P") {
            return (try? ResetTimes.duration(trimmed)).flatMap { $0 >= 0 ? $0 : nil }
        }
        let bare = trimmed.hasPrefix("-") || trimmed.hasPrefix("−") ? String(trimmed.dropFirst()) : trimmed
        guard bare.first?.isNumber == true else { return nil }
        guard let moment = try? settings.zone.parse("-" + bare, now: now).milliseconds else { return nil }
        return moment <= now ? now - moment : nil
    }
}
