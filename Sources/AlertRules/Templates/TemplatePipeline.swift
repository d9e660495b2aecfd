/// What stands between `{{` and `}}`: commands, each given what the one before it gave as its last argument.
struct TemplatePipeline: Sendable, Hashable {
    /// One word of a command.
    private indirect enum Operand: Sendable, Hashable {
        case labels
        case label(String)
        case value
        case externalLabel(String)
        case externalURL
        case text(String)
        case number(Double)
        case inner(TemplatePipeline)
    }

    private struct Command: Sendable, Hashable {
        var function: TemplateFunction?
        var operands: [Operand]
    }

    /// Parentheses inside each other.
    static let depthLimit = 100

    private var commands: [Command]

    /// Reads a pipeline; nil for a form that is not known.
    ///
    /// - Throws: `TemplateError` for parentheses nested too deeply.
    init?(_ text: Substring) throws(TemplateError) {
        guard let words = Self.words(text) else { return nil }
        var place = 0
        guard let commands = try Self.commands(words, &place, depth: 0), place == words.count else { return nil }
        self.commands = commands
    }

    private init(commands: [Command]) { self.commands = commands }

    // MARK: Reading

    /// Cuts into words: quoted texts whole, `|` and parentheses alone.
    private static func words(_ text: Substring) -> [Substring]? {
        var words: [Substring] = []
        var rest = text.drop(while: \.isWhitespace)
        while let first = rest.first {
            var length = 1
            if first == "\"" || first == "`" {
                var isEscaped = false
                guard
                    let end = rest.dropFirst().firstIndex(where: { character in
                        defer { isEscaped = character == "\\" && !isEscaped && first == "\"" }
                        return character == first && !isEscaped
                    })
                else { return nil }
                length = rest.distance(from: rest.startIndex, to: end) + 1
            } else if first != "|", first != "(", first != ")" {
                length = rest.prefix { !$0.isWhitespace && !"|()\"`".contains($0) }.count
            }
            words.append(rest.prefix(length))
            rest = rest.dropFirst(length).drop(while: \.isWhitespace)
        }
        return words.isEmpty ? nil : words
    }

    private static func commands(
        _ words: [Substring], _ place: inout Int, depth: Int
    ) throws(TemplateError) -> [Command]? {
        guard depth <= depthLimit else { throw TemplateError(reason: "parentheses are nested too deeply") }
        var commands: [Command] = []
        while true {
            var command = Command(function: nil, operands: [])
            if place < words.count, let function = TemplateFunction(rawValue: String(words[place])) {
                command.function = function
                place += 1
            }
            while place < words.count, words[place] != "|", words[place] != ")" {
                guard let operand = try operand(words, &place, depth: depth) else { return nil }
                command.operands.append(operand)
            }
            let given = command.operands.count + (commands.isEmpty ? 0 : 1)
            if let function = command.function {
                guard function.accepts(given) else { return nil }
            } else {
                guard commands.isEmpty, command.operands.count == 1 else { return nil }
            }
            commands.append(command)
            guard place < words.count, words[place] == "|" else { return commands }
            place += 1
        }
    }

    private static func operand(
        _ words: [Substring], _ place: inout Int, depth: Int
    ) throws(TemplateError) -> Operand? {
        let word = words[place]
        place += 1
        switch word {
        case "$labels", ".Labels", "$.Labels": return .labels
        case "$value", ".Value", "$.Value": return .value
        case "$externalURL", ".ExternalURL", "$.ExternalURL": return .externalURL
        case "(":
            guard let commands = try commands(words, &place, depth: depth + 1), place < words.count,
                words[place] == ")"
            else { return nil }
            place += 1
            return .inner(TemplatePipeline(commands: commands))
        default: break
        }
        for prefix in ["$labels.", ".Labels.", "$.Labels."] where word.hasPrefix(prefix) {
            let name = String(word.dropFirst(prefix.count))
            return LabelSet.isLabelName(name) ? .label(name) : nil
        }
        for prefix in ["$externalLabels.", ".ExternalLabels."] where word.hasPrefix(prefix) {
            return .externalLabel(String(word.dropFirst(prefix.count)))
        }
        if word.hasPrefix("`") { return .text(String(word.dropFirst().dropLast())) }
        if word.hasPrefix("\"") {
            // Go's texts in quotes are PromQL's.
            guard case .string(let text)? = try? Lexer.tokens(of: String(word)).first?.kind else { return nil }
            return .text(text)
        }
        return Double(word).map(Operand.number)
    }

    // MARK: Filling in

    /// What the pipeline comes to.
    func value(_ context: Template.Context) -> Result<TemplateValue, TemplateError> {
        var last: TemplateValue?
        for command in commands {
            var values: [TemplateValue] = []
            for operand in command.operands {
                switch Self.value(operand, context) {
                case .success(let value): values.append(value)
                case .failure(let error): return .failure(error)
                }
            }
            if let last { values.append(last) }
            guard let function = command.function else {
                last = values.first
                continue
            }
            switch function.apply(values) {
            case .success(let value): last = value
            case .failure(let error): return .failure(error)
            }
        }
        return .success(last ?? .text(""))
    }

    private static func value(
        _ operand: Operand, _ context: Template.Context
    ) -> Result<TemplateValue, TemplateError> {
        switch operand {
        case .labels: .success(.labels(context.labels.setting(LabelSet.nameLabel, to: context.name).values))
        case .label(LabelSet.nameLabel): .success(.text(context.name))
        case .label(let name): .success(.text(context.labels[name] ?? ""))
        case .value: .success(.number(context.value))
        case .externalLabel(let name): .success(.text(context.externalLabels[name] ?? ""))
        case .externalURL: .success(.text(context.externalURL))
        case .text(let text): .success(.text(text))
        case .number(let number): .success(.number(number))
        case .inner(let pipeline): pipeline.value(context)
        }
    }
}

/// Why a template could not be read or filled in.
struct TemplateError: Error {
    /// What went wrong.
    var reason: String
}

/// What a word of a template stands for.
enum TemplateValue: Sendable {
    case text(String)
    case number(Double)
    case labels([String: String])

    /// As Go prints it.
    var text: String {
        switch self {
        case .text(let text): text
        case .number(let number): GoNumber.general(number)
        case .labels(let labels):
            "map[\(labels.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: " "))]"
        }
    }

    /// Its number, a text's too.
    var number: Double? {
        switch self {
        case .number(let number): number
        case .text(let text): Double(text)
        case .labels: nil
        }
    }
}
