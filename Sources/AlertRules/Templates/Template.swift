/// The text of a label or annotation with `{{ … }}` in it, as Prometheus' rules have: eight forms cover all rule files met in the wild.
///
/// `$labels.x`, `$value`, `$labels`, `printf`, `humanize`, `humanize1024`, `humanizeDuration` and `humanizePercentage`, also piped into each other, with `.Labels`,
/// `.Value`, `$externalLabels`, `$externalURL`, `humanizeTimestamp`, `toUpper`, `toLower` and `title` beside them. Another form stays as text.
package struct Template: Sendable, Hashable {
    /// What is put into a template.
    package struct Context: Sendable {
        /// The metric's name, which templates see as the label `__name__`; may be empty.
        package var name: String
        /// The labels of the sample, without its name.
        package var labels: LabelSet
        /// The sample's value.
        package var value: Double
        /// Labels of the whole installation.
        package var externalLabels: [String: String]
        /// Where people find the installation.
        package var externalURL: String

        /// What one sample gives.
        package init(
            name: String = "", labels: LabelSet, value: Double, externalLabels: [String: String] = [:],
            externalURL: String = ""
        ) {
            self.name = name
            self.labels = labels
            self.value = value
            self.externalLabels = externalLabels
            self.externalURL = externalURL
        }
    }

    private enum Part: Sendable, Hashable {
        case text(String)
        case action(TemplatePipeline)
    }

    /// The text as written.
    package let source: String
    /// Forms that are not filled in.
    package private(set) var unknownForms: [String] = []
    private var parts: [Part] = []

    /// A text that stands as it is.
    package init(literal text: String) {
        source = text
        parts = [.text(text)]
    }

    /// Reads a template.
    package init(_ text: String) {
        source = text
        var rest = Substring(text)
        var trimsNext = false
        while let open = rest.range(of: "{{") {
            guard let close = rest[open.upperBound...].range(of: "}}") else { break }
            var before = rest[..<open.lowerBound]
            if trimsNext { before = before.drop(while: \.isWhitespace) }
            var inner = rest[open.upperBound..<close.lowerBound]
            if inner.hasPrefix("-") {
                while before.last?.isWhitespace == true { before.removeLast() }
                inner = inner.dropFirst()
            }
            trimsNext = inner.hasSuffix("-")
            if trimsNext { inner = inner.dropLast() }
            add(before)
            if let pipeline = TemplatePipeline(inner) {
                parts.append(.action(pipeline))
            } else if !Self.isComment(inner) {
                let form = rest[open.lowerBound..<close.upperBound]
                unknownForms.append(String(form))
                add(form)
            }
            rest = rest[close.upperBound...]
        }
        add(trimsNext ? rest.drop(while: \.isWhitespace) : rest)
    }

    private mutating func add(_ text: Substring) {
        if !text.isEmpty { parts.append(.text(String(text))) }
    }

    private static func isComment(_ text: Substring) -> Bool { text.hasPrefix("/*") && text.hasSuffix("*/") }

    /// Whether it is the same text for every sample.
    package var isLiteral: Bool {
        parts.allSatisfy { if case .text = $0 { true } else { false } }
    }

    /// The text for one sample.
    package func expand(_ context: Context) -> String {
        if parts.count == 1, case .text(let text) = parts[0] { return text }
        return parts.map { part in
            switch part {
            case .text(let text): text
            case .action(let pipeline):
                switch pipeline.value(context) {
                case .success(let value): value.text
                case .failure(let error): "<error expanding template: \(error.reason)>"
                }
            }
        }.joined()
    }
}

extension Substring {
    /// Where a text first occurs.
    fileprivate func range(of text: String) -> Range<Index>? {
        firstRange(of: text)
    }
}
