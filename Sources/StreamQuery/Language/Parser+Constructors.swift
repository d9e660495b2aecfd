/// Expressions with words or brackets of their own.
extension Parser {
    mutating func cases() throws(StatementError) -> Expression {
        let start = current.span.start
        try expect("CASE")
        let operand = isWord("WHEN") ? nil : try expression()
        var branches: [Expression.Branch] = []
        while take("WHEN") {
            let condition = try expression()
            try expect("THEN")
            branches.append(Expression.Branch(condition, try expression()))
        }
        guard !branches.isEmpty else { throw unexpected("WHEN") }
        let otherwise = take("ELSE") ? try expression() : nil
        guard take("END") else {
            throw unexpected(otherwise == nil ? "WHEN, ELSE or END" : "END", among: ["WHEN", "ELSE", "END"])
        }
        return Expression(.cases(operand: operand, branches, otherwise: otherwise), at: span(from: start))
    }

    mutating func cast() throws(StatementError) -> Expression {
        let start = current.span.start
        try expect("CAST")
        try expectSymbol("(")
        let value = try expression()
        try expect("AS")
        let type = try type()
        try expectSymbol(")")
        return Expression(.cast(value, type), at: span(from: start))
    }

    mutating func array() throws(StatementError) -> Expression {
        let start = current.span.start
        try expect("ARRAY")
        try expectSymbol("[")
        var items: [Expression] = []
        if !isSymbol("]") {
            repeat { items.append(try expression()) } while takeSymbol(",")
        }
        try expectSymbol("]")
        return Expression(.array(items), at: span(from: start))
    }

    mutating func map() throws(StatementError) -> Expression {
        let start = current.span.start
        try expect("MAP")
        try expectSymbol("(")
        var entries: [Expression.Entry] = []
        if !isSymbol(")") {
            repeat {
                let key = try expression()
                try expectSymbol(":=")
                entries.append(Expression.Entry(key, try expression()))
            } while takeSymbol(",")
        }
        try expectSymbol(")")
        return Expression(.map(entries), at: span(from: start))
    }

    mutating func structure() throws(StatementError) -> Expression {
        let start = current.span.start
        try expect("STRUCT")
        try expectSymbol("(")
        var members: [Expression.Member] = []
        if !isSymbol(")") {
            repeat {
                let name = try name("a field's name")
                try expectSymbol(":=")
                members.append(Expression.Member(name, try expression()))
            } while takeSymbol(",")
        }
        try expectSymbol(")")
        return Expression(.structure(members), at: span(from: start))
    }
}
