import AlertRules
import Testing
import WindowedMetrics

@testable import Monitor

@Suite("What rules look back on, kept in a file")
struct RuleSeriesFileTests {
    private static let series = [
        KeptSteps(
            name: "kafka_consumergroup_lag", labels: LabelSet(["topic": "orders", "partition": "0"]),
            steps: [
                .init(time: 1_700_000_010_000, value: 4.5), .init(time: 1_700_000_025_000, value: .infinity),
                .init(time: 1_700_000_040_000, value: StalenessMarker.value),
                .init(time: 1_700_000_055_000, value: .nan),
            ]), KeptSteps(name: "up", labels: .empty, steps: []),
    ]

    @Test("comes back as it was, markers and other numbers that are none told apart")
    func roundTrip() throws {
        let bytes = RuleSeriesFile.bytes(Self.series, cluster: "c")
        #expect(try RuleSeriesFile.series(bytes, cluster: "c") == Self.series)
    }

    @Test("is rejected whole where a byte is missing or another, and where it is another cluster's")
    func damaged() {
        let bytes = RuleSeriesFile.bytes(Self.series, cluster: "c")
        for count in bytes.indices {
            #expect(throws: PackedError.self) {
                try RuleSeriesFile.series(Array(bytes.prefix(count)), cluster: "c")
            }
            var other = bytes
            other[count] ^= 0x40
            #expect(throws: PackedError.self) { try RuleSeriesFile.series(other, cluster: "c") }
        }
        #expect(throws: PackedError.self) { try RuleSeriesFile.series(bytes, cluster: "d") }
    }

    @Test("steps of the future, of a clock that went back, hide nothing that is measured now; the gap has its marker")
    func clockWentBack() {
        var series = RuleSeries(stepNames: .these(["up"]), history: 300_000)
        series.restore(
            [
                KeptSteps(
                    name: "up", labels: .empty,
                    steps: [
                        .init(time: 15_000, value: 1), .init(time: 30_000, value: 2), .init(time: 900_000, value: 3),
                    ]),
                KeptSteps(name: "other", labels: .empty, steps: [.init(time: 15_000, value: 1)]),
            ], at: 90_000)
        series.take(["up"], at: 90_000) { _ in .samples([SeriesSample(labels: .empty, value: 7)]) }
        #expect(series.seriesCount == 1, "nobody looks back on the other")
        let steps = series.kept.first?.steps ?? []
        #expect(steps.map(\.time) == [15_000, 30_000, 45_000, 90_000])
        #expect(steps.map { StalenessMarker.isMarker($0.value) } == [false, false, true, false])
    }
}
