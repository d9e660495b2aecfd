/// Moments as RFC 3339 writes them, which always say how far they are from UTC.
package enum RFC3339 {
    /// `2026-11-21T14:02:31.685Z`, `2026-11-21T15:02:31+01:00`; a number outside the years 0 to 9999 stays one, with its unit.
    ///
    /// - Parameters:
    ///   - milliseconds: Since 1970-01-01.
    ///   - offset: Seconds east of UTC; whole minutes count.
    ///   - fraction: Writes milliseconds, too.
    ///   - separator: What stands between date and time; RFC 3339 also takes a blank.
    package static func text(
        _ milliseconds: Int64, offset: Int = 0, fraction: Bool = true, separator: String = "T"
    ) -> String {
        let (local, overflow) = milliseconds.addingReportingOverflow(Int64(offset) * 1000)
        guard !overflow, let time = CivilTime(milliseconds: local) else { return "\(milliseconds)ms" }
        let part = fraction ? "." + CivilTime.padded(time.millisecond, 3) : ""
        return time.date + separator + time.clock + part + zone(offset)
    }

    /// `Z`, `+01:00`, `-03:30`.
    package static func zone(_ offset: Int) -> String {
        guard offset / 60 != 0 else { return "Z" }
        let minutes = Int64(offset.magnitude / 60)
        return (offset < 0 ? "-" : "+") + CivilTime.padded(minutes / 60) + ":" + CivilTime.padded(minutes % 60)
    }
}
