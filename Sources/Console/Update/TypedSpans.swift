import Operations

/// Stretches of time as a person types them.
extension ConsoleState {
    /// Milliseconds of `2h`, `1d12h` or `PT1H30M`; nil when it is no stretch of time, or a negative one.
    func typedSpan(_ text: String) -> Int64? {
        let trimmed = text.trimmingBlanks
        if trimmed.uppercased().hasPrefix("P") {
            return (try? ResetTimes.duration(trimmed)).flatMap { $0 >= 0 ? $0 : nil }
        }
        let bare = trimmed.hasPrefix("-") || trimmed.hasPrefix("−") ? String(trimmed.dropFirst()) : trimmed
        guard bare.first?.isNumber == true, let moment = try? settings.zone.parse("-" + bare, now: now).milliseconds
        else {
            return nil
        }
        return moment <= now ? now - moment : nil
    }
}

extension Prompt.Kind {
    /// True where a time is typed, whose meaning is shown while it is.
    var takesTime: Bool { self == .time || self == .replay(.time) || self == .travel(.time) }
}
