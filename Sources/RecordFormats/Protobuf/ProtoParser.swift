/// Reads the text of a `.proto` file (proto2, proto3 and editions) as far as the wire needs it: packages, imports, messages, enums,
/// oneofs, maps. Options, services and extensions are passed over.
struct ProtoParser {
    private enum Token: Equatable {
        case word(String)
        case text(String)
        case mark(Character)
    }

    private var tokens: [(token: Token, line: Int)] = []
    private var at = 0
    private var depth = 0
    /// The files that it imports.
    private(set) var imports: [String] = []

    private static let maxDepth = 32

    // MARK: - tokens

    init(_ text: String) throws(SchemaError) {
        let scalars = Array(text.unicodeScalars)
        var at = 0
        var line = 1
        func isWord(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", ".", "-", "+": true
            default: false
            }
        }
        while at < scalars.count {
            let scalar = scalars[at]
            if scalar == "\n" { line += 1 }
            if scalar.properties.isWhitespace || scalar == "\u{feff}" {
                at += 1
            } else if scalar == "/", at + 1 < scalars.count, scalars[at + 1] == "/" {
                while at < scalars.count, scalars[at] != "\n" { at += 1 }
            } else if scalar == "/", at + 1 < scalars.count, scalars[at + 1] == "*" {
                at += 2
                while at + 1 < scalars.count, !(scalars[at] == "*" && scalars[at + 1] == "/") {
                    if scalars[at] == "\n" { line += 1 }
                    at += 1
                }
                at += 2
            } else if scalar == "\"" || scalar == "'" {
                var inner = String.UnicodeScalarView()
                at += 1
                while at < scalars.count, scalars[at] != scalar, scalars[at] != "\n" {
                    if scalars[at] == "\\", at + 1 < scalars.count { at += 1 }
                    inner.append(scalars[at])
                    at += 1
                }
                guard at < scalars.count, scalars[at] == scalar else {
                    throw SchemaError(reason: "line \(line): a text has no closing quote")
                }
                at += 1
                tokens.append((.text(String(inner)), line))
            } else if isWord(scalar) {
                let start = at
                while at < scalars.count, isWord(scalars[at]) { at += 1 }
                tokens.append((.word(String(String.UnicodeScalarView(scalars[start..<at]))), line))
            } else {
                tokens.append((.mark(Character(scalar)), line))
                at += 1
            }
        }
    }

    private var peek: Token? { tokens.indices.contains(at) ? tokens[at].token : nil }

    private func error(_ reason: String) -> SchemaError {
        let line = tokens.indices.contains(at) ? tokens[at].line : tokens.last?.line ?? 1
        return SchemaError(reason: "line \(line): \(reason)")
    }

    private mutating func take(_ mark: Character) -> Bool {
        guard peek == .mark(mark) else { return false }
        at += 1
        return true
    }

    private mutating func expect(_ mark: Character) throws(SchemaError) {
        guard take(mark) else { throw error("\(mark) is missing") }
    }

    private mutating func word() throws(SchemaError) -> String {
        guard case .word(let word)? = peek else { throw error("a name is missing") }
        at += 1
        return word
    }

    // MARK: - the file

    mutating func file(into schema: inout ProtobufSchema, isImported: Bool) throws(SchemaError) {
        var package = ""
        while let next = peek {
            guard case .word(let keyword) = next else {
                if take(";") { continue }
                throw error("a declaration is missing here")
            }
            at += 1
            switch keyword {
            case "package":
                package = try word()
                try expect(";")
            case "import":
                if case .word = peek { at += 1 }
                guard case .text(let name)? = peek else { throw error("an import names a file in quotes") }
                at += 1
                imports.append(name)
                try expect(";")
            case "message":
                let name = try message(into: &schema, scope: package)
                if !isImported { schema.outermost.append(name) }
            case "enum": try enumeration(into: &schema, scope: package)
            case "syntax", "edition", "option", "service", "extend": try skipStatement()
            default: throw error("\(keyword) begins no declaration")
            }
        }
    }

    /// Passes over what is left of a statement: to its semicolon, or its braces.
    private mutating func skipStatement() throws(SchemaError) {
        var open = 0
        while let next = peek {
            at += 1
            if next == .mark("{") { open += 1 }
            if next == .mark("}") {
                open -= 1
                if open == 0 {
                    _ = take(";")
                    return
                }
            }
            if next == .mark(";"), open == 0 { return }
        }
        throw error("the file ends in the middle of a declaration")
    }

    /// Passes over a field's options, whose values may have brackets of their own.
    private mutating func skipOptions() throws(SchemaError) {
        var open = 1
        while open > 0 {
            guard let next = peek else { throw error("] is missing") }
            at += 1
            if next == .mark("[") { open += 1 }
            if next == .mark("]") { open -= 1 }
        }
    }

    /// A message from its name on; answers its full name.
    private mutating func message(
        into schema: inout ProtobufSchema, scope: String
    ) throws(SchemaError) -> String {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else { throw error("messages nest more than \(Self.maxDepth) deep") }
        let own = try word()
        let name = scope.isEmpty ? own : "\(scope).\(own)"
        guard schema.messages[name] == nil, schema.enums[name] == nil else { throw error("\(name) is defined twice") }
        schema.messages[name] = ProtobufSchema.Message()
        try expect("{")
        try fields(into: &schema, message: name, isOneof: false)
        return name
    }

    private mutating func fields(
        into schema: inout ProtobufSchema, message name: String, isOneof: Bool
    ) throws(SchemaError) {
        while !take("}") {
            if take(";") { continue }
            let keyword = try word()
            switch keyword {
            case "message" where !isOneof && isWordNext:
                let inner = try message(into: &schema, scope: name)
                schema.messages[name]?.nested.append(inner)
            case "enum" where !isOneof && isWordNext: try enumeration(into: &schema, scope: name)
            case "oneof" where !isOneof && isWordNext:
                _ = try word()
                try expect("{")
                try fields(into: &schema, message: name, isOneof: true)
            case "reserved", "extensions", "option", "extend": try skipStatement()
            case "optional", "required", "repeated":
                try field(try word(), isRepeated: keyword == "repeated", into: &schema, message: name)
            default: try field(keyword, isRepeated: false, into: &schema, message: name)
            }
        }
    }

    private var isWordNext: Bool {
        if case .word = peek { true } else { false }
    }

    private mutating func field(
        _ type: String, isRepeated: Bool, into schema: inout ProtobufSchema, message name: String
    ) throws(SchemaError) {
        guard type != "group" else { throw error("groups are not read; they were given up with proto3") }
        var kind = Self.kind(type, scope: name)
        if type == "map", take("<") {
            guard let key = ProtobufSchema.Scalar(rawValue: try word()) else { throw error("a map's key is a scalar") }
            try expect(",")
            kind = .map(key, Self.kind(try word(), scope: name))
            try expect(">")
        }
        let own = try word()
        try expect("=")
        guard let number = Self.number(try word()), (1...536_870_911).contains(number) else {
            throw error("\(own) needs a number from 1 to 536870911")
        }
        guard schema.messages[name]?.fields[UInt64(number)] == nil else {
            throw error("two fields of \(name) have the number \(number)")
        }
        schema.messages[name]?.fields[UInt64(number)] = ProtobufSchema.Field(
            name: own, number: UInt64(number), kind: kind, isRepeated: isRepeated)
        if take("[") { try skipOptions() }
        try expect(";")
    }

    private static func kind(_ type: String, scope: String) -> ProtobufSchema.Kind {
        ProtobufSchema.Scalar(rawValue: type).map { .scalar($0) } ?? .named(type, scope: scope)
    }

    private static func number(_ word: String) -> Int64? {
        if word.hasPrefix("0x") || word.hasPrefix("0X") { return Int64(word.dropFirst(2), radix: 16) }
        if word.hasPrefix("0"), word.count > 1 { return Int64(word.dropFirst(), radix: 8) }
        return Int64(word)
    }

    private mutating func enumeration(into schema: inout ProtobufSchema, scope: String) throws(SchemaError) {
        let own = try word()
        let name = scope.isEmpty ? own : "\(scope).\(own)"
        guard schema.messages[name] == nil, schema.enums[name] == nil else { throw error("\(name) is defined twice") }
        var values: [Int32: String] = [:]
        try expect("{")
        while !take("}") {
            if take(";") { continue }
            let word = try word()
            guard take("=") else {
                at -= 1
                try skipStatement()
                continue
            }
            let written = try self.word()
            let magnitude = Self.number(written.hasPrefix("-") ? String(written.dropFirst()) : written)
            guard let magnitude, let number = Int32(exactly: written.hasPrefix("-") ? -magnitude : magnitude) else {
                throw error("\(word) needs a number")
            }
            if values[number] == nil { values[number] = word }
            try skipStatement()
        }
        schema.enums[name] = values
    }
}
