/// The likely word behind a misspelt one.
package enum Suggestion {
    /// The candidate with the fewest edits, if they are few for its length.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        let best = candidates.map { ($0, distance(Array(word.lowercased()), Array($0.lowercased()))) }.min {
            $0.1 < $1.1
        }
        guard let (candidate, edits) = best, edits <= max(1, candidate.count / 3) else { return nil }
        return candidate
    }

    /// Edits between two words, neighbours exchanged counting as one; words longer than 64 characters are far from everything.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        guard left.count <= 64, right.count <= 64 else { return .max }
        var rows = [Array(0...right.count)]
        for (i, a) in left.enumerated() {
            var row = [i + 1]
            for (j, b) in right.enumerated() {
                var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a == b ? 0 : 1))
                if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { least = min(least, rows[i - 1][j - 1] + 1) }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
