/// How well a text answers a few typed letters: they must all occur in it, in order.
///
/// Letters that begin words and letters side by side count most, so that `fs` finds `fraud-scorer` before `offsets`, and `ord` finds
/// `orders` before `coordinator`. Of all ways to lay the letters into the text the best one counts.
package struct FuzzyMatch: Sendable {
    private let wanted: [UInt8]

    /// What is looked for; case and blanks around it are ignored, and so is what lies beyond 64 letters.
    package init(_ typed: String) {
        wanted = Array(typed.lowercased().trimmingBlanks.utf8.prefix(64))
    }

    /// True where nothing is looked for; everything answers then.
    package var isEmpty: Bool { wanted.isEmpty }

    private static let hit = 16
    /// A letter behind the one before it.
    private static let consecutive = 30
    /// A letter that begins a word.
    private static let wordStart = 20
    /// The first letter of the text.
    private static let textStart = 12
    /// The text itself, and a text that begins so.
    private static let whole = 1_000
    private static let beginning = 100
    /// What every letter passed over costs; before the first that was typed only so many count.
    private static let gap = 1
    private static let longestGap = 12

    /// The score, the higher the better; nil where the letters do not all occur in order.
    package func score(_ text: String) -> Int? {
        guard !wanted.isEmpty else { return 0 }
        let letters = Array(text.lowercased().utf8.prefix(512))
        guard occurs(in: letters) else { return nil }
        // best[j]: the best score of the letters so far with the last one laid at j; nil where it cannot lie there.
        var best = [Int?](repeating: nil, count: letters.count)
        for (place, letter) in wanted.enumerated() {
            var next = [Int?](repeating: nil, count: letters.count)
            // The best of all places further to the left, each gap's cost counted in as the walk goes on.
            var reach: Int?
            for index in letters.indices {
                if index > 0 {
                    reach = reach.map { $0 - Self.gap }
                    if index >= 2, let earlier = best[index - 2] { reach = max(reach ?? .min, earlier - Self.gap) }
                }
                guard letters[index] == letter else { continue }
                let own = Self.hit + bonus(letters, index)
                if place == 0 {
                    next[index] = own - Self.gap * min(index, Self.longestGap)
                } else {
                    let beside = index > 0 ? best[index - 1].map { $0 + Self.consecutive } : nil
                    guard let before = [beside, reach].compactMap({ $0 }).max() else { continue }
                    next[index] = before + own
                }
            }
            best = next
        }
        guard var score = best.compactMap({ $0 }).max() else { return nil }
        if letters == wanted { score += Self.whole } else if letters.starts(with: wanted) { score += Self.beginning }
        // Of texts that answer alike the shorter one says less that was not asked for.
        return score - letters.count / 8
    }

    private func occurs(in letters: [UInt8]) -> Bool {
        var rest = wanted[...]
        for letter in letters where letter == rest.first { rest.removeFirst() }
        return rest.isEmpty
    }

    private func bonus(_ letters: [UInt8], _ index: Int) -> Int {
        guard index > 0 else { return Self.textStart + Self.wordStart }
        return Self.isLetter(letters[index]) && !Self.isLetter(letters[index - 1]) ? Self.wordStart : 0
    }

    /// Letters and digits; bytes of other scripts count as letters.
    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), 128...255: true
        default: false
        }
    }
}
