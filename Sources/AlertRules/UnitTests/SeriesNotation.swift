/// The short notation of tests for series and their samples: `up{job="a"}` and `0+10x5 _x3 stale`.
package enum SeriesNotation {
    /// Why a text is not of this notation.
    package struct NotationError: Error, Equatable, CustomStringConvertible {
        /// What is wrong.
        package var reason: String

        package var description: String { reason }
    }

    /// Samples one series may have.
    private static let sampleLimit = 1_000_000

    /// A series' name and labels.
    package static func metric(_ text: String) throws(NotationError) -> (name: String, labels: LabelSet) {
        let trimmed = text.drop(while: \.isWhitespace)
        if trimmed.isEmpty || trimmed.filter({ !$0.isWhitespace }) == "{}" { return ("", .empty) }
        let selector: VectorSelector
        do {
            guard case .selector(let found) = try PromQLParser.parse(text), found.offsetMilliseconds == 0 else {
                throw NotationError(reason: "\"\(text)\" is no series")
            }
            selector = found
        } catch let error as PromQLError {
            throw NotationError(reason: "\"\(text)\" is no series: \(error)")
        } catch {
            throw NotationError(reason: "\"\(text)\" is no series: \(error)")
        }
        guard selector.matchers.allSatisfy({ $0.kind == .equal }) else {
            throw NotationError(reason: "the labels of \"\(text)\" must be said with =")
        }
        let labels = selector.matchers.filter { $0.label != LabelSet.nameLabel }.map {
            LabelSet.Label(name: $0.label, value: $0.value)
        }
        return (selector.exactName ?? "", LabelSet.empty.setting(labels))
    }

    /// Samples at even steps; nil where there is none.
    ///
    /// `a+bxn` is a, a+b, … n+1 values, `a-bxn` likewise, `axn` is n+1 times a, `_` is no sample, `_xn` n times none, `stale` the staleness marker.
    package static func values(_ text: String) throws(NotationError) -> [Double?] {
        var values: [Double?] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            guard let added = item(word) else { throw NotationError(reason: "\"\(word)\" is no sample") }
            guard values.count + added.count <= sampleLimit else {
                throw NotationError(reason: "more than \(sampleLimit) samples in one series")
            }
            // Step is added to step, as promtool does: the last digits follow from it.
            var value = added.first
            for _ in 0..<added.count {
                values.append(value)
                if added.step != 0 { value = value.map { $0 + added.step } }
            }
        }
        return values
    }

    private struct Item {
        var first: Double?
        var step = 0.0
        var count: Int
    }

    private static func item(_ word: Substring) -> Item? {
        if word == "_" { return Item(count: 1) }
        if word == "stale" { return Item(first: StalenessMarker.value, count: 1) }
        // There are no hexadecimal numbers here: 0x5 is six times 0.
        guard let cross = word.lastIndex(of: "x") else { return number(word).map { Item(first: $0, count: 1) } }
        guard let times = Int(word[word.index(after: cross)...]), times >= 0, times < sampleLimit else { return nil }
        let before = word[..<cross]
        if before == "_" { return Item(count: times) }
        if let value = number(before) { return Item(first: value, count: times + 1) }
        // The sign that parts start and step is no exponent's and not the start's own.
        for place in before.indices.dropFirst() where before[place] == "+" || before[place] == "-" {
            if "eE".contains(before[before.index(before: place)]) { continue }
            if let first = number(before[..<place]), let step = number(before[place...]) {
                return Item(first: first, step: step, count: times + 1)
            }
        }
        return nil
    }

    /// A number with its sign.
    static func number(_ text: some StringProtocol) -> Double? {
        switch text.lowercased() {
        case "nan": .nan
        case "inf", "+inf", ".inf", "+.inf": .infinity
        case "-inf", "-.inf": -.infinity
        case ".nan": .nan
        default: text.contains(where: { !$0.isDigit && !"+-.eE".contains($0) }) ? nil : GoNumber.value(of: text)
        }
    }
}
