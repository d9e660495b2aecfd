extension AlertRule {
    /// Annotations that say what PromQL cannot: how values are written, and where the cause is shown. Users' rules may have them, too.
    private enum Annotation {
        static let unit = "unit"
        static let flag = "flag"
        static let opens = "opens"
    }

    /// A loaded rule as people see it. What it does not say of itself is told from the metrics it reads.
    package init(_ rule: RuleDefinition, group: String, file: String) {
        let annotations = Self.texts(rule.annotations)
        let labels = Self.texts(rule.labels)
        let threshold = rule.expression.plainComparison?.threshold
        let metric = rule.expression.selectors.lazy.compactMap(\.exactName).first ?? ""
        self.init(
            name: rule.name, file: file, group: group, expression: rule.expression.description, threshold: threshold,
            holdMilliseconds: rule.holdMilliseconds, severity: Severity(label: labels["severity"]), labels: labels,
            annotations: annotations, summary: annotations["summary"] ?? annotations["description"] ?? "",
            opens: Self.key(annotations[Annotation.opens], metric),
            unit: annotations[Annotation.unit].flatMap(Unit.init(rawValue:)) ?? Self.unit(rule.expression),
            keepFiringMilliseconds: rule.keepFiringMilliseconds, flagWord: annotations[Annotation.flag] ?? "yes")
    }

    private static func texts(_ texts: [RuleDefinition.Text]) -> [String: String] {
        Dictionary(texts.map { ($0.name, $0.template.source) }) { $1 }
    }

    /// The console's key of a view by its name, else of the one that shows what the metric is about.
    private static func key(_ view: String?, _ metric: String) -> String {
        switch view {
        case "topics": "2"
        case "groups": "3"
        case "broker": "6"
        default:
            metric.contains("consumergroup") || metric.contains("consumer_status")
                ? "3" : metric.contains("_topic_") || metric.hasPrefix("kafka_log_log_size") ? "2" : "6"
        }
    }

    /// The unit by the ending of a metric's name, as Prometheus names metrics, where an expression leaves a metric's values as they are.
    private static func unit(_ expression: Expression) -> Unit {
        let observed = expression.plainComparison?.vector ?? expression
        guard let name = observed.unchangedMetric else { return .count }
        for (ending, unit) in [
            ("_seconds", Unit.seconds), ("_ratio", .ratio), ("_bytes", .bytes), ("_log_size", .bytes),
        ]
        where name.hasSuffix(ending) { return unit }
        return .count
    }
}

extension AlertRule.Severity {
    /// The severity that a rule's label says, in the words that rule files have; a warning where it says nothing known.
    package init(label: String?) {
        self =
            switch label?.lowercased() {
            case "critical", "crit", "error", "page", "emergency", "fatal": .critical
            case "info", "informational", "notice", "none", "low": .info
            default: .warning
            }
    }
}

extension Expression {
    /// The metric whose values an expression gives as they are; nil where it calculates.
    fileprivate var unchangedMetric: String? {
        switch unwrapped {
        case .selector(let selector): selector.exactName
        case .aggregation(let aggregation):
            [.sum, .min, .max, .avg, .topk, .bottomk, .quantile].contains(aggregation.op)
                ? aggregation.inner.unchangedMetric : nil
        default: nil
        }
    }
}
