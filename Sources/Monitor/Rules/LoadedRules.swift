package import AlertRules

/// The rules at work, and what is wrong with the files they were asked from.
package struct LoadedRules: Sendable {
    /// The files, in order; of one that was changed for the worse, what it said before.
    package var files: [RuleFile]
    /// What is wrong with files, with file, line and column.
    package var problems: [RuleFileProblem]
    /// Whose rules expressions follow.
    package var version: PrometheusVersion

    /// Rules that were read.
    package init(files: [RuleFile], problems: [RuleFileProblem] = [], version: PrometheusVersion = .three) {
        self.files = files
        self.problems = problems
        self.version = version
    }

    /// The shipped rules alone.
    package static let shipped = LoadedRules(files: [DefaultRules.read.rules], problems: DefaultRules.read.problems)

    /// No rules.
    package static let none = LoadedRules(files: [])

    /// Why the rules cannot be used; nil where they can.
    package var firstError: RuleFileProblem? { problems.first { $0.severity == .error } }
}

/// Where rules come from.
package protocol RuleSource: Sendable {
    /// Reads the rules anew where something has changed since the last time.
    ///
    /// - Returns: Nil where nothing has changed.
    mutating func changed() -> LoadedRules?
}
