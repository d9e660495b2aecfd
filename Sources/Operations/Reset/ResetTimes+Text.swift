extension ResetTimes {
    /// Milliseconds as `PT1H30M`, `P2D` or `PT0.5S`, which `duration` reads back and `--by-duration` takes.
    package static func durationText(_ milliseconds: Int64) -> String {
        let size = milliseconds.magnitude
        let (days, hours, minutes) = (size / 86_400_000, size / 3_600_000 % 24, size / 60_000 % 60)
        let (seconds, fraction) = (size / 1000 % 60, size % 1000)
        var clock = ""
        if hours > 0 { clock += "\(hours)H" }
        if minutes > 0 { clock += "\(minutes)M" }
        if fraction > 0 {
            clock += "\(seconds).\(CivilTime.padded(Int64(fraction), 3))S"
        } else if seconds > 0 || (days == 0 && clock.isEmpty) {
            clock += "\(seconds)S"
        }
        let text = "P" + (days > 0 ? "\(days)D" : "") + (clock.isEmpty ? "" : "T" + clock)
        return milliseconds < 0 ? "-" + text : text
    }
}
