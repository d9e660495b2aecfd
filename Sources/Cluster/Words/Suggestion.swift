/// The likely word behind a misspelt one.
package enum Suggestion {
    /// Longer words are far from everything.
    private static let longest = 64

    /// The candidate with the fewest edits, the first of several, if they are few for its length. Case does not count.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(word.lowercased().utf8)
        guard letters.count <= longest else { return nil }
        var best: (name: String, edits: Int)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().utf8)
            let limit = min(max(1, other.count / 3), (best?.edits ?? .max) - 1)
            guard other.count <= longest, limit >= 0, abs(other.count - letters.count) <= limit else { continue }
            let edits = distance(letters, other)
            if edits <= limit { best = (candidate, edits) }
        }
        return best?.name
    }

    /// Edits between two words (Levenshtein's distance), neighbours exchanged counting as one.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before = [Int](repeating: 0, count: right.count + 1)
        var row = Array(0...right.count)
        for i in left.indices {
            var next = [i + 1]
            for j in right.indices {
                var least = min(row[j + 1] + 1, next[j] + 1, row[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    least = min(least, before[j - 1] + 1)
                }
                next.append(least)
            }
            (before, row) = (row, next)
        }
        return row[right.count]
    }
}
