import SeededNumbers
import Testing
import WindowedMetrics

/// A series kept the naive way: every sample with its time, nothing ever dropped.
struct NaiveSeries {
    var samples: [(time: Int64, value: Double)] = []
    /// The newest polling time, with or without a sample.
    var now: Int64 = 0

    func window(_ length: Int64, step: Int64) -> [(time: Int64, value: Double)] {
        samples.filter { $0.time >= now - length - step / 2 && $0.time <= now }
    }

    func increase(_ length: Int64, step: Int64) -> (amount: Double, seconds: Double)? {
        let window = window(length, step: step)
        guard let first = window.first, let last = window.last, last.time > first.time else { return nil }
        let amount = zip(window, window.dropFirst()).reduce(0.0) { $0 + max($1.1.value - $1.0.value, 0) }
        return (amount, Double(last.time - first.time) / 1e9)
    }

    func slope(_ length: Int64, step: Int64) -> (slope: Double, noise: Double)? {
        let window = window(length, step: step)
        guard let first = window.first, let last = window.last, last.time > first.time else { return nil }
        let times = window.map { Double($0.time - first.time) / 1e9 }
        let values = window.map { $0.value - first.value }
        let count = Double(window.count)
        let meanTime = times.reduce(0, +) / count
        let meanValue = values.reduce(0, +) / count
        let products = zip(times, values).map { ($0 - meanTime) * ($1 - meanValue) }.reduce(0, +)
        let slope = products / times.map { ($0 - meanTime) * ($0 - meanTime) }.reduce(0, +)
        let residuals = zip(times, values).map { $1 - meanValue - slope * ($0 - meanTime) }
        let noise = count > 2 ? (residuals.map { $0 * $0 }.reduce(0, +) / (count - 2)).squareRoot() : 0
        return (slope, noise)
    }
}

@Suite("Operational series")
struct SeriesModelTests {
    static let step: Int64 = 1_000_000_000

    @Test("rates and trends equal those of a series that keeps everything", arguments: 0..<40)
    func ratesEqualTheModel(round: UInt64) {
        let seed = 0x5EED_0000 + round
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let capacity = Int.random(in: 4...70, using: &random)
        var axis = TimeAxis(capacity: capacity, stepNanoseconds: Self.step)
        var track = SampleTrack(capacity: capacity)
        var model = NaiveSeries()
        var time = Int64.random(in: 0...1_000_000_000_000, using: &random)
        var value = Double(Int64.random(in: 0...1_000_000_000_000, using: &random))
        for _ in 0..<300 {
            // Polls that come late by up to a fifth, are missed, or fail.
            time += Self.step + Int64.random(in: -200_000_000...200_000_000, using: &random)
            if Int.random(in: 0..<20, using: &random) == 0 {
                time += Self.step * Int64.random(in: 1...9, using: &random)
            }
            let before = axis.lastTick
            let isLater = axis.advance(to: time)
            #expect(isLater)
            #expect(axis.lastTick > before)
            model.now = time
            if Int.random(in: 0..<8, using: &random) != 0 {
                let isFall = Int.random(in: 0..<30, using: &random) == 0
                value += Double(Int64.random(in: 0...5000, using: &random)) * (isFall ? -10 : 1)
                track.record(value, at: axis.lastTick)
                model.samples.append((time, value))
            }
            // Only what fits into the ring for certain, whatever ticks were left out.
            let window = Int64.random(in: 1...max(Int64(capacity) - 3, 1), using: &random) * Self.step * 3 / 4
            let expected = model.increase(window, step: Self.step)
            let found = track.increase(over: window, on: axis)
            #expect((expected == nil) == (found == nil))
            if let expected, let found {
                #expect(abs(found.amount - expected.amount) < 1e-3)
                #expect(abs(found.seconds - expected.seconds) < 1e-9)
            }
            let trend = track.trend(over: window, on: axis)
            let line = model.slope(window, step: Self.step)
            #expect((trend == nil) == (line == nil))
            if let trend, let line {
                #expect(abs(trend.slope - line.slope) < 1e-3 * max(1, abs(line.slope)))
                #expect(abs(trend.noise - line.noise) < 1e-3 * max(1, line.noise) + 0.1)
            }
            #expect(track.values(through: axis.lastTick).count <= capacity)
        }
    }

    @Test("a sample that was not taken is NaN, and the ring keeps the newest")
    func gapsAreNaN() {
        var axis = TimeAxis(capacity: 4, stepNanoseconds: Self.step)
        var track = SampleTrack(capacity: 4)
        for (second, value) in [(0, 1.0), (1, 2.0), (2, nil), (3, 4.0)] as [(Int64, Double?)] {
            axis.advance(to: second * Self.step)
            if let value { track.record(value, at: axis.lastTick) }
        }
        let values = track.values(through: axis.lastTick)
        #expect(values.count == 4)
        #expect(values[0] == 1 && values[1] == 2 && values[2].isNaN && values[3] == 4)
        axis.advance(to: 6 * Self.step)
        let later = track.values(through: axis.lastTick)
        #expect(later.count == 4)
        #expect(later[0] == 4 && later.dropFirst().allSatisfy(\.isNaN))
    }

    @Test("time that stands still or goes back is refused and changes nothing")
    func timeNeverGoesBack() {
        var ring = SampleRing(capacity: 8, stepNanoseconds: Self.step)
        let answers = [10 * Self.step, 10 * Self.step, Self.step, Int64.min].map { ring.record(1, at: $0) }
        #expect(answers == [true, false, false, false])
        #expect(ring.values == [1])
    }

    @Test("a leap to the end of time leaves a rate over the samples that are there, and no trap")
    func leapsDoNotTrap() {
        var ring = SampleRing(capacity: 8, stepNanoseconds: Self.step)
        ring.record(1, at: Int64.min)
        ring.record(5, at: 0)
        ring.record(9, at: Int64.max)
        #expect(ring.increase(over: Int64.max)?.amount ?? 0 >= 0)
        #expect(ring.values.last == 9)
    }

    @Test("a refresh between two polls moves the newest sample instead of adding one")
    func earlySamplesReplace() {
        var ring = SampleRing(capacity: 8, stepNanoseconds: Self.step)
        ring.record(0, at: 0)
        ring.record(100, at: Self.step)
        ring.record(130, at: Self.step + 300_000_000)
        #expect(ring.values == [0, 130])
        #expect(ring.increase(over: 10 * Self.step)?.perSecond == 100)
        // Refreshing again and again does not hold the time back: ticks stay three quarters of a step apart or more.
        for tenth in 4...30 { ring.record(100 + 10 * Double(tenth), at: Self.step + Int64(tenth) * 100_000_000) }
        #expect((4...6).contains(ring.values.count))
        #expect(ring.increase(over: 10 * Self.step)?.perSecond == 100)
    }

    @Test("a counter that begins again counts its rises, not its fall")
    func resetsAreNotNegative() {
        var ring = SampleRing(capacity: 8, stepNanoseconds: Self.step)
        for (second, value) in [100.0, 150, 10, 40].enumerated() { ring.record(value, at: Int64(second) * Self.step) }
        #expect(ring.increase(over: 10 * Self.step) == Increase(amount: 80, seconds: 3))
    }

    @Test("the time at which an offset was passed lies between the samples around it")
    func passingTimes() {
        var axis = TimeAxis(capacity: 16, stepNanoseconds: Self.step)
        var track = SampleTrack(capacity: 16)
        for second in 0..<10 as Range<Int64> {
            axis.advance(to: second * Self.step)
            if second != 5 { track.record(Double(second) * 100, at: axis.lastTick) }
        }
        #expect(track.timeOfPassing(250, on: axis) == 2_500_000_000)
        #expect(track.timeOfPassing(500, on: axis) == 5_000_000_000)
        #expect(track.timeOfPassing(0, on: axis) == 0)
        #expect(track.timeOfPassing(900, on: axis) == nil)
        #expect(track.timeOfPassing(-1, on: axis) == nil)
    }

    @Test("what a past moment is called follows a leap of the wall clock, not its small corrections")
    func wallClockLeaps() {
        let past = Moment(wallMilliseconds: 1_000_000, monotonicNanoseconds: 50 * Self.step)
        let slewed = Moment(wallMilliseconds: 1_010_003, monotonicNanoseconds: 60 * Self.step)
        #expect(slewed.wallMilliseconds(of: past) == 1_000_000)
        let leapt = Moment(wallMilliseconds: 9_000_000, monotonicNanoseconds: 60 * Self.step)
        #expect(leapt.wallMilliseconds(of: past) == 8_990_000)
        #expect(leapt.milliseconds(since: past) == 10_000)
    }
}
