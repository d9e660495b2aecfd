import Yams

/// Reads files of rules: Prometheus' `groups:` (`model/rulefmt`), Kubernetes' `PrometheusRule` around the same, and the short form `alerts:`.
package struct RuleFileReader {
    private var document: YAMLDocument
    private let version: PrometheusVersion
    private var groups: [RuleGroup] = []

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - text: What stands in the file.
    ///   - file: Its name, for messages.
    ///   - version: Whose regular expressions.
    /// - Returns: The rules that can be used, and everything that is wrong; a file with errors should not be loaded.
    package static func read(
        text: String, file: String, version: PrometheusVersion = .three
    ) -> (rules: RuleFile, problems: [RuleFileProblem]) {
        var reader = RuleFileReader(document: YAMLDocument(file: file, text: text), version: version)
        for document in reader.document.documents() where !YAMLDocument.isNull(document) { reader.read(document) }
        return (RuleFile(file: file, groups: reader.groups), reader.document.problems)
    }

    private init(document: YAMLDocument, version: PrometheusVersion) {
        self.document = document
        self.version = version
    }

    // MARK: Forms

    private mutating func read(_ root: Node) {
        guard let mapping = root.mapping else {
            document.note("a file of rules has the key groups, or alerts", at: root)
            return
        }
        if mapping["alerts"] != nil {
            readShort(root)
        } else if mapping["kind"] != nil || mapping["spec"] != nil {
            readKubernetes(root)
        } else {
            readGroups(root, "a file of rules")
        }
    }

    private mutating func readGroups(_ node: Node, _ what: String) {
        guard let fields = document.fields(node, known: ["groups"], of: what) else { return }
        for group in document.items(fields["groups"], "groups") { readGroup(group) }
    }

    private mutating func readKubernetes(_ root: Node) {
        let known = ["apiVersion", "kind", "metadata", "spec", "status"]
        guard let fields = document.fields(root, known: known, of: "a PrometheusRule") else { return }
        let kind = document.text(fields["kind"], "kind") ?? ""
        guard kind == "PrometheusRule" else {
            document.note("kind must be PrometheusRule, not \"\(kind)\"", at: fields["kind"] ?? root)
            return
        }
        guard let spec = fields["spec"] else {
            document.note("a PrometheusRule needs a spec", at: root)
            return
        }
        readGroups(spec, "spec")
    }

    /// `alerts:` with a list of name, expr, for, severity and summary; severity becomes a label, summary an annotation.
    private mutating func readShort(_ root: Node) {
        guard let fields = document.fields(root, known: ["alerts"], of: "a file of alerts") else { return }
        let known = [
            "name", "expr", "for", "keep_firing_for", "severity", "summary", "description", "labels", "annotations",
        ]
        var rules: [RuleDefinition] = []
        for item in document.items(fields["alerts"], "alerts") {
            guard let fields = document.fields(item, known: known, of: "an alert") else { continue }
            guard let name = document.text(fields["name"], "name"), !name.isEmpty else {
                document.note("an alert needs a name", at: item)
                continue
            }
            guard var rule = rule(fields, kind: .alert, name: name, at: item) else { continue }
            for (key, isLabel) in [("severity", true), ("summary", false), ("description", false)] {
                guard let node = fields[key], let text = document.text(node, key) else { continue }
                let added = RuleDefinition.Text(name: key, template: template(text, at: node))
                if isLabel { rule.labels.append(added) } else { rule.annotations.append(added) }
            }
            rules.append(rule)
        }
        groups.append(RuleGroup(name: "alerts", rules: rules))
    }

    // MARK: Groups

    private mutating func readGroup(_ node: Node) {
        let known = ["name", "interval", "query_offset", "limit", "labels", "rules"]
        guard let fields = document.fields(node, known: known, of: "a group") else { return }
        guard let name = document.text(fields["name"], "name"), !name.isEmpty else {
            document.note("a group needs a name", at: node)
            return
        }
        if groups.contains(where: { $0.name == name }) {
            document.note("two groups are named \"\(name)\"", at: fields["name"] ?? node)
        }
        let common = labels(fields["labels"], of: .alert)
        var rules: [RuleDefinition] = []
        for item in document.items(fields["rules"], "rules") {
            guard var rule = readRule(item) else { continue }
            rule.labels = common.filter { label in !rule.labels.contains { $0.name == label.name } } + rule.labels
            if rules.contains(where: { Self.isSame($0, rule) }) {
                document.warn("\(rule.name) stands twice in this group, with the same labels", at: item)
            }
            rules.append(rule)
        }
        groups.append(
            RuleGroup(
                name: name, intervalMilliseconds: document.duration(fields["interval"], "interval"),
                queryOffsetMilliseconds: document.duration(fields["query_offset"], "query_offset") ?? 0,
                limit: limit(fields["limit"]), rules: rules))
    }

    private mutating func limit(_ node: Node?) -> Int {
        guard let node, let text = document.text(node, "limit") else { return 0 }
        guard let limit = Int(text), limit >= 0 else {
            document.note("limit must be a number of at least 0, not \"\(text)\"", at: node)
            return 0
        }
        return limit
    }

    private static func isSame(_ one: RuleDefinition, _ other: RuleDefinition) -> Bool {
        one.kind == other.kind && one.name == other.name
            && Dictionary(one.labels.map { ($0.name, $0.template.source) }) { $1 }
                == Dictionary(other.labels.map { ($0.name, $0.template.source) }) { $1 }
    }

    // MARK: Rules

    private mutating func readRule(_ node: Node) -> RuleDefinition? {
        let known = ["alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations"]
        guard let fields = document.fields(node, known: known, of: "a rule") else { return nil }
        let alert = document.text(fields["alert"], "alert") ?? ""
        let record = document.text(fields["record"], "record") ?? ""
        guard alert.isEmpty != record.isEmpty else {
            document.note("a rule needs either alert or record, and not both", at: node)
            return nil
        }
        if !alert.isEmpty { return rule(fields, kind: .alert, name: alert, at: node) }
        if !LabelSet.isMetricName(record) {
            document.note("\"\(record)\" is no name of a metric", at: fields["record"] ?? node)
        }
        return rule(fields, kind: .record, name: record, at: node)
    }

    private mutating func rule(
        _ fields: [String: Node], kind: RuleDefinition.Kind, name: String, at node: Node
    ) -> RuleDefinition? {
        let hold = document.duration(fields["for"], "for") ?? 0
        let keepFiring = document.duration(fields["keep_firing_for"], "keep_firing_for") ?? 0
        let labels = labels(fields["labels"], of: kind)
        let annotations = document.texts(fields["annotations"], "annotations").map { name, text, node in
            if !LabelSet.isLabelName(name) { document.note("\"\(name)\" is no name of an annotation", at: node) }
            return RuleDefinition.Text(name: name, template: template(text, at: node))
        }
        if kind == .record {
            // Empty ones do no harm, and Prometheus takes them.
            for (key, isSaid) in [
                ("for", hold != 0), ("keep_firing_for", keepFiring != 0), ("annotations", !annotations.isEmpty),
            ] where isSaid {
                document.note("a recording rule has no \(key)", at: fields[key] ?? node)
            }
        }
        guard let expression = expression(fields["expr"], at: node) else { return nil }
        return RuleDefinition(
            kind: kind, name: name, expression: expression, holdMilliseconds: hold,
            keepFiringMilliseconds: keepFiring, labels: labels, annotations: annotations,
            position: YAMLDocument.position(of: node) ?? TextPosition(line: 1, column: 1))
    }

    private mutating func labels(_ node: Node?, of kind: RuleDefinition.Kind) -> [RuleDefinition.Text] {
        document.texts(node, "labels").map { name, text, node in
            if !LabelSet.isLabelName(name) || name == LabelSet.nameLabel {
                document.note("\"\(name)\" is no name of a label", at: node)
            }
            let template = kind == .record ? Template(literal: text) : template(text, at: node)
            return RuleDefinition.Text(name: name, template: template)
        }
    }

    private mutating func template(_ text: String, at node: Node) -> Template {
        let template = Template(text)
        if let problem = template.problem {
            let reason = "this is no template: \(problem.reason)"
            if let place = document.position(problem.position, in: node) {
                document.note(reason, at: place)
            } else {
                document.note("at \(problem.position): \(reason)", at: node)
            }
        }
        for form in template.unknownForms {
            document.warn("\(form) is not a form Weir fills in: it stays as text", at: node)
        }
        return template
    }

    private mutating func expression(_ node: Node?, at rule: Node) -> Expression? {
        guard let node, let text = document.text(node, "expr"), !text.allSatisfy(\.isWhitespace) else {
            document.note("a rule needs an expr", at: node ?? rule)
            return nil
        }
        do {
            let expression = try PromQLParser.parse(text, version: version)
            guard expression.type == .vector || expression.type == .scalar else {
                document.note("a rule's expr must give an instant vector, not \(expression.type.phrase)", at: node)
                return nil
            }
            return expression
        } catch {
            if let place = document.position(error.position, in: node) {
                document.note(error.message, at: place)
            } else {
                document.note("in expr at \(error.position): \(error.message)", at: node)
            }
            return nil
        }
    }
}
