/// What changed between two texts, line by line: a shortest list of lines that went and lines that came.
package enum LineDiff {
    /// What became of a line.
    package enum Change: String, Sendable {
        case same = " "
        case removed = "-"
        case added = "+"
    }

    /// A line and what became of it.
    package struct Line: Equatable, Sendable {
        /// What became of it.
        package var change: Change
        /// The line.
        package var text: String
    }

    /// Where what differs is larger, it is shown as removed and added as a whole: the table of comparisons stays within 8 MiB.
    private static let maxCells = 4 << 20

    /// The lines of both texts in order.
    package static func lines(from old: [String], to new: [String]) -> [Line] {
        let head = zip(old, new).prefix { $0 == $1 }.count
        let most = min(old.count, new.count) - head
        let foot = zip(old.reversed(), new.reversed()).prefix(most).prefix { $0 == $1 }.count
        let (left, right) = (Array(old[head..<(old.count - foot)]), Array(new[head..<(new.count - foot)]))
        return old[..<head].map { Line(change: .same, text: $0) } + middle(left, right)
            + old[(old.count - foot)...].map { Line(change: .same, text: $0) }
    }

    private static func middle(_ old: [String], _ new: [String]) -> [Line] {
        guard !old.isEmpty, !new.isEmpty, (old.count + 1) * (new.count + 1) <= maxCells, old.count < 65_000 else {
            return old.map { Line(change: .removed, text: $0) } + new.map { Line(change: .added, text: $0) }
        }
        // The longest common rest from each pair of places on.
        let width = new.count + 1
        var common = [UInt16](repeating: 0, count: (old.count + 1) * width)
        for i in old.indices.reversed() {
            for j in new.indices.reversed() {
                common[i * width + j] =
                    old[i] == new[j]
                    ? common[(i + 1) * width + j + 1] + 1 : max(common[(i + 1) * width + j], common[i * width + j + 1])
            }
        }
        var lines: [Line] = []
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
            if i < old.count, j < new.count, old[i] == new[j] {
                lines.append(Line(change: .same, text: old[i]))
                (i, j) = (i + 1, j + 1)
            } else if j >= new.count || (i < old.count && common[(i + 1) * width + j] >= common[i * width + j + 1]) {
                lines.append(Line(change: .removed, text: old[i]))
                i += 1
            } else {
                lines.append(Line(change: .added, text: new[j]))
                j += 1
            }
        }
        return lines
    }
}
