import AlertRules
import SeededNumbers
import Testing

@Suite("Series of fixed steps")
struct FixedStepTests {
    @Test("they read as samples at any time do, as far back as they are kept", arguments: 1...8 as ClosedRange<UInt64>)
    func model(seed: UInt64) throws {
        print("fixed steps: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let history = Int64.random(in: 2...60, using: &random) * 15_000
        var fixed = FixedStepStore(historyMilliseconds: history, knownNames: ["x"])
        var model = SampleStore()
        let labels = LabelSet(["topic": "orders"])
        var now = Int64.random(in: 0...3, using: &random) * 15_000
        var newest = now
        for _ in 0..<300 {
            now += 15_000 * [0, 1, 1, 1, 1, 2, 3, 70].randomElement(using: &random, or: 1)
            let value = Int.random(in: 0...9, using: &random) == 0 ? StalenessMarker.value : Double(now)
            fixed.append(value, at: now + Int64.random(in: 0..<15_000, using: &random), name: "x", labels: labels)
            model.append(value, at: now, name: "x", labels: labels)
            newest = now
            let oldest = newest - history + 15_000
            let end = now + Int64.random(in: -40_000...400_000, using: &random)
            let start = max(oldest, end - Int64.random(in: 0...900_000, using: &random))
            guard start <= end else { continue }
            let one = fixed.newestSample(of: 0, from: start, through: end)
            let other = model.newestSample(of: 0, from: start, through: end)
            #expect(one?.time == other?.time, "seed \(seed), now \(now)")
            #expect(one?.value.bitPattern == other?.value.bitPattern, "seed \(seed), now \(now)")
            var (left, right) = (SampleBuffer(), SampleBuffer())
            fixed.samples(of: 0, from: start, through: end, into: &left)
            model.samples(of: 0, from: start, through: end, into: &right)
            #expect(left.times == right.times, "seed \(seed), now \(now)")
            #expect(left.values == right.values, "seed \(seed), now \(now)")
        }
    }

    @Test("a series that is gone for longer than is kept is forgotten, and comes again as a new one")
    func forgetting() throws {
        var store = FixedStepStore(historyMilliseconds: 60_000, knownNames: [])
        let selector = try #require(try PromQLParser.parse("x").selectors.first)
        store.append(1, at: 0, name: "x", labels: .empty)
        let before = store.generation
        store.removeForgotten(at: 60_000)
        #expect(store.series(matching: selector).count == 1)
        store.removeForgotten(at: 90_000)
        #expect(store.series(matching: selector).isEmpty && !store.knows(metric: "x"))
        #expect(store.generation != before)
        let id = store.append(2, at: 105_000, name: "x", labels: .empty)
        #expect(store.newestSample(of: id, from: 0, through: 200_000)?.value == 2)
        #expect(store.seriesCount == 1)
    }
}

extension Array {
    fileprivate func randomElement(using random: inout SeededGenerator, or other: Element) -> Element {
        self.randomElement(using: &random) ?? other
    }
}
