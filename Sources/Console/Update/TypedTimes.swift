import Operations

/// Times and stretches of time as a person types them: one place for all prompts.
extension ConsoleState {
    /// Milliseconds of `2h`, `90m` or `PT1H30M`; nil when it is no stretch of time, or a negative one.
    func typedSpan(_ text: String) -> Int64? {
        let trimmed = text.trimmingBlanks
        if trimmed.uppercased().hasPrefix("P") {
            return (try? ResetTimes.duration(trimmed)).flatMap { $0 >= 0 ? $0 : nil }
        }
        let bare = trimmed.hasPrefix("-") || trimmed.hasPrefix("−") ? String(trimmed.dropFirst()) : trimmed
        guard bare.first?.isNumber == true else { return nil }
        return (try? settings.zone.parse("-" + bare, now: now).milliseconds).flatMap { $0 <= now ? now - $0 : nil }
    }
}
