extension Prompt.Kind {
    /// True where a time is typed, whose meaning is shown while it is.
    var takesTime: Bool { self == .time || self == .replay(.time) || self == .travel(.time) }
}
