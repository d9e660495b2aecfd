import Yams

/// Reads files in the format of `promtool test rules`, as strictly as it does.
package struct RuleTestFileReader {
    private var document: YAMLDocument
    private let version: PrometheusVersion

    /// Reads a file.
    ///
    /// - Returns: The tests that can be run, and everything that is wrong with the file.
    package static func read(
        text: String, file: String, version: PrometheusVersion = .three
    ) -> (tests: RuleTestFile?, problems: [RuleFileProblem]) {
        var reader = RuleTestFileReader(document: YAMLDocument(file: file, text: text), version: version)
        let documents = reader.document.documents()
        guard let root = documents.first else {
            if reader.document.problems.isEmpty { reader.document.note("the file is empty", at: nil) }
            return (nil, reader.document.problems)
        }
        let tests = reader.read(root)
        return (tests, reader.document.problems)
    }

    private init(document: YAMLDocument, version: PrometheusVersion) {
        self.document = document
        self.version = version
    }

    private mutating func read(_ root: Node) -> RuleTestFile? {
        let known = ["rule_files", "evaluation_interval", "group_eval_order", "tests", "fuzzy_compare"]
        guard let fields = document.fields(root, known: known, of: "a file of tests") else { return nil }
        let interval = document.duration(fields["evaluation_interval"], "evaluation_interval") ?? 60_000
        guard interval > 0 else {
            document.note("evaluation_interval must be longer than 0", at: fields["evaluation_interval"] ?? root)
            return nil
        }
        return RuleTestFile(
            file: document.file,
            ruleFiles: document.items(fields["rule_files"], "rule_files").compactMap { $0.scalar?.string },
            evaluationInterval: interval,
            groupOrder: document.items(fields["group_eval_order"], "group_eval_order").compactMap { $0.scalar?.string },
            tests: document.items(fields["tests"], "tests").compactMap { test($0, evaluationInterval: interval) })
    }

    private mutating func test(_ node: Node, evaluationInterval: Int64) -> RuleTest? {
        let known = [
            "name", "interval", "input_series", "alert_rule_test", "promql_expr_test", "external_labels",
            "external_url",
        ]
        guard let fields = document.fields(node, known: known, of: "a test") else { return nil }
        let given = document.duration(fields["interval"], "interval") ?? 0
        return RuleTest(
            name: document.text(fields["name"], "name") ?? "",
            interval: given > 0 ? given : evaluationInterval,
            series: document.items(fields["input_series"], "input_series").compactMap { series($0) },
            alerts: document.items(fields["alert_rule_test"], "alert_rule_test").compactMap { alertCheck($0) },
            expressions: document.items(fields["promql_expr_test"], "promql_expr_test").compactMap {
                expressionCheck($0)
            },
            externalLabels: texts(fields["external_labels"], "external_labels"),
            externalURL: document.text(fields["external_url"], "external_url") ?? "")
    }

    private mutating func texts(_ node: Node?, _ what: String) -> [String: String] {
        Dictionary(document.texts(node, what).map { ($0.name, $0.text) }) { $1 }
    }

    private mutating func series(_ node: Node) -> RuleTest.Series? {
        guard let fields = document.fields(node, known: ["series", "values"], of: "an input series") else { return nil }
        guard let metric = metric(fields["series"], "series", at: node) else { return nil }
        do {
            let text = document.text(fields["values"], "values") ?? ""
            let values = try SeriesNotation.values(text)
            return RuleTest.Series(name: metric.name, labels: metric.labels, values: values)
        } catch {
            document.note("values: \(error)", at: fields["values"] ?? node)
            return nil
        }
    }

    private mutating func metric(
        _ field: Node?, _ what: String, at node: Node
    ) -> (name: String, labels: LabelSet)? {
        do {
            return try SeriesNotation.metric(document.text(field, what) ?? "")
        } catch {
            document.note("\(what): \(error)", at: field ?? node)
            return nil
        }
    }

    private mutating func alertCheck(_ node: Node) -> RuleTest.AlertCheck? {
        let known = ["eval_time", "alertname", "exp_alerts"]
        guard let fields = document.fields(node, known: known, of: "an alert_rule_test") else { return nil }
        guard let name = document.text(fields["alertname"], "alertname"), !name.isEmpty else {
            document.note("an alert_rule_test needs an alertname", at: node)
            return nil
        }
        var expected: [RuleTest.ExpectedAlert] = []
        for item in document.items(fields["exp_alerts"], "exp_alerts") {
            let known = ["exp_labels", "exp_annotations"]
            guard let fields = document.fields(item, known: known, of: "an expected alert") else { continue }
            var labels = texts(fields["exp_labels"], "exp_labels")
            labels["alertname"] = name
            expected.append(
                RuleTest.ExpectedAlert(
                    labels: LabelSet(labels), annotations: texts(fields["exp_annotations"], "exp_annotations")))
        }
        return RuleTest.AlertCheck(
            time: document.duration(fields["eval_time"], "eval_time") ?? 0, name: name, expected: expected,
            position: YAMLDocument.position(of: node))
    }

    private mutating func expressionCheck(_ node: Node) -> RuleTest.ExpressionCheck? {
        let known = ["expr", "eval_time", "exp_samples"]
        guard let fields = document.fields(node, known: known, of: "a promql_expr_test") else { return nil }
        let text = document.text(fields["expr"], "expr") ?? ""
        var expected: [VectorSample] = []
        for item in document.items(fields["exp_samples"], "exp_samples") {
            let known = ["labels", "value"]
            guard let fields = document.fields(item, known: known, of: "an expected sample"),
                let metric = metric(fields["labels"], "labels", at: item)
            else { continue }
            let written = document.text(fields["value"], "value") ?? "0"
            guard let value = SeriesNotation.number(written) ?? YAMLDocument.integer(written) else {
                document.note("value must be a number, not \"\(written)\"", at: fields["value"] ?? item)
                continue
            }
            expected.append(VectorSample(name: metric.name, labels: metric.labels, value: value))
        }
        return RuleTest.ExpressionCheck(
            time: document.duration(fields["eval_time"], "eval_time") ?? 0, text: text, expression: parsed(text),
            expected: expected, position: YAMLDocument.position(of: node))
    }

    private func parsed(_ text: String) -> Result<Expression, PromQLError> {
        do {
            return .success(try PromQLParser.parse(text, version: version))
        } catch {
            return .failure(error)
        }
    }
}
