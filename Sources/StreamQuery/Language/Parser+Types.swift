import Cluster

extension Parser {
    /// A type: `VARCHAR`, `DECIMAL(10, 2)`, `ARRAY<STRUCT<a INT>>`.
    mutating func type() throws(StatementError) -> SQLType {
        try nested { parser throws(StatementError) in try parser.typeHere() }
    }

    private mutating func typeHere() throws(StatementError) -> SQLType {
        let token = current
        guard case .word(let word) = token.kind else { throw unexpected("a type") }
        advance()
        switch word {
        case "BOOLEAN": return .boolean
        case "INT", "INTEGER": return .integer
        case "BIGINT": return .bigint
        case "DOUBLE": return .double
        case "VARCHAR", "STRING": return try lengthIgnored(.string)
        case "BYTES": return .bytes
        case "DATE": return .date
        case "TIME": return .time
        case "TIMESTAMP": return .timestamp
        case "DECIMAL", "DEC": return try decimal()
        case "ARRAY":
            try expectSymbol("<")
            let element = try type()
            try closeAngle()
            return .array(element)
        case "MAP":
            try expectSymbol("<")
            let key = try type()
            try expectSymbol(",")
            let value = try type()
            try closeAngle()
            return .map(key, value)
        case "STRUCT": return try structure()
        default:
            throw StatementError(
                "no type is called \(word)", at: token.span,
                suggestion: Suggestion.nearest(to: word, among: SQLType.names))
        }
    }

    /// `VARCHAR(255)`: the length has no meaning in ksqlDB either.
    private mutating func lengthIgnored(_ type: SQLType) throws(StatementError) -> SQLType {
        if takeSymbol("(") {
            _ = try number("a length", in: 1...Int(Int32.max))
            try expectSymbol(")")
        }
        return type
    }

    private mutating func decimal() throws(StatementError) -> SQLType {
        let span = current.span
        try expectSymbol("(")
        let precision = try number("a precision", in: 1...SQLDecimal.maxPrecision)
        var scale = 0
        if takeSymbol(",") { scale = try number("a scale", in: 0...SQLDecimal.maxPrecision) }
        try expectSymbol(")")
        guard scale <= precision else {
            throw StatementError(
                "DECIMAL(\(precision), \(scale)) has more figures behind the point than in all",
                at: self.span(from: span.start))
        }
        return .decimal(precision: precision, scale: scale)
    }

    private mutating func structure() throws(StatementError) -> SQLType {
        // `<>` is read as one symbol.
        if takeSymbol("<>") { return .structure([]) }
        try expectSymbol("<")
        var fields: [SQLType.Field] = []
        repeat {
            let name = try name("a field's name")
            guard !fields.contains(where: { $0.name == name.text }) else {
                throw StatementError("the structure has two fields called \(name.text)", at: name.span)
            }
            fields.append(SQLType.Field(name.text, try type()))
        } while takeSymbol(",")
        try closeAngle()
        return .structure(fields)
    }

    private mutating func closeAngle() throws(StatementError) { try expectSymbol(">") }
}
