import Operations

/// Times and stretches of time as a person types them: one place for all prompts.
extension ConsoleState {
    /// Wall milliseconds of what was typed, in the zone chosen; nil when it is no time.
    func typedTime(_ text: String) -> Int64? { settings.zone.parse(text, now: now) }

    /// Milliseconds of `2h`, `90m` or `PT1H30M`; nil when it is no stretch of time, or a negative one.
    func typedSpan(_ text: String) -> Int64? {
        let trimmed = text.trimmingBlanks
        if trimmed.uppercased().hasPrefix("P") {
            return (try? ResetTimes.duration(trimmed)).flatMap { $0 >= 0 ? $0 : nil }
        }
        let bare = trimmed.hasPrefix("-") || trimmed.hasPrefix("−") ? String(trimmed.dropFirst()) : trimmed
        guard bare.first?.isNumber == true else { return nil }
        return typedTime("-" + bare).flatMap { $0 <= now ? now - $0 : nil }
    }
}
