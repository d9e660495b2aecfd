import AlertRules
import Foundation
import Testing

@Suite("PromQL against promtool", .enabled(if: Promtool.isAvailable, "\(Promtool.missing)"))
struct DifferentialTests {
    /// What Weir says each expression comes to.
    private func outcomes(
        of checks: [(expression: String, time: String)], series: [(metric: String, values: String)],
        intervalMilliseconds: Int64
    ) throws -> [ExpressionOutcome] {
        let end = checks.compactMap { PrometheusDuration.milliseconds($0.time) }.max() ?? 0
        // promtool loads the samples up to the last evaluation of rules.
        let loaded = end / intervalMilliseconds * intervalMilliseconds
        var store = SampleStore()
        for (text, values) in series {
            let (name, labels) = try SeriesNotation.metric(text)
            for (place, value) in try SeriesNotation.values(values).enumerated() {
                guard let value, Int64(place) * intervalMilliseconds <= loaded else { continue }
                store.append(value, at: Int64(place) * intervalMilliseconds, name: name, labels: labels)
            }
        }
        let settings = EvaluationSettings(version: .two, subqueryStepMilliseconds: intervalMilliseconds)
        return checks.map { text, time in
            do {
                let expression = try PromQLParser.parse(text, version: .two)
                var evaluator = Evaluator(source: store, settings: settings)
                return .init(try evaluator.evaluate(expression, at: PrometheusDuration.milliseconds(time) ?? 0))
            } catch {
                return .error("\(error)")
            }
        }
    }

    @Test("random expressions over random series come to the same", arguments: 1...6 as ClosedRange<UInt64>)
    func randomExpressions(seed: UInt64) throws {
        let given = ProcessInfo.processInfo.environment["WEIR_PROMQL_SEED"].flatMap(UInt64.init)
        let seed = given.map { $0 &+ seed } ?? seed
        print("PromQL against promtool: seed \(seed)")
        var generator = ExpressionGenerator(seed: seed)
        let series = generator.series()
        let checks = (0..<400).map { _ in (expression: generator.vector(3), time: generator.time()) }
        let theirs = try Promtool.outcomes(of: checks, series: series, interval: "1m")
        let ours = try outcomes(of: checks, series: series, intervalMilliseconds: 60_000)
        try #require(theirs.count == checks.count)
        let results = theirs.count { if case .samples(let samples) = $0 { !samples.isEmpty } else { false } }
        #expect(results > checks.count / 6, "nearly all expressions came to nothing: nothing is compared")
        for ((check, their), our) in zip(zip(checks, theirs), ours) {
            #expect(
                our.agrees(with: their),
                "seed \(seed), at \(check.time): \(check.expression)\n  promtool \(their)\n  weir     \(our)")
        }
    }
}

extension ExpressionOutcome {
    /// A value as promtool shows it.
    init(_ value: Value) {
        switch value {
        case .scalar(let number): self = .samples(["{}": number])
        case .string: self = .error("rule result is not a vector or scalar")
        case .vector(let samples):
            self = .samples(
                Dictionary(
                    samples.map { ("\($0.labels.setting("__name__", to: $0.name))", $0.value) },
                    uniquingKeysWith: { first, _ in first }))
        }
    }
}
