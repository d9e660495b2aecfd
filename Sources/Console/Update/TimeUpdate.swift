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

    /// What stands behind a time while it is typed: the moment it means, with its zone, or what can be typed.
    func timeNote(_ text: String) -> (text: String, isGood: Bool) {
        guard !text.trimmingBlanks.isEmpty else { return (TypedTimeError.forms, true) }
        return settings.zone.echo(text, now: now)
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
