/// One check of a test that came out otherwise than expected.
package struct RuleTestFailure: Sendable, Equatable {
    /// What was checked: the test's name, the alert or expression, the moment.
    package var what: String
    /// Where it stands in the file.
    package var position: TextPosition?
    /// What was expected, a line an alert or sample, in order.
    package var expected: [String]
    /// What came, likewise.
    package var actual: [String]
    /// Why nothing could be compared; nil when it could.
    package var error: String?
}

/// Runs tests of rules as promtool does: rules are evaluated at each multiple of the interval up to the last moment checked, on the samples of that moment and before.
package struct RuleTestRun {
    private let test: RuleTest
    private let interval: Int64
    private let version: PrometheusVersion
    private var store = SampleStore()
    private var loadedTo: Int64 = -1
    private var engine: RuleEngine
    private var failures: [RuleTestFailure] = []

    /// Numbers whose last digits alone differ are equal: Prometheus' own versions differ in how they round sums.
    private static let tolerance = 1e-12
    /// Evaluations one test may take.
    private static let evaluationLimit: Int64 = 1_000_000

    /// Runs one test.
    ///
    /// - Parameters:
    ///   - test: The test.
    ///   - file: The file it stands in, for the interval and the order of groups.
    ///   - rules: The rules of the files that the test file names.
    ///   - version: Whose rules expressions follow.
    /// - Returns: What came out otherwise than expected, in the order of the moments.
    package static func failures(
        of test: RuleTest, in file: RuleTestFile, rules: [RuleFile], version: PrometheusVersion
    ) -> [RuleTestFailure] {
        var run = RuleTestRun(test, file, rules, version)
        run.evaluateRules()
        if run.failures.contains(where: { $0.error != nil }) { return run.failures }
        for check in test.expressions { run.check(check) }
        return run.failures
    }

    /// The alerts that fire at each check's moment under its name, whatever it expects, in the order of the checks.
    package static func firing(
        in test: RuleTest, of file: RuleTestFile, rules: [RuleFile], version: PrometheusVersion
    ) -> [[ActiveAlert]] {
        var run = RuleTestRun(test, file, rules, version)
        var found: [[ActiveAlert]] = Array(repeating: [], count: test.alerts.count)
        var time: Int64 = 0
        while time <= test.end {
            run.load(through: time)
            _ = run.engine.evaluateAll(&run.store, at: time)
            for (place, check) in test.alerts.enumerated()
            where (time..<time + run.interval).contains(check.time) {
                found[place] = run.firing(named: check.name)
            }
            time += run.interval
        }
        return found
    }

    private init(_ test: RuleTest, _ file: RuleTestFile, _ rules: [RuleFile], _ version: PrometheusVersion) {
        self.test = test
        self.version = version
        interval = file.evaluationInterval
        let settings = EvaluationSettings(version: version, subqueryStepMilliseconds: file.evaluationInterval)
        engine = RuleEngine(files: Self.ordered(rules, file.groupOrder), settings: settings)
        engine.externalLabels = test.externalLabels
        engine.externalURL = test.externalURL
    }

    /// The groups with those named first, in that order.
    private static func ordered(_ files: [RuleFile], _ order: [String]) -> [RuleFile] {
        guard !order.isEmpty else { return files }
        let all = files.flatMap { file in file.groups.map { RuleFile(file: file.file, groups: [$0]) } }
        let place = { (file: RuleFile) in order.firstIndex(of: file.groups[0].name) ?? order.count }
        return all.enumerated().sorted {
            (place($0.element), $0.offset) < (place($1.element), $1.offset)
        }.map(\.element)
    }

    // MARK: Rules

    private mutating func evaluateRules() {
        guard test.end / interval <= Self.evaluationLimit else {
            let reason = "more than \(Self.evaluationLimit) evaluations; make evaluation_interval longer"
            failures.append(failure("rules", test.end, at: nil, error: reason))
            return
        }
        var time: Int64 = 0
        while time <= test.end {
            load(through: time)
            _ = engine.evaluateAll(&store, at: time)
            for report in engine.reports(store) {
                guard case .failed(let reason)? = report.problem else { continue }
                failures.append(
                    failure("rule: \(report.rule.name)", time, at: report.rule.position, error: reason))
            }
            if failures.contains(where: { $0.error != nil }) { return }
            // A check between two evaluations sees the alerts of the earlier.
            for check in test.alerts where (time..<time + interval).contains(check.time) { self.check(check) }
            time += interval
        }
    }

    /// Adds the samples up to a moment.
    private mutating func load(through time: Int64) {
        let first = loadedTo < 0 ? 0 : loadedTo / test.interval + 1
        let last = time / test.interval
        guard first <= last else { return }
        for series in test.series where first < Int64(series.values.count) {
            for place in Int(first)...min(Int(last), series.values.count - 1) {
                guard let value = series.values[place] else { continue }
                store.append(value, at: Int64(place) * test.interval, name: series.name, labels: series.labels)
            }
        }
        loadedTo = time
    }

    private mutating func check(_ check: RuleTest.AlertCheck) {
        let actual = firing(named: check.name).map { Self.line($0.labels, $0.annotations) }.sorted()
        let expected = check.expected.map { Self.line($0.labels, $0.annotations) }.sorted()
        guard !actual.elementsEqual(expected, by: { $0.hasBytes(of: $1) }) else { return }
        failures.append(
            failure("alert: \(check.name)", check.time, at: check.position, expected: expected, actual: actual))
    }

    private func firing(named name: String) -> [ActiveAlert] {
        engine.reports(store).filter { $0.rule.kind == .alert && $0.rule.name == name }.flatMap(\.alerts)
            .filter { $0.state == .firing }
    }

    private static func line(_ labels: LabelSet, _ annotations: [String: String]) -> String {
        guard !annotations.isEmpty else { return "\(labels)" }
        let texts = annotations.sorted { $0.key < $1.key }.map { "\($0.key)=\(Expression.quoted($0.value))" }
        return "\(labels) \(texts.joined(separator: " "))"
    }

    // MARK: Expressions

    private mutating func check(_ check: RuleTest.ExpressionCheck) {
        let what = "expr: \(check.text)"
        do {
            let actual = try evaluate(try check.expression.get(), at: check.time)
            guard !Self.areEqual(check.expected, actual) else { return }
            failures.append(
                failure(
                    what, check.time, at: check.position, expected: Self.lines(check.expected),
                    actual: Self.lines(actual)))
        } catch {
            failures.append(failure(what, check.time, at: check.position, error: "\(error)"))
        }
    }

    private func evaluate(_ expression: Expression, at time: Int64) throws(EvaluationError) -> [VectorSample] {
        var evaluator = Evaluator(source: store, settings: engine.settings)
        switch try evaluator.evaluate(expression, at: time) {
        case .vector(let samples): return samples
        case .scalar(let value): return [VectorSample(labels: .empty, value: value)]
        case .string: throw EvaluationError("rule result is not a vector or scalar")
        }
    }

    private static func ordered(_ samples: [VectorSample]) -> [VectorSample] {
        samples.sorted { ($0.name, $0.labels) < ($1.name, $1.labels) }
    }

    private static func lines(_ samples: [VectorSample]) -> [String] {
        ordered(samples).map { "\($0.metricText) \(GoNumber.general($0.value))" }
    }

    private static func areEqual(_ expected: [VectorSample], _ actual: [VectorSample]) -> Bool {
        expected.count == actual.count
            && zip(ordered(expected), ordered(actual)).allSatisfy { one, other in
                one.name == other.name && one.labels == other.labels && isSame(one.value, other.value)
            }
    }

    private static func isSame(_ one: Double, _ other: Double) -> Bool {
        one == other || (one.isNaN && other.isNaN)
            || (one - other).magnitude <= tolerance * max(one.magnitude, other.magnitude)
    }

    private func failure(
        _ what: String, _ time: Int64, at position: TextPosition?, expected: [String] = [], actual: [String] = [],
        error: String? = nil
    ) -> RuleTestFailure {
        let name = test.name.isEmpty ? "" : "\(test.name): "
        let moment = PrometheusDuration.text(milliseconds: time)
        return RuleTestFailure(
            what: "\(name)\(what), time: \(moment)", position: position, expected: expected, actual: actual,
            error: error)
    }
}
