import SeededNumbers
import Testing
import WindowedMetrics

/// A history kept the naive way: every moment whole.
private struct NaiveHistory {
    var moments: [(time: Int64, values: [[Int64]], count: Int)] = []

    /// What a step keeps: the first moment of each of its steps, with the largest numbers since the step before.
    func kept(_ step: HistoryStep, _ columns: [HistoryColumn]) -> [(time: Int64, values: [[Int64]])] {
        var kept: [(time: Int64, values: [[Int64]])] = []
        var peaks = columns.map { _ in [Int: Int64]() }
        for moment in moments {
            for column in columns.indices where columns[column].keeps == .largest {
                for (place, value) in moment.values[column].enumerated() {
                    peaks[column][place] = max(peaks[column][place] ?? .min, value)
                }
            }
            if let last = kept.last?.time {
                if step.isFinest, moment.time - last < step.milliseconds / 2 { continue }
                if !step.isFinest, moment.time / step.milliseconds <= last / step.milliseconds { continue }
            }
            let values = columns.indices.map { column -> [Int64] in
                guard step.milliseconds >= columns[column].finestMilliseconds else { return [] }
                return (0..<moment.count).map { place in
                    if columns[column].keeps == .largest { return peaks[column][place] ?? .min }
                    return place < moment.values[column].count ? moment.values[column][place] : .min
                }
            }
            peaks = columns.map { _ in [:] }
            kept.append((moment.time, values))
        }
        return kept
    }
}

@Suite("Kept history")
struct HistoryModelTests {
    private static let steps = [
        HistoryStep(milliseconds: 1000, spanMilliseconds: 90_000, isFinest: true),
        HistoryStep(milliseconds: 10_000, spanMilliseconds: 900_000),
        HistoryStep(milliseconds: 60_000, spanMilliseconds: 5_400_000),
    ]
    private static let columns = [
        HistoryColumn(), HistoryColumn(isSteady: true), HistoryColumn(.largest, finestMilliseconds: 10_000),
        HistoryColumn(finestMilliseconds: 60_000),
    ]

    @Test("every step holds what a history that keeps everything says it must", arguments: 0..<12)
    func equalsTheModel(round: UInt64) throws {
        let seed = 0x4157_0000 + round
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var history = SteppedHistory(columns: Self.columns, steps: Self.steps)
        var model = NaiveHistory()
        var time = Int64.random(in: 0...2_000_000_000_000, using: &random)
        var numbers = Self.columns.map { _ in [Int64](repeating: .min, count: 4) }
        for _ in 0..<900 {
            time += 1000 + Int64.random(in: -300...300, using: &random)
            if Int.random(in: 0..<60, using: &random) == 0 { time += Int64.random(in: 0...100_000, using: &random) }
            Self.change(&numbers, &random)
            history.take(numbers, count: numbers[0].count, at: time)
            model.moments.append((time, numbers, numbers[0].count))
            if Int.random(in: 0..<300, using: &random) == 0 {
                // A restart: what was written is what is read.
                var writer = PackedWriter()
                history.write(into: &writer)
                var reader = PackedReader(writer.bytes)
                history = SteppedHistory(columns: Self.columns, steps: Self.steps)
                try history.read(from: &reader)
                #expect(reader.remaining == 0)
            }
        }
        let all = Set(Self.columns.indices)
        for (index, step) in Self.steps.enumerated() {
            let wanted: Set<Int> = index == 0 ? [0, 1] : index == 1 ? [0, 1, 2] : all
            let expected = model.kept(step, Self.columns).filter { $0.time >= time - step.spanMilliseconds }
            let range = (time - step.spanMilliseconds + step.milliseconds)...time
            guard history.step(for: range, columns: wanted) == step else { continue }
            var found: [(time: Int64, values: [[Int64]])] = []
            try history.visit(range, columns: wanted, places: 64) { found.append(($0, $1)) }
            let due = expected.filter { range.contains($0.time) }
            #expect(found.map(\.time) == due.map(\.time))
            for (mine, theirs) in zip(found, due) {
                for column in wanted where Self.columns[column].finestMilliseconds <= step.milliseconds {
                    // A restart loses the largest numbers since the newest step.
                    if Self.columns[column].keeps == .largest { continue }
                    #expect(mine.values[column] == theirs.values[column])
                }
            }
        }
        let newest = try history.values(atOrBefore: time, columns: [0, 1], places: 64)
        #expect(newest?.values[0] == model.kept(Self.steps[0], Self.columns).last?.values[0])
    }

    private static func change(_ numbers: inout [[Int64]], _ random: inout SeededGenerator) {
        if Int.random(in: 0..<40, using: &random) == 0, numbers[0].count < 60 {
            for column in numbers.indices { numbers[column].append(.min) }
        }
        for column in numbers.indices {
            for place in numbers[column].indices {
                let value = numbers[column][place]
                switch Int.random(in: 0..<30, using: &random) {
                case 0: numbers[column][place] = .min
                case 1: numbers[column][place] = KeptNumber.whole(Int64.random(in: .min ... .max, using: &random))
                case 2..<12 where value != .min:
                    numbers[column][place] = KeptNumber.whole(value + Int64.random(in: -9...900, using: &random))
                default: break
                }
            }
        }
    }

    @Test("the largest number between two steps is kept, however short it was")
    func peaksAreKept() throws {
        var history = SteppedHistory(
            columns: [HistoryColumn(), HistoryColumn(.largest, finestMilliseconds: 10_000)], steps: Self.steps)
        for second in 0..<25 as Range<Int64> {
            let lag: Int64 = second == 14 ? 9000 : 5
            history.take([[lag], [lag]], count: 1, at: second * 1000)
        }
        let found = try history.values(atOrBefore: 24_000, columns: [1], places: 1)
        #expect(found?.time == 20_000)
        #expect(found?.values[1] == [9000])
        // The moment itself stays what it was.
        #expect(try history.values(atOrBefore: 20_400, columns: [0], places: 1)?.values[0] == [5])
    }

    @Test("what rises steadily or rests takes next to nothing")
    func steadyIsSmall() {
        var history = SteppedHistory(
            columns: [HistoryColumn(), HistoryColumn(isSteady: true)], steps: HistoryStep.minutes)
        for minute in 0..<360 as Range<Int64> {
            history.take(
                [Array(repeating: 7, count: 1000), (0..<1000).map { $0 * 1000 + minute * 20_400 }], count: 1000,
                at: minute * 60_000)
        }
        // Two columns of newest moments, unpacked, are 40 kB of it.
        #expect(history.byteCount < 360 * 120 + 6 * 6000 + 40_000)
    }

    @Test("numbers keep three digits and their order", arguments: 0..<4)
    func roundedNumbers(round: UInt64) {
        let seed = 0x3D16_0000 + round
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var before: (value: Double, code: Int64)?
        for value in (0..<400).map({ _ in Double.random(in: -20...20, using: &random) }).sorted()
            .map({ $0 < 0 ? -Self.power(-$0) : Self.power($0) })
        {
            let code = KeptNumber.rounded(value)
            guard let kept = KeptNumber.value(ofRounded: code) else {
                Issue.record("\(value) is lost")
                continue
            }
            if abs(value) < 9.99e18 { #expect(abs(kept - value) <= abs(value) * 0.00501) }
            if let before { #expect(before.code <= code) }
            before = (value, code)
        }
        for value in [0, 1, 10, 99.9, 100, 999, 999.6, 1000, 0.001, 12_300, -340] {
            let kept = KeptNumber.value(ofRounded: KeptNumber.rounded(value)) ?? .nan
            #expect(abs(kept - value) <= abs(value) * 0.0006, "\(value)")
        }
        #expect(KeptNumber.value(ofRounded: KeptNumber.rounded(.nan)) == nil)
        #expect(KeptNumber.value(ofRounded: KeptNumber.rounded(nil)) == nil)
        #expect(KeptNumber.value(ofRounded: .max) == nil)
    }

    private static func power(_ exponent: Double) -> Double {
        var value = 1.0
        for _ in 0..<Int(abs(exponent)) { value *= 10 }
        let rest = 1 + (abs(exponent) - abs(exponent).rounded(.down)) * 8.99
        return exponent < 0 ? 1 / (value * rest) : value * rest
    }

    @Test("bytes that nobody wrote are refused or read as something, never a trap", arguments: 0..<6)
    func hostileBytes(round: UInt64) {
        let seed = 0xBAD_0000 + round
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var history = SteppedHistory(columns: Self.columns, steps: Self.steps)
        var numbers = Self.columns.map { _ in [Int64](repeating: 5, count: 6) }
        for second in 0..<200 as Range<Int64> {
            Self.change(&numbers, &random)
            history.take(numbers, count: numbers[0].count, at: second * 1000)
        }
        var writer = PackedWriter()
        history.write(into: &writer)
        for _ in 0..<300 {
            var bytes = writer.bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) {
                bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            }
            var read = SteppedHistory(columns: Self.columns, steps: Self.steps)
            var reader = PackedReader(bytes)
            guard (try? read.read(from: &reader)) != nil else { continue }
            _ = try? read.visit(0...200_000, columns: [0, 1, 2, 3], places: 64) { _, values in
                #expect(values.allSatisfy { $0.count <= 64 })
            }
            read.take(numbers, count: numbers[0].count, at: 201_000)
        }
    }

    @Test("a place stays with its thing until it is released, and goes to another then")
    func places() {
        var table = PlaceTable<String>(capacity: 2)
        #expect(table.place(of: "a", at: 1) == 0)
        #expect(table.place(of: "b", at: 1) == 1)
        #expect(table.place(of: "c", at: 2) == nil)
        #expect(table.place(of: "a", guess: 0, at: 5) == 0)
        #expect(table.release(before: 3) == [1])
        #expect(table.key(at: 1) == nil)
        #expect(table.place(of: "c", guess: 0, at: 6) == 1)
        #expect(table.place(of: "b") == nil)
    }

    @Test("a fact holds from when it was noted until the next one")
    func versions() {
        var log = VersionLog<String>(limit: 3)
        log.note(nil, of: 4, at: 1)
        log.note("one", of: 4, at: 10)
        log.note("one", of: 4, at: 20)
        log.note(nil, of: 4, at: 30)
        log.note("two", of: 4, at: 40)
        #expect([9, 10, 29, 30, 40].map { log.value(of: 4, at: $0) } == [nil, "one", "one", nil, "two"])
        log.trim(before: 35)
        #expect([29, 35, 41].map { log.value(of: 4, at: $0) } == [nil, nil, "two"])
        #expect(log.value(of: 99, at: 5) == nil)
    }
}
