import Cluster
import Operations

/// What a look at the past shows and what it cannot show, in sentences.
enum TravelReading {
    /// The most important first; nil is plain text.
    static func sentences(_ it: TravelReport) -> [(text: String, level: Theme.Level?)] {
        var lines: [(String, Theme.Level?)] = it.problems.map { ("▲ \($0)", .crit) }
        if it.isStopped { lines.append(("▲ Stopped before the end: keys may be missing, and values old.", .warn)) }
        if it.passedOver > 0 {
            lines.append(
                (
                    "▲ The budget of \(Figures.bytes(Int64(it.request.budget))) is spent: "
                        + "\(Figures.grouped(it.passedOver)) records of further keys were passed over.", .warn
                ))
        }
        let partial = it.partial.compactMap { place in it.gaps[place].map { (place, $0) } }
        if !partial.isEmpty {
            let missing = partial.reduce(Int64(0)) { $0 &+ $1.1.missing }
            lines.append(
                (
                    "▲ Compaction took \(Figures.grouped(missing)) records from \(list(partial.map { "\($0.0)" })): "
                        + "keys written again after the moment may be missing or show an older value.", .warn
                ))
            lines += partial.prefix(3).map { (gap($0.0, $0.1), nil) }
        } else if it.problems.isEmpty, !it.isStopped, it.passedOver == 0 {
            lines.append(("● Nothing is missing: this is the table as it was.", .ok))
        }
        if it.keyless > 0 {
            lines.append(("\(Figures.grouped(it.keyless)) records have no key and stand in no row.", nil))
        }
        let cut = it.gaps.filter { $0.value.logStart > 0 }.sorted { $0.key < $1.key }
        if let first = cut.first {
            let more = cut.count > 1 ? ", and of \(cut.count - 1) more partitions what lay before theirs" : ""
            lines.append(
                ("Before offset \(Figures.grouped(first.value.logStart)) of \(first.key) all is deleted\(more).", nil))
        }
        if it.rowsLeftOut > 0 {
            lines.append(
                ("\(Figures.grouped(Int64(it.rowsLeftOut))) more keys are not listed; :key-history finds one.", nil))
        }
        return lines
    }

    /// What is missing of one key's history.
    static func sentences(_ it: KeyHistory) -> [(text: String, level: Theme.Level?)] {
        var lines: [(String, Theme.Level?)] = it.problems.map { ("▲ \($0)", .crit) }
        if it.isStopped { lines.append(("▲ Stopped before the end: newer records may be missing.", .warn)) }
        if it.total > Int64(it.versions.count) {
            lines.append(("The newest \(Figures.grouped(Int64(it.versions.count))) are listed.", nil))
        }
        if it.gaps.isCompacted, it.gaps.missing > 0 {
            lines.append(("▲ " + gap(it.topicPartition, it.gaps), .warn))
        } else if it.problems.isEmpty, !it.isStopped {
            lines.append(("● Nothing is missing since offset \(Figures.grouped(it.gaps.logStart)).", .ok))
        }
        if it.gaps.logStart > 0 {
            lines.append(("Before offset \(Figures.grouped(it.gaps.logStart)) all is deleted.", nil))
        }
        return lines
    }

    /// `orders-7: the first gap is at offset 12, 4,711 offsets hold no record, cleaned up to 40,000; nothing is missing from 38,112 to 41,000.`
    private static func gap(_ place: TopicPartition, _ gaps: LogGaps) -> String {
        guard let first = gaps.firstGap else { return "\(place): nothing is missing" }
        let cleaned = gaps.cleanedUpTo.map { ", cleaned up to \(Figures.grouped($0))" } ?? ""
        let markers = gaps.mayHoldMarkers ? " or only a transaction's marker" : ""
        return "\(place): the first gap is at offset \(Figures.grouped(first)), "
            + "\(Figures.grouped(gaps.missing)) offsets hold no record\(markers)\(cleaned); "
            + "nothing is missing from \(Figures.grouped(gaps.completeFrom)) to \(Figures.grouped(gaps.readTo))."
    }

    private static func list(_ names: [String]) -> String {
        names.count <= 3 ? names.joined(separator: ", ") : "\(names.count) partitions"
    }

    /// `as of 2026-11-21 12:00:00 UTC`.
    static func words(_ moment: TravelMoment, _ zone: TimeZoneChoice) -> String {
        switch moment {
        case .now: "now"
        case .time(let time): "\(zone.dateAndClock(time)) \(zone.name(at: time))"
        case .offset(let offset): "offset \(Figures.grouped(offset))"
        }
    }

    /// `reading 41%, 120k/s, 3s left · 14:02:31 reached`.
    static func words(_ progress: ScanProgress?, _ zone: TimeZoneChoice) -> String {
        guard let progress else { return "reading…" }
        let share = Figures.percent(progress.share)
        if progress.phase == .paused { return "‖ paused at \(share)" }
        var text = "reading \(share)"
        if let rate = progress.recordsPerSecond { text += ", \(Figures.short(rate))/s" }
        if let left = progress.remainingMilliseconds { text += ", \(Durations.short(milliseconds: left)) left" }
        if let time = progress.timeReached { text += " · \(zone.dateAndClock(time))" }
        return text
    }
}
