/// Times and durations as Kafka's tools take them.
package enum ResetTimes {
    /// Reads `YYYY-MM-DDTHH:mm:SS`, with or without a fraction of a second, in UTC unless a zone follows (`Z`, `+02`, `+0200`, `+02:00`).
    ///
    /// - Returns: Milliseconds since 1970; a finer fraction is cut off.
    /// - Throws: `ResetError.badTime`.
    package static func time(_ text: String) throws(ResetError) -> Int64 {
        var reader = Reader(text)
        guard let year = reader.digits(4), reader.take("-"), let month = reader.digits(2), reader.take("-"),
            let day = reader.digits(2), reader.take("T"), let hour = reader.digits(2), reader.take(":"),
            let minute = reader.digits(2), reader.take(":"), let second = reader.digits(2)
        else { throw .badTime(text) }
        let time = CivilTime(year, month, day, hour, minute, second)
        guard time.isValid else { throw .badTime(text) }
        var milliseconds: Int64 = 0
        if reader.take(".") {
            guard let fraction = reader.fraction() else { throw .badTime(text) }
            milliseconds = fraction / 1_000_000
        }
        guard let zone = reader.zone(), reader.isAtEnd else { throw .badTime(text) }
        return time.milliseconds - zone * 60_000 + milliseconds
    }

    /// Reads an ISO 8601 duration as Java's `Duration.parse` does: `PnDTnHnMn.nS`, each part and the whole may have a sign.
    ///
    /// - Returns: Milliseconds; a finer fraction is cut off.
    /// - Throws: `ResetError.badDuration`, also for more milliseconds than 64 bits count.
    package static func duration(_ text: String) throws(ResetError) -> Int64 {
        var reader = Reader(text.uppercased())
        let isNegative = reader.sign()
        guard reader.take("P") else { throw .badDuration(text) }
        var units: [(letter: Character, milliseconds: Int64)] = [("D", 86_400_000)]
        var (total, parts, isTime): (Int64, Int, Bool) = (0, 0, false)
        while !reader.isAtEnd {
            if !isTime, reader.take("T") {
                isTime = true
                units = [("H", 3_600_000), ("M", 60_000), ("S", 1000)]
                guard !reader.isAtEnd else { throw .badDuration(text) }
            }
            guard let part = reader.part(of: &units) else { throw .badDuration(text) }
            let (sum, overflowed) = total.addingReportingOverflow(part)
            guard !overflowed else { throw .badDuration(text) }
            total = sum
            parts += 1
        }
        guard parts > 0, !isNegative || total != .min else { throw .badDuration(text) }
        return isNegative ? -total : total
    }

    /// Reads letters one after the other.
    private struct Reader {
        private var rest: Substring

        init(_ text: String) { rest = text[...] }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func take(_ letter: Character) -> Bool {
            guard rest.first == letter else { return false }
            rest.removeFirst()
            return true
        }

        /// True for a minus; a plus is passed over.
        mutating func sign() -> Bool {
            if take("-") { return true }
            _ = take("+")
            return false
        }

        private mutating func figures() -> Substring {
            let found = rest.prefix { $0.isASCII && $0.isNumber }
            rest.removeFirst(found.count)
            return found
        }

        mutating func digits(_ count: Int) -> Int64? {
            let found = rest.prefix(count)
            guard found.count == count, found.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
            rest.removeFirst(count)
            return Int64(found)
        }

        /// Figures after a point as billionths; one to nine of them.
        mutating func fraction() -> Int64? {
            let found = figures()
            guard (1...9).contains(found.count) else { return nil }
            return Int64(found + String(repeating: "0", count: 9 - found.count))
        }

        /// Minutes east of UTC; 0 where no zone is written.
        mutating func zone() -> Int64? {
            if isAtEnd || take("Z") { return 0 }
            let isWest = rest.first == "-"
            guard take("-") || take("+"), let hours = digits(2), hours <= 18 else { return nil }
            var minutes: Int64 = 0
            if take(":") || !isAtEnd {
                guard let read = digits(2), read < 60 else { return nil }
                minutes = read
            }
            return (isWest ? -1 : 1) * (hours * 60 + minutes)
        }

        /// A number with its unit in milliseconds. Units come in order, each once; only seconds have a fraction.
        mutating func part(of units: inout [(letter: Character, milliseconds: Int64)]) -> Int64? {
            let isNegative = sign()
            guard let whole = Int64(figures()) else { return nil }
            var milliseconds: Int64 = 0
            let hasFraction = take(".")
            if hasFraction {
                guard let fraction = fraction() else { return nil }
                milliseconds = fraction / 1_000_000
            }
            guard let at = units.firstIndex(where: { $0.letter == rest.first }),
                !hasFraction || units[at].letter == "S"
            else { return nil }
            rest.removeFirst()
            let (product, overflowed) = whole.multipliedReportingOverflow(by: units[at].milliseconds)
            units.removeFirst(at + 1)
            let (sum, overflowedToo) = product.addingReportingOverflow(milliseconds)
            return overflowed || overflowedToo ? nil : (isNegative ? -sum : sum)
        }
    }
}
