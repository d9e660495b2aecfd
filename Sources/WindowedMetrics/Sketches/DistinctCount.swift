/// How many different values there are among many: exact while they are few, then estimated in fixed memory (HyperLogLog).
///
/// Values come as 64-bit hashes (`XXHash64`). Up to `exactLimit` different hashes are kept as they are; then a HyperLogLog of 2^14 registers
/// takes over, with a standard error of 1.04 / √2^14 ≈ 0.81 %: two estimates in three lie within it, 99.7 % within 2.4 %. "Exact" means but
/// for two values with the same hash, which among 65,536 has a chance of 1 in 8 billion.
///
/// ```swift
/// var keys = DistinctCount()
/// for record in records { keys.insert(XXHash64.hash(record.key)) }
/// keys.estimate   // 6_100_241
/// keys.isExact    // false
/// ```
///
/// Memory: 8 bytes a value (and a set's overhead) up to the limit, 16 KiB from then on. Source of the estimator, which needs neither tables
/// nor a correction for small counts: O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), algorithm 6.
package struct DistinctCount: Sendable, Equatable {
    private enum Form: Sendable, Equatable {
        case hashes(Set<UInt64>)
        case registers([UInt8])
    }

    /// How many different hashes are kept as they are.
    package let exactLimit: Int
    private var form = Form.hashes([])

    /// 2^14 registers.
    private static let precision: UInt64 = 14
    /// The standard error of an estimate, as a share of it.
    package static let standardError = 0.008125

    /// A count of nothing.
    ///
    /// - Parameter exactLimit: How many different values are counted exactly; at most 2^20.
    package init(exactLimit: Int = 65_536) { self.exactLimit = min(max(exactLimit, 0), 1 << 20) }

    /// True while the count is exact.
    package var isExact: Bool {
        if case .hashes = form { true } else { false }
    }

    /// Takes a value by its hash.
    package mutating func insert(_ hash: UInt64) {
        // Taken out and put back, so that the one copy is changed in place.
        var mine = form
        form = .registers([])
        switch mine {
        case .hashes(var hashes):
            mine = .registers([])
            hashes.insert(hash)
            form = hashes.count > exactLimit ? .registers(Self.registers(of: hashes)) : .hashes(hashes)
        case .registers(var registers):
            mine = .registers([])
            Self.note(hash, in: &registers)
            form = .registers(registers)
        }
    }

    /// Takes in what another count has seen; values that both saw count once.
    package mutating func merge(_ other: DistinctCount) {
        switch other.form {
        case .hashes(let hashes): for hash in hashes { insert(hash) }
        case .registers(let theirs):
            var mine: [UInt8] =
                switch form {
                case .hashes(let hashes): Self.registers(of: hashes)
                case .registers(let registers): registers
                }
            for index in mine.indices { mine[index] = max(mine[index], theirs[index]) }
            form = .registers(mine)
        }
    }

    /// How many different values there were.
    package var estimate: Int64 {
        switch form {
        case .hashes(let hashes): Int64(hashes.count)
        case .registers(let registers): Self.estimate(registers)
        }
    }

    private static func registers(of hashes: Set<UInt64>) -> [UInt8] {
        var registers = [UInt8](repeating: 0, count: 1 << precision)
        for hash in hashes { note(hash, in: &registers) }
        return registers
    }

    /// The first bits choose a register, which keeps the longest run of zeros seen in the rest, plus one.
    private static func note(_ hash: UInt64, in registers: inout [UInt8]) {
        let index = Int(hash >> (64 - precision))
        let run = UInt8(min(UInt64((hash << precision).leadingZeroBitCount), 64 - precision)) + 1
        if registers[index] < run { registers[index] = run }
    }

    private static func estimate(_ registers: [UInt8]) -> Int64 {
        let longest = Int(64 - precision)
        var counts = [Int](repeating: 0, count: longest + 2)
        for register in registers { counts[Int(register)] += 1 }
        let size = Double(registers.count)
        var sum = size * tau(1 - Double(counts[longest + 1]) / size)
        for value in stride(from: longest, through: 1, by: -1) { sum = 0.5 * (sum + Double(counts[value])) }
        sum += size * sigma(Double(counts[0]) / size)
        let estimate = size * size / (2 * 0.693_147_180_559_945_3) / sum
        return estimate < 9e18 ? Int64(estimate.rounded()) : .max
    }

    private static func sigma(_ share: Double) -> Double {
        guard share < 1 else { return .infinity }
        var (power, weight, sum) = (share, 1.0, share)
        while true {
            power *= power
            let before = sum
            sum += power * weight
            weight += weight
            if sum == before { return sum }
        }
    }

    private static func tau(_ share: Double) -> Double {
        guard share > 0, share < 1 else { return 0 }
        var (root, weight, sum) = (share, 1.0, 1 - share)
        while true {
            root = root.squareRoot()
            let before = sum
            weight *= 0.5
            sum -= (1 - root) * (1 - root) * weight
            if sum == before { return sum / 3 }
        }
    }
}
