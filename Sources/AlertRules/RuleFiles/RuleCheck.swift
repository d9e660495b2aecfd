/// Reads files of rules together and says all that is wrong with them, the metrics that Weir does not publish among it.
package struct RuleCheck: Sendable {
    /// The files, whatever is wrong with them.
    package private(set) var files: [RuleFile] = []
    /// Everything that is wrong, in the order of the files and their lines.
    package private(set) var problems: [RuleFileProblem] = []

    /// Checks files.
    ///
    /// - Parameters:
    ///   - texts: The files' names with what stands in them.
    ///   - version: Whose regular expressions.
    package init(_ texts: [(file: String, text: String)], version: PrometheusVersion = .three) {
        var read: [(RuleFile, [RuleFileProblem])] = []
        for (file, text) in texts { read.append(RuleFileReader.read(text: text, file: file, version: version)) }
        files = read.map { $0.0 }
        // A metric that one file records is known to the rules of all.
        let recorded = Set(files.flatMap(\.rules).lazy.filter { $0.kind == .record }.map(\.name))
        for (file, own) in read {
            let all = own + Self.unknownMetrics(in: file, recorded)
            problems += all.sorted { ($0.position?.line ?? 0) < ($1.position?.line ?? 0) }
        }
    }

    /// Whether a file cannot be used.
    package var hasErrors: Bool { problems.contains { $0.severity == .error } }

    private static func unknownMetrics(in file: RuleFile, _ recorded: Set<String>) -> [RuleFileProblem] {
        file.rules.flatMap { rule in
            let names = Set(rule.expression.selectors.compactMap(\.exactName))
            let unknown = names.filter { !recorded.contains($0) && !MetricCatalogue.names.contains($0) }
            return unknown.sorted().map { name in
                let hint = MetricCatalogue.nearest(to: name).map { "; did you mean \"\($0)\"?" } ?? ""
                return RuleFileProblem(
                    .warning, file: file.file, position: rule.position,
                    reason: "\(rule.name): no such metric: \"\(name)\"\(hint)")
            }
        }
    }
}
