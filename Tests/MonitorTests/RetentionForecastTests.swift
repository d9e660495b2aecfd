import Cluster
import MonitorScript
import SeededNumbers
import Testing

@testable import Monitor

@Suite("Forecast of retention")
struct RetentionForecastTests {
    /// Kafka's rule on a list of segments, played in steps of 100 ms with bytes arriving: when the segment that holds an offset goes.
    static func played(_ forecast: RetentionForecast, _ segments: [SegmentDescription], offset: Int64, now: Int64)
        -> Int64?
    {
        var left = segments
        var active = Double(segments.last?.sizeBytes ?? 0)
        let rate = forecast.bytesPerSecond ?? 0
        for step in 0..<30_000 as Range<Int64> {
            let time = now + step * 100
            var total = left.dropLast().reduce(0.0) { $0 + Double($1.sizeBytes) } + active
            // By size, then by time, the oldest first; the one that is written to goes by neither as long as it gets records.
            while left.count > 1, forecast.retention.retentionBytes >= 0,
                total - Double(forecast.retention.retentionBytes) >= Double(left[0].sizeBytes)
            {
                total -= Double(left[0].sizeBytes)
                left.removeFirst()
            }
            while left.count > 1, forecast.retention.retentionMilliseconds >= 0,
                time - (left[0].largestTimestamp ?? 0) > forecast.retention.retentionMilliseconds
            {
                left.removeFirst()
            }
            guard let first = left.first else { return time - now }
            if first.baseOffset > offset { return time - now }
            active += rate / 10
        }
        return nil
    }

    @Test(
        "the forecast is what Kafka's rule does, for segments of any size and age, also out of order",
        arguments: 1...300)
    func againstRule(round: UInt64) {
        let seed = 0x4C05_0000 + round
        var random = SeededGenerator(seed: seed)
        let now: Int64 = 1_795_000_000_000
        var base: Int64 = 0
        let segments = (0..<Int.random(in: 2...7, using: &random)).map { index in
            let count = Int64.random(in: 1...50, using: &random)
            defer { base += count }
            return SegmentDescription(
                baseOffset: base, nextOffset: base + count, sizeBytes: .random(in: 100...5000, using: &random),
                // Clocks of producers differ: a later segment may be older, and one may be of the future.
                largestTimestamp: now + .random(in: -100_000...20_000, using: &random), isActive: false)
        }
        var all = segments
        all[all.count - 1].isActive = true
        var retention = TopicRetention()
        retention.retentionMilliseconds = round % 3 == 0 ? -1 : .random(in: 1000...150_000, using: &random)
        retention.retentionBytes = round % 3 == 1 ? -1 : .random(in: 0...20_000, using: &random)
        let total = all.reduce(0) { $0 + $1.sizeBytes }
        let forecast = RetentionForecast(
            retention: retention, offsets: PartitionOffsets(logStart: 0, highWatermark: base), sizeBytes: total,
            bytesPerSecond: .random(in: 10...2000, using: &random), segments: all)
        // Of a segment that is no longer written to: how long the last one lives depends on when it ends.
        let offset = Int64.random(in: 0..<all[all.count - 1].baseOffset, using: &random)
        let horizon = forecast.horizon(of: offset, writtenAt: nil, now: now)
        let truth = Self.played(forecast, all, offset: offset, now: now)
        guard let left = horizon.milliseconds else {
            #expect(truth == nil, "seed \(seed): \(horizon), not \(String(describing: truth))")
            return
        }
        guard let truth else {
            #expect(left > 2_900_000, "seed \(seed): \(horizon), not never")
            return
        }
        #expect(abs(left - truth) <= 200, "seed \(seed): \(horizon), not \(truth)")
    }

    @Test("hostile figures neither trap nor promise what is not known")
    func hostile() {
        let extremes: [Int64] = [.min, -1, 0, 1, .max]
        for limit in extremes {
            for size in extremes {
                for time in extremes {
                    var retention = TopicRetention()
                    retention.retentionMilliseconds = limit
                    retention.retentionBytes = size
                    let segments = [
                        SegmentDescription(
                            baseOffset: time, nextOffset: .max, sizeBytes: size, largestTimestamp: time, isActive: true)
                    ]
                    for known in [nil, segments] {
                        let forecast = RetentionForecast(
                            retention: retention, offsets: PartitionOffsets(logStart: time, highWatermark: size),
                            sizeBytes: size, bytesPerSecond: .infinity, segments: known)
                        let horizon = forecast.horizon(of: time, writtenAt: (time, .exact), now: limit)
                        #expect(horizon.milliseconds ?? 0 >= 0)
                    }
                }
            }
        }
        let old = RetentionForecast(
            retention: TopicRetention(), offsets: PartitionOffsets(logStart: 0, highWatermark: 9))
        #expect(
            old.horizon(of: 3, writtenAt: (100, .lowerBound), now: 1000) == .unknown("the record's time is not known"))
    }
}
