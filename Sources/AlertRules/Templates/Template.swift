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

    /// Why a text is no template.
    package struct Problem: Sendable, Hashable {
        /// Where the `{{` stands.
        package var position: TextPosition
        /// What is wrong.
        package var reason: String
    }

    /// The text as written.
    package let source: String
    /// What keeps it from being a template, Prometheus' reasons to refuse it; nil where nothing does. What is wrong stays as text.
    package private(set) var problem: Problem?
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
            guard let close = Self.end(of: rest[open.upperBound...]) else {
                refuse("unclosed action", at: open.lowerBound)
                break
            }
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
            add(action: inner, written: rest[open.lowerBound..<close.upperBound])
            rest = rest[close.upperBound...]
        }
        add(trimsNext ? rest.drop(while: \.isWhitespace) : rest)
    }

    private mutating func add(action: Substring, written form: Substring) {
        do {
            if let pipeline = try TemplatePipeline(action) {
                parts.append(.action(pipeline))
            } else if !Self.isComment(action) {
                unknownForms.append(String(form))
                add(form)
            }
        } catch {
            refuse(error.reason, at: form.startIndex)
            add(form)
        }
    }

    /// Notes the first thing that is wrong.
    private mutating func refuse(_ reason: String, at place: String.Index) {
        guard problem == nil else { return }
        problem = Problem(position: TextPosition(of: place, in: source), reason: reason)
    }

    /// Where the `}}` stands that ends an action: none within a quoted text or a comment does.
    private static func end(of text: Substring) -> Range<Substring.Index>? {
        let inner = text.hasPrefix("- ") ? text.dropFirst(2) : text
        if inner.hasPrefix("/*") {
            guard let close = inner.range(of: "*/") else { return nil }
            return inner[close.upperBound...].range(of: "}}")
        }
        let bytes = text.utf8
        var quote: UInt8?
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            let next = bytes.index(after: index)
            if let open = quote {
                if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\""), next < bytes.endIndex {
                    index = bytes.index(after: next)
                    continue
                }
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") {
                quote = byte
            } else if byte == UInt8(ascii: "}"), next < bytes.endIndex, bytes[next] == byte {
                return index..<bytes.index(after: next)
            }
            index = next
        }
        return nil
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
