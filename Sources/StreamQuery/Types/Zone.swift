import Foundation
import Synchronization

/// A time zone: how far its clocks are from UTC at a moment.
struct Zone: Sendable {
    /// Nil for UTC.
    private let zone: TimeZone?
    /// The name it was asked for by.
    let name: String

    /// Coordinated universal time, by the name ksqlDB has for it where no zone is given.
    static let utc = Zone(zone: nil, name: "GMT")

    private static let known = Mutex<[String: Zone]>([:])

    /// A zone as `Europe/Berlin`, `UTC`, `Z`, `+02:00`.
    static func named(_ name: String) throws(EvaluationFailure) -> Zone {
        if let zone = known.withLock({ $0[name] }) { return zone }
        guard let zone = made(name) else {
            throw EvaluationFailure(reason: "no time zone is called \"\(name.prefix(40))\"")
        }
        // Names come from records too: the cache is bounded.
        known.withLock { if $0.count < 1000 { $0[name] = zone } }
        return zone
    }

    private static func made(_ name: String) -> Zone? {
        if ["UTC", "GMT", "Z"].contains(name) { return Zone(zone: nil, name: name) }
        var reader = TemporalText.Reader(name)
        if let offset = reader.offset(), reader.isAtEnd {
            return TimeZone(secondsFromGMT: Int(offset / 1000)).map { Zone(zone: $0, name: name) }
        }
        return TimeZone(identifier: name).map { Zone(zone: $0, name: name) }
    }

    /// The short name at a moment: `CET`, `CEST`, `EST`; `GMT+9` where the platform knows none, the name itself of UTC and of offsets.
    func shortName(at moment: Int64) -> String {
        guard let zone, !name.hasPrefix("+"), !name.hasPrefix("-") else { return name }
        let isSummer = zone.isDaylightSavingTime(for: Date(timeIntervalSince1970: Double(moment) / 1000))
        // Each of these names the zones of its own part of the world, and the others by their offset.
        let names = ["en_US", "en_GB", "en_AU"].compactMap {
            zone.localizedName(for: isSummer ? .shortDaylightSaving : .shortStandard, locale: Locale(identifier: $0))
        }
        return names.first { !$0.hasPrefix("GMT") || $0 == "GMT" } ?? names.first ?? name
    }

    /// Milliseconds to add to UTC at a moment.
    func offset(at moment: Int64) -> Int64 {
        guard let zone else { return 0 }
        return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment) / 1000))) * 1000
    }

    /// The moment at which the zone's clocks show a reading, which is given as the moment at which UTC's do. In the hour that an autumn repeats,
    /// the first; in the one that a spring leaves out, as far behind the change as the reading.
    func moment(ofReading reading: Int64) -> Int64 {
        let early = reading - offset(at: reading - Milliseconds.perDay)
        if early + offset(at: early) == reading { return early }
        let late = reading - offset(at: reading + Milliseconds.perDay)
        return late + offset(at: late) == reading ? late : early
    }
}
