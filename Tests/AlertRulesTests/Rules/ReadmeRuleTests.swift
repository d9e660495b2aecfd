import AlertRules
import ReadmeText
import Testing

@Suite("README's rules")
struct ReadmeRuleTests {
    @Test("README lists what of PromQL is evaluated; WEIR_UPDATE_SCREENS=1 writes it anew")
    func language() throws {
        #expect(try ReadmeSection("promql").difference(from: Self.language) == nil)
    }

    @Test("README lists the metrics that rules can read; WEIR_UPDATE_SCREENS=1 writes them anew")
    func metrics() throws {
        #expect(try ReadmeSection("metrics").difference(from: Self.metrics) == nil)
    }

    private static var language: [String] {
        [
            "| part of PromQL | evaluated |",
            "| --- | --- |",
            "| functions | \(codes(PromQLFunction.allCases.map(\.rawValue))) |",
            "| aggregations, each with `by` and `without` | \(codes(Aggregation.Operator.allCases.map(\.rawValue))) |",
            "| operators | \(codes(["+", "-", "*", "/", "%", "^", "atan2"])), comparisons with and without `bool`, "
                + "`and`, `or`, `unless`; `on`, `ignoring`, `group_left`, `group_right` |",
            "| selectors | `=`, `!=`, `=~`, `!~` (RE2's expressions), `[range]`, `offset`, subqueries |",
            "| not | the `@` modifier; native histograms; trigonometry and the functions that Prometheus calls experimental |",
        ]
    }

    private static var metrics: [String] {
        ["| metric | kind | labels | what it says |", "| --- | --- | --- | --- |"]
            + MetricCatalogue.all.map { metric in
                let place =
                    switch metric.scope {
                    case .anyCluster: ""
                    case .embedded: " *Embedded broker only.*"
                    case .rules: " *From the rules.*"
                    }
                return "| `\(metric.name)` | \(metric.kind.rawValue) | \(metric.labels.joined(separator: ", ")) | "
                    + "\(metric.help)\(place) |"
            }
    }

    private static func codes(_ names: [String]) -> String {
        names.map { "`\($0)`" }.joined(separator: " ")
    }
}
