package import Cluster

/// Names cut so that they can still be told apart: the middle gives way, never the end that counts instances.
package enum ShortNames {
    /// `page-vi…-11`: the topic gives way, the partition's number never.
    package static func partition(_ it: TopicPartition, width: Int) -> String {
        cut(it.topic, ending: "-\(it.partition)", width: width)
    }

    /// `search-…er-1`: the start and the end of a name, which its instance number stands at.
    package static func name(_ text: String, width: Int) -> String {
        guard CellWidth.of(text) > width, width > 4 else { return text }
        let scalars = Array(text.unicodeScalars)
        let mostOfEnd = max(2, (width - 1) / 2)
        // What follows the last separator tells instances apart; where that is long, as much of the end as half the room takes.
        var end = 0
        if let separator = scalars.lastIndex(where: { "-._:/ ".unicodeScalars.contains($0) }) {
            end = scalars.count - separator
        }
        if end < 2 || end > mostOfEnd { end = mostOfEnd }
        var head = String.UnicodeScalarView()
        head.append(contentsOf: scalars.dropLast(end))
        var tail = String.UnicodeScalarView()
        tail.append(contentsOf: scalars.suffix(end))
        return cut(String(head), ending: String(tail), width: width)
    }

    /// As much of the head as there is room for, and all of the end.
    private static func cut(_ head: String, ending end: String, width: Int) -> String {
        let room = width - CellWidth.of(end)
        guard CellWidth.of(head) > room, room > 1 else { return head + end }
        var kept = String.UnicodeScalarView()
        var used = 0
        for scalar in head.unicodeScalars {
            let cells = SafeScalar.shown(scalar).map { CellWidth.of($0) } ?? 0
            if used + cells > room - 1 { break }
            used += cells
            kept.append(scalar)
        }
        return String(kept) + "…" + end
    }
}
