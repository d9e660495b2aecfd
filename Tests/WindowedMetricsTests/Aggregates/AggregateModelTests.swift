import Foundation
import SeededNumbers
import Testing
import WindowedMetrics

/// Every aggregate function against its definition over the whole list of values.
@Suite("Aggregates compute what their definition says")
struct AggregateModelTests {
    private typealias Entry = (order: RecordOrder, input: [AggregateValue])

    /// Rows of an integer, a double, a decimal and a text; nulls among them.
    private static func entries(_ random: inout SeededGenerator) -> [Entry] {
        var offsets: [Int32: Int64] = [:]
        var times: [Int32: Int64] = [:]
        return (0..<Int.random(in: 0...60, using: &random)).map { _ in
            let partition = Int32.random(in: 0..<3, using: &random)
            let offset = offsets[partition, default: 0]
            offsets[partition] = offset + 1
            times[partition, default: 0] += Int64.random(in: 0...3, using: &random)
            func maybe(_ value: AggregateValue) -> AggregateValue {
                Int.random(in: 0..<6, using: &random) == 0 ? .null : value
            }
            let double: Double = [1e308, -1e308, 0.1, -0.1, 1e16, 3.5, -0.0].randomElement(using: &random) ?? 0
            let isPlain = Bool.random(using: &random)
            let input = [
                maybe(.integer(.random(in: -9...9, using: &random))),
                maybe(.double(isPlain ? .random(in: -100...100, using: &random) : double)),
                maybe(.decimal(WideInteger(Int128(Int64.random(in: .min ... .max, using: &random)) * 1_000_003))),
                maybe(
                    .text(
                        ["", "a", "b", "ab", "z\u{ffff}", "𐀀", "long enough to leave its place"].randomElement(
                            using: &random) ?? "")),
            ]
            return (RecordOrder(streamTime: times[partition, default: 0], partition: partition, offset: offset), input)
        }
    }

    /// What functions come to: added to random parts in random order, which are then merged, through bytes and back.
    private static func results(
        _ functions: [AggregateFunction], _ entries: [Entry], _ random: inout SeededGenerator
    ) throws -> [AggregateResult] {
        let row = try AggregateRow(functions, columns: 4)
        var parts = (0..<Int.random(in: 1...4, using: &random)).map { _ in row.identity() }
        for entry in entries.shuffled(using: &random) {
            let part = Int.random(in: 0..<parts.count, using: &random)
            let before = row.heapBytes(of: parts[part])
            let grown = row.add(entry.input, at: entry.order, to: &parts[part])
            #expect(row.heapBytes(of: parts[part]) - before == grown)
        }
        var whole = row.identity()
        for part in parts {
            var writer = PackedWriter()
            row.write(part, to: &writer)
            var reader = PackedReader(writer.bytes)
            let copy = try row.read(&reader)
            #expect(reader.remaining == 0)
            let before = row.heapBytes(of: whole)
            let grown = row.merge(copy, into: &whole)
            #expect(row.heapBytes(of: whole) - before == grown)
        }
        return row.results(of: whole)
    }

    @Test("numbers: counts, sums, means, extremes, deviations", arguments: 1...150 as ClosedRange<UInt64>)
    func numbers(seed: UInt64) throws {
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        let entries = Self.entries(&random)
        let results = try Self.results(
            [
                .countAll, .count(3), .sum(0), .sum(2), .average(0), .minimum(0), .maximum(0), .variance(0),
                .standardDeviation(0), .minimum(3), .maximum(3),
            ], entries, &random)
        let integers = entries.compactMap { entry in if case .integer(let value) = entry.input[0] { value } else { nil }
        }
        let wides = entries.compactMap { entry in
            if case .decimal(let value) = entry.input[2] { value.value } else { nil }
        }
        let texts = entries.compactMap { entry in if case .text(let value) = entry.input[3] { value } else { nil } }
        #expect(results[0].value == .integer(Int64(entries.count)) && results[1].value == .integer(Int64(texts.count)))
        #expect(results[2].value == .integer(integers.reduce(0, +)))
        #expect(results[3].value == (wides.isEmpty ? .integer(0) : .decimal(WideInteger(wides.reduce(0, +)))))
        let mean = integers.isEmpty ? 0 : Double(integers.reduce(0, +)) / Double(integers.count)
        #expect(results[4].value == .double(mean))
        #expect(results[5].value == (integers.min().map { .integer($0) } ?? .null))
        #expect(results[6].value == (integers.max().map { .integer($0) } ?? .null))
        let squares = integers.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        let variance = integers.count < 2 ? 0 : squares / Double(integers.count - 1)
        if case .double(let got) = results[7].value { #expect(abs(got - variance) <= 1e-12 * max(1, variance)) }
        if case .double(let got) = results[8].value {
            #expect(abs(got - variance.squareRoot()) <= 1e-12 * max(1, variance))
        }
        let sorted = texts.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
        #expect(results[9].value == (sorted.first.map { .text($0) } ?? .null))
        #expect(results[10].value == (sorted.last.map { .text($0) } ?? .null))
    }

    @Test("lists, sets, tops and what stands first or last in the stream", arguments: 1...150 as ClosedRange<UInt64>)
    func places(seed: UInt64) throws {
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        let entries = Self.entries(&random)
        let limit = Int.random(in: 1...8, using: &random)
        let results = try Self.results(
            [
                .collectList(0, limit: limit), .collectSet(3, limit: limit), .top(limit, 0), .topDistinct(limit, 0),
                .top(limit, 0, others: [3, 1]), .earliest(3), .latest(3), .earliest(3, count: limit),
                .latest(3, count: limit, ignoringNulls: false), .countDistinct(3), .histogram(3),
                .countDistinct(0, exactLimit: 3),
            ], entries, &random)
        let ordered = entries.sorted { $0.order < $1.order }.map(\.input)
        func firsts(_ column: Int) -> [AggregateValue] {
            ordered.map { $0[column] }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        }
        #expect(results[0].value == .list(Array(ordered.map { $0[0] }.prefix(limit))))
        #expect((results[0].quality == .exact) == (ordered.count <= limit))
        #expect(results[1].value == .list(Array(firsts(3).prefix(limit))))
        let known = ordered.filter { !$0[0].isNull }
        let stable = known.enumerated().sorted { ($1.element[0], $0.offset) < ($0.element[0], $1.offset) }.map(
            \.element)
        #expect(results[2].value == .list(stable.prefix(limit).map { $0[0] }))
        #expect(results[3].value == .list(Array(Set(known.map { $0[0] }).sorted(by: >).prefix(limit))))
        #expect(results[4].value == .list(stable.prefix(limit).map { .list([$0[0], $0[3], $0[1]]) }))
        let texts = ordered.map { $0[3] }.filter { !$0.isNull }
        #expect(results[5].value == texts.first ?? .null && results[6].value == texts.last ?? .null)
        #expect(results[7].value == .list(Array(texts.prefix(limit))))
        #expect(results[8].value == .list(Array(ordered.map { $0[3] }.suffix(limit))))
        #expect(results[9].value == .integer(Int64(Set(texts).count)) && results[9].quality == .exact)
        let counts = Dictionary(grouping: texts) { $0 }.mapValues { AggregateValue.integer(Int64($0.count)) }
        #expect(
            results[10].value
                == .map(counts.sorted { $0.key < $1.key }.map { AggregateEntry(key: $0.key, value: $0.value) }))
        // Past its limit the count of different values says that it is an estimate.
        let different = Set(known.map { $0[0] }).count
        #expect(
            results[11].quality == (different <= 3 ? .exact : .estimate(standardError: DistinctCount.standardError)))
        #expect(results[11].value == .integer(Int64(different)), "small estimates are right")
    }

    @Test("sums of doubles are exact whatever the order", arguments: 1...200 as ClosedRange<UInt64>)
    func exactSums(seed: UInt64) {
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        // Multiples of 2^-40 below 2^80: their exact sum is an integer of 128 bits.
        let numbers = (0..<Int.random(in: 1...200, using: &random)).map { _ in
            Int128(Int64.random(in: -(1 << 53)...(1 << 53), using: &random))
                << Int128(Int.random(in: 0...60, using: &random))
        }
        let exact = Double(numbers.reduce(0, +)) * 0x1p-40
        var parts = [ExactSum(), ExactSum()]
        for number in numbers.shuffled(using: &random) {
            parts[Int.random(in: 0...1, using: &random)].add(Double(number) * 0x1p-40)
        }
        parts[0].merge(parts[1])
        #expect(parts[0].rounded == exact)
        // No step overflows before the sum does.
        var large = ExactSum()
        for number in [1e308, 1e308, 1.5, -1e308, -1e308].shuffled(using: &random) { large.add(number) }
        #expect(large.rounded == 1.5)
        large.add(.infinity)
        #expect(large.rounded == .infinity)
        large.add(-.infinity)
        #expect(large.rounded.isNaN)
    }

    @Test("quantiles on both sides of 0 are within the stated error", arguments: 1...40 as ClosedRange<UInt64>)
    func quantiles(seed: UInt64) throws {
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        let numbers = (0..<500).map { _ in Double.random(in: -1e6...1e6, using: &random) }
        let share = Double.random(in: 0...1, using: &random)
        let row = try AggregateRow([.quantile(0, share, accuracy: 0.02)], columns: 1)
        var states = row.identity()
        for (offset, number) in numbers.enumerated() {
            let order = RecordOrder(streamTime: 0, partition: 0, offset: Int64(offset))
            _ = row.add([.double(number)], at: order, to: &states)
        }
        let wanted = numbers.sorted()[Int((share * 499).rounded(.down))]
        let result = row.results(of: states)[0]
        guard case .double(let got) = result.value else { return #expect(Bool(false), "\(result)") }
        #expect(abs(got - wanted) <= abs(wanted) * 0.020_001, "share \(share): \(got), not \(wanted)")
        #expect(result.quality == .bounded(relativeError: 0.02))
    }

    @Test("a sum that its type cannot hold is null and says so; a transient overflow is none")
    func overflow() throws {
        let row = try AggregateRow([.sum(0)], columns: 1)
        var states = row.identity()
        func add(_ value: Int64) {
            _ = row.add([.integer(value)], at: RecordOrder(streamTime: 0, partition: 0, offset: 0), to: &states)
        }
        add(.max)
        add(.max)
        #expect(row.results(of: states) == row.results(of: states) && row.results(of: states)[0].quality == .overflow)
        add(.min)
        add(1)
        #expect(row.results(of: states)[0].value == .integer(.max))
    }

    @Test("functions must have columns to read")
    func columns() {
        #expect(throws: AggregateRowError.noFunction) { try AggregateRow([], columns: 3) }
        #expect(throws: AggregateRowError.noColumn(3, "TOPK")) {
            try AggregateRow([.top(1, 0, others: [3])], columns: 3)
        }
    }
}
