import Operations

extension Prompt.Kind {
    /// What stands behind the line while it is typed, where it may name a time: the moment meant, with its zone, or what can be typed.
    ///
    /// - Returns: Nil where no time is typed.
    func timeNote(_ typed: String, in state: ConsoleState) -> (text: String, isGood: Bool)? {
        let text = typed.trimmingBlanks
        switch self {
        case .time, .replay(.time), .travel(.time):
            return text.isEmpty ? (TypedTimeError.forms, true) : state.timeNote(text)
        case .travel(.later):
            if text.isEmpty { return ("an offset, \(TypedTimeError.forms); nothing for one moment", true) }
            return TravelState.laterOffset(text).map { ("offset \(Figures.grouped($0))", true) } ?? state.timeNote(text)
        case .replay(.back):
            if text.isEmpty { return ("30s, 90m, 2h, 1d, PT1H30M", true) }
            guard let span = state.typedSpan(text) else { return ("no stretch of time", false) }
            let (moment, overflowed) = state.now.subtractingReportingOverflow(span)
            return (state.settings.zone.echo(TypedTime(overflowed ? 0 : max(0, moment)), now: state.now), true)
        default: return nil
        }
    }
}
