import AlertRules
import SeededNumbers

/// Random rules and random series for them, with what must fire left open; the same again for the same seed.
struct RuleTestGenerator {
    private var random: SeededGenerator
    private var expressions: ExpressionGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        expressions = ExpressionGenerator(seed: seed &+ 1)
    }

    private mutating func pick<Item>(_ items: [Item]) -> Item { items[Int.random(in: items.indices, using: &random)] }

    /// A file of rules: alerts of plain thresholds, on recorded series and on each other.
    mutating func rules() -> String {
        var text = "groups:\n- name: recording\n  rules:\n"
        text += "  - record: topic:lag:sum\n    expr: sum by (topic) (lag)\n    labels: {source: rule}\n"
        text += "  - record: topic:lag:max\n    expr: max_over_time(topic:lag:sum[5m])\n"
        text += "- name: alerts\n  rules:\n"
        for number in 0..<6 {
            let expression = pick([
                "lag > \(Int.random(in: -50...80, using: &random))", "size < 0",
                "rate(requests_total[5m]) > 0.\(Int.random(in: 0...9, using: &random))", "topic:lag:sum > 10",
                "topic:lag:max - 20 > topic:lag:sum", "absent(lag{group=\"z\",topic=\"orders\"})",
                "count(ALERTS{alertstate=\"firing\"}) > 1", "absent(size) or size > 40", "up > 0 and on () limit > 10",
            ])
            text +=
                "  - alert: Rule\(number)\n    expr: \(Self.quoted(expression))\n    for: \(pick(["0s", "1m", "3m", "5m"]))\n"
            if Bool.random(using: &random) { text += "    keep_firing_for: \(pick(["1m", "4m", "10m"]))\n" }
            let label = pick(["warning", "{{ $labels.topic }}", "{{ if true }}"])
            text +=
                "    labels: {severity: \(Self.quoted(label == "{{ if true }}" ? "page" : label))}\n    annotations:\n"
            for annotation in 0..<3 { text += "      a\(annotation): \(Self.quoted(template()))\n" }
        }
        return text
    }

    private mutating func template() -> String {
        pick([
            "{{ $labels.topic }} of {{ $labels.group }}", "{{ $value }}", "{{ printf \"%.2f\" $value }}",
            "{{ $labels }}",
            "{{ $value | humanize }}", "{{ humanize1024 $value }}", "{{ $value | humanizeDuration }}",
            "{{humanizePercentage $value}}", "{{ .Value | printf \"%05.1f%%\" }}", "{{- $labels.nothing -}} x",
            "{{ $value | humanizeTimestamp }}",
            "{{ printf \"%s: %q, %v %e\" $labels.topic $labels.group $value $value }}",
            "{{ $labels.topic | toUpper | title }}", "{{ printf \"%d %s\" $value $value }}",
            "{{ printf \"%8.3g|%-9v|%g\" $value $value $value }}",
        ])
    }

    static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

    /// Series for the rules: their values are halves, so that sums are the same in any order, to the last digit.
    mutating func series() -> [(metric: String, values: String)] {
        expressions.series().map { ($0.metric, $0.values.replacing(/\.[0-9]+/, with: ".5")) }
    }
}
