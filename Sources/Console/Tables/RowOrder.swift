/// The rows of a table in the order shown: the places of the rows that are left, among all.
struct RowOrder: Sendable {
    /// Places among all rows; nil for all of them as they come.
    let places: [Int32]?
    /// How many rows there are.
    let count: Int

    /// All rows as they come.
    init(all count: Int) {
        places = nil
        self.count = count
    }

    /// Some rows.
    init(_ places: [Int32]) {
        self.places = places
        count = places.count
    }

    /// The place among all rows of a row shown.
    subscript(index: Int) -> Int { places.map { Int($0[index]) } ?? index }

    /// Where a row is shown; nil where it is not.
    func index(ofPlace place: Int) -> Int? {
        guard let places else { return place < count ? place : nil }
        guard let wanted = Int32(exactly: place) else { return nil }
        return places.withUnsafeBufferPointer { $0.firstIndex(of: wanted) }
    }

    /// The rows that pass, in the same order.
    ///
    /// - Parameter total: How many rows there are in all.
    func filter(of total: Int, _ passes: (Int) -> Bool) -> RowOrder {
        var kept: [Int32] = []
        if let places, count > total / 4 {
            // As they come they lie side by side in memory, which counts more than some that are looked at in vain.
            let isLeft = (0..<total).map(passes)
            for place in places where isLeft[Int(place)] { kept.append(place) }
        } else {
            for index in 0..<count where passes(self[index]) { kept.append(Int32(truncatingIfNeeded: self[index])) }
        }
        return kept.count == count ? self : RowOrder(kept)
    }

    /// The same rows the other way round.
    func reversed() -> RowOrder {
        RowOrder(places?.reversed() ?? (0..<count).reversed().map { Int32(truncatingIfNeeded: $0) })
    }

    /// The same rows as they come.
    func natural(of total: Int) -> RowOrder {
        count == total ? RowOrder(all: total) : RowOrder((places ?? []).sorted())
    }

    /// The same rows, given as they come, by the key of a column; those of equal keys stay as they come.
    func sorted(descending: Bool, by key: (Int) -> SortKey) -> RowOrder {
        var numbers: [NumberedPlace] = []
        numbers.reserveCapacity(count)
        for index in 0..<count {
            guard case .number(let number) = key(self[index]) else {
                return sortedByAny(descending: descending, key)
            }
            numbers.append(
                NumberedPlace(
                    rank: NumberedPlace.rank(number, descending: descending),
                    place: Int32(truncatingIfNeeded: self[index])))
        }
        NumberedPlace.sort(&numbers)
        return RowOrder(numbers.map(\.place))
    }

    private func sortedByAny(descending: Bool, _ key: (Int) -> SortKey) -> RowOrder {
        let keys = (0..<count).map { key(self[$0]) }
        let order = keys.indices.sorted { left, right in
            guard let before = SortKey.isBefore(keys[left], keys[right]) else { return left < right }
            return before != descending
        }
        return RowOrder(order.map { Int32(truncatingIfNeeded: self[$0]) })
    }
}

/// A row's place with the number that it is sorted by.
private struct NumberedPlace {
    var rank: UInt64
    var place: Int32

    /// A number as one that is compared faster: in the order of `SortKey.isBefore`, in which what is no number comes first.
    static func rank(_ number: Double, descending: Bool) -> UInt64 {
        guard !number.isNaN else { return descending ? .max : 0 }
        // Both zeros are one.
        let bits = (number == 0 ? 0.0 : number).bitPattern
        let rank = bits >> 63 == 1 ? ~bits : bits | 1 << 63
        return descending ? ~rank : rank
    }

    /// Bits of a digit, and the digits of a rank.
    private static let digitBits = 11
    private static let digits = (UInt64.bitWidth + digitBits - 1) / digitBits
    private static let values = 1 << digitBits

    /// Sorts by rank; those of equal rank stay as they come.
    ///
    /// Digit by digit from the lowest: a hundred thousand rows take a tenth of what comparing them does, and a key that sorts them must be
    /// answered within a frame.
    static func sort(_ numbers: inout [NumberedPlace]) {
        // Below this the counters of the digits are what costs.
        guard numbers.count >= values else { return numbers.sort { ($0.rank, $0.place) < ($1.rank, $1.place) } }
        var counts = [Int](repeating: 0, count: digits * values)
        for number in numbers {
            for digit in 0..<digits { counts[digit * values + value(of: digit, in: number.rank)] += 1 }
        }
        var sorted = numbers
        for digit in 0..<digits {
            let starts = digit * values..<(digit + 1) * values
            // Most numbers are whole and small: their lowest digits are all alike.
            if counts[starts].contains(numbers.count) { continue }
            var next = 0
            for value in starts { (counts[value], next) = (next, next + counts[value]) }
            for number in numbers {
                let slot = starts.lowerBound + value(of: digit, in: number.rank)
                sorted[counts[slot]] = number
                counts[slot] += 1
            }
            swap(&numbers, &sorted)
        }
    }

    private static func value(of digit: Int, in rank: UInt64) -> Int {
        Int(truncatingIfNeeded: rank >> UInt64(digit * digitBits)) & (values - 1)
    }
}

/// A table's rows in the order shown.
struct Rows<Item>: RandomAccessCollection {
    /// All rows, as they come.
    let all: [Item]
    /// Which of them are shown, and in which order.
    let order: RowOrder

    var startIndex: Int { 0 }
    var endIndex: Int { order.count }
    subscript(index: Int) -> Item { all[order[index]] }
}
