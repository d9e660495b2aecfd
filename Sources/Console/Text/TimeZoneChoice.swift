import Cluster
package import Foundation
package import Operations

/// The zone times are shown and typed in. The header names it.
package enum TimeZoneChoice: Equatable, Sendable {
    /// Coordinated universal time.
    case utc
    /// The machine's zone (`TZ`, /etc/localtime).
    case local
    /// A zone of the IANA database.
    case named(TimeZone)

    /// The zone of a name as typed: `UTC`, `local`, `Europe/Berlin`, whatever its case; nil for one nobody knows.
    package init?(_ name: String) {
        switch name.lowercased() {
        case "utc", "z", "gmt", "etc/utc": self = .utc
        case "local": self = .local
        default:
            let wanted = name.replacing(" ", with: "_").lowercased()
            guard let known = Self.names.first(where: { $0.lowercased() == wanted }),
                let zone = TimeZone(identifier: known)
            else { return nil }
            self = .named(zone)
        }
    }

    /// The names of the IANA database, ascending.
    package static let names: [String] = TimeZone.knownTimeZoneIdentifiers.sorted()

    /// The name nearest to one that nobody knows.
    package static func suggestion(for name: String) -> String? {
        let wanted = name.lowercased().replacing(" ", with: "_")
        if let city = names.first(where: { $0.lowercased().hasSuffix("/" + wanted) }) { return city }
        return Suggestion.nearest(to: name, among: names + ["UTC", "local"])
    }

    /// How many seconds east of UTC its clocks are at a moment.
    package func offset(at milliseconds: Int64) -> Int {
        switch self {
        case .utc: return 0
        case .local:
            var moment = time_t(milliseconds.floored)
            var parts = tm()
            return localtime_r(&moment, &parts) == nil ? 0 : Int(parts.tm_gmtoff)
        case .named(let zone):
            return zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds.floored)))
        }
    }

    /// The reading of its clocks; nil outside the years 0 to 9999.
    func fields(_ milliseconds: Int64) -> CivilTime? {
        guard CivilTime(milliseconds: milliseconds) != nil else { return nil }
        return CivilTime(milliseconds: milliseconds + Int64(offset(at: milliseconds)) * 1000)
    }

    /// What settings and the palette call it: `UTC`, `local`, `Europe/Berlin`.
    package var identifier: String {
        switch self {
        case .utc: "UTC"
        case .local: "local"
        case .named(let zone): zone.identifier
        }
    }

    /// The zone's name at a moment: `UTC`, `CET`, `Europe/Berlin`.
    package func name(at milliseconds: Int64) -> String {
        switch self {
        case .utc: return "UTC"
        case .local:
            var moment = time_t(milliseconds.floored)
            var parts = tm()
            guard localtime_r(&moment, &parts) != nil, let zone = parts.tm_zone else { return "local" }
            return String(cString: zone)
        case .named(let zone): return zone.identifier
        }
    }

    /// The name where there is little room: `Z`, `CET`, `+01`, `+05:30`.
    package func shortName(at milliseconds: Int64) -> String {
        switch self {
        case .utc: return "Z"
        case .local: return name(at: milliseconds)
        case .named:
            let text = RFC3339.zone(offset(at: milliseconds))
            return text.hasSuffix(":00") ? String(text.dropLast(3)) : text
        }
    }

    /// `14:02:31`.
    package func clock(_ milliseconds: Int64) -> String { fields(milliseconds)?.clock ?? "–" }

    /// `14:02:31.685`.
    package func clockWithMilliseconds(_ milliseconds: Int64) -> String {
        guard let it = fields(milliseconds) else { return "–" }
        let part = String(it.millisecond)
        return it.clock + "." + String(repeating: "0", count: 3 - part.count) + part
    }

    /// `2026-11-21`.
    package func date(_ milliseconds: Int64) -> String { fields(milliseconds)?.date ?? "–" }

    /// `2026-11-21 14:02:31`.
    package func dateAndClock(_ milliseconds: Int64) -> String { "\(date(milliseconds)) \(clock(milliseconds))" }

    /// `2026-11-21T14:02:31.685+01:00`: for files, which must say their zone.
    package func exact(_ milliseconds: Int64) -> String {
        RFC3339.text(milliseconds, offset: offset(at: milliseconds))
    }

    /// Reads what a person types for a moment, in this zone; see ``TypedTime`` for what is taken.
    ///
    /// - Throws: `TypedTimeError`.
    package func parse(_ text: String, now: Int64) throws(TypedTimeError) -> TypedTime {
        try TypedTime(text, now: now, offset: offset(at:))
    }

    /// What a typed time was understood as, before it is used: `2026-11-21 13:02:00Z · 1h 00m ago`, with what a change of the clocks
    /// makes of it; or why it is no time.
    package func echo(_ text: String, now: Int64) -> (text: String, isGood: Bool) {
        do {
            let typed = try parse(text, now: now)
            return (echo(typed, now: now), true)
        } catch {
            return ("\(error)", false)
        }
    }

    /// What a resolved time is, with its zone.
    package func echo(_ typed: TypedTime, now: Int64) -> String {
        let moment = typed.milliseconds
        let offset = offset(at: moment)
        let exact = RFC3339.text(moment, offset: offset, fraction: moment % 1000 != 0, separator: " ")
        let name = self == .utc ? "" : " \(name(at: moment))"
        let away = moment <= now ? now &- moment : moment &- now
        let distance =
            away < 1000
            ? "now" : Durations.long(milliseconds: away).replacing(" ", with: "") + (moment <= now ? " ago" : " ahead")
        return "\(exact)\(name) · \(distance)" + shiftText(typed)
    }

    private func shiftText(_ typed: TypedTime) -> String {
        switch typed.shift {
        case nil: return ""
        case .skipped(let seconds):
            let (direction, size) = seconds < 0 ? ("back", -seconds) : ("forward", seconds)
            return
                " · ▲ no such time that day: clocks went \(direction) \(Durations.setting(milliseconds: Int64(size) * 1000))"
        case .twice(let second):
            return " · ▲ twice that day: this is the first, add \(RFC3339.zone(second)) for the second"
        }
    }
}

extension Int64 {
    /// Milliseconds as whole seconds, rounded down.
    fileprivate var floored: Int64 { self / 1000 - (self % 1000 < 0 ? 1 : 0) }
}
