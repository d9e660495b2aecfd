import Cluster

extension PromQLParser {
    /// A primary expression with what may follow it: a range, a subquery, an offset.
    mutating func postfix() throws(PromQLError) -> Expression {
        let first = current
        var expression = try primary()
        while true {
            if current.isSymbol("[") {
                expression = try bracketed(expression, first)
            } else if current.keyword == "offset" {
                expression = try offset(expression, first)
            } else if current.isSymbol("@") {
                throw error("the @ modifier is not supported")
            } else {
                return expression
            }
        }
    }

    private mutating func primary() throws(PromQLError) -> Expression {
        let token = current
        switch token.kind {
        case .number(let value):
            advance()
            return .number(NumberLiteral(value))
        case .string(let text):
            advance()
            return .string(text)
        case .duration: throw error("a duration can stand in brackets and after offset only")
        case .identifier: return try named()
        case .symbol where token.text == "(":
            advance()
            let inner = try expression(least: 0).0
            try expect(")", "to close the parenthesis")
            return .parenthesised(inner)
        case .symbol where token.text == "{": return .selector(try selector(name: nil, token))
        case .symbol, .end: throw error("expected a number, a metric, a function or a parenthesis")
        }
    }

    /// What begins with a name: an aggregation, a call or a selector.
    private mutating func named() throws(PromQLError) -> Expression {
        let token = current
        if let op = token.keyword.flatMap(Aggregation.Operator.init(rawValue:)) {
            let next = following
            if next.isSymbol("(") || next.keyword == "by" || next.keyword == "without" {
                return .aggregation(try aggregation(op))
            }
        }
        if following.isSymbol("(") { return .call(try call()) }
        advance()
        return .selector(try selector(name: String(token.text), token))
    }

    // MARK: Selectors

    private mutating func selector(name: String?, _ first: Token) throws(PromQLError) -> VectorSelector {
        var matchers: [LabelMatcher] = []
        if take("{") {
            while !current.isSymbol("}") {
                let label = current
                let matcher = try matcher()
                if name != nil, matcher.label == LabelSet.nameLabel {
                    throw error("the metric's name is said before the braces already", at: label)
                }
                matchers.append(matcher)
                guard take(",") else { break }
            }
            try expect("}", "after the matchers")
        }
        // A selector that every series in the world would meet is a slip.
        guard name != nil || matchers.contains(where: { !$0.matches("") }) else {
            throw error(
                "a selector needs a name or a matcher that does not match the empty text", in: span(from: first))
        }
        return VectorSelector(name: name, matchers: matchers)
    }

    private mutating func matcher() throws(PromQLError) -> LabelMatcher {
        // Inf and NaN are names in braces.
        let isName =
            if case .number = current.kind { current.text.first?.isNameStart == true } else {
                current.kind == .identifier && !current.text.contains(":")
            }
        guard isName else { throw error("expected the name of a label") }
        let label = String(current.text)
        advance()
        guard current.kind == .symbol, let kind = LabelMatcher.Kind(rawValue: String(current.text)) else {
            throw error("expected =, !=, =~ or !~ after the label \(label)")
        }
        advance()
        let token = current
        guard case .string(let value) = token.kind else { throw error("expected a text in quotes") }
        advance()
        do {
            return try LabelMatcher(label: label, kind: kind, value: value, dialect: version)
        } catch {
            throw self.error("this is no regular expression (\(error))", at: token)
        }
    }

    private mutating func duration(_ what: String) throws(PromQLError) -> Int64 {
        guard case .duration(let milliseconds) = current.kind else {
            throw error("expected \(what), such as 5m or 1h30m")
        }
        guard milliseconds > 0 else { throw error("\(what) must be longer than 0") }
        advance()
        return milliseconds
    }

    /// `[5m]` or `[1h:1m]` after an expression.
    private mutating func bracketed(_ inner: Expression, _ first: Token) throws(PromQLError) -> Expression {
        advance()
        let range = try duration("the range")
        if take("]") {
            guard case .selector(let selector) = inner else {
                throw error(
                    "a range can follow a selector only; for other expressions write a subquery, [5m:]",
                    in: span(from: first))
            }
            guard selector.offsetMilliseconds == 0 else {
                throw error("a range stands before its offset", in: span(from: first))
            }
            return .range(selector, milliseconds: range)
        }
        try expect(":", "or \"]\" after the range")
        let step = current.isSymbol("]") ? nil : try duration("the subquery's step")
        try expect("]", "after the subquery's range")
        guard inner.type == .vector else {
            throw error("a subquery works on an instant vector, not \(inner.type.phrase)", in: span(from: first))
        }
        return .subquery(
            Subquery(inner: inner, rangeMilliseconds: range, stepMilliseconds: step, offsetMilliseconds: 0))
    }

    private mutating func offset(_ inner: Expression, _ first: Token) throws(PromQLError) -> Expression {
        let word = current
        advance()
        let isNegative = take("-")
        let offset = try duration("an offset") * (isNegative ? -1 : 1)
        func moved(_ selector: VectorSelector) throws(PromQLError) -> VectorSelector {
            guard selector.offsetMilliseconds == 0 else { throw error("offset is said twice", at: word) }
            return VectorSelector(name: selector.name, matchers: selector.matchers, offsetMilliseconds: offset)
        }
        switch inner {
        case .selector(let selector): return .selector(try moved(selector))
        case .range(let selector, let range): return .range(try moved(selector), milliseconds: range)
        case .subquery(var subquery):
            guard subquery.offsetMilliseconds == 0 else { throw error("offset is said twice", at: word) }
            subquery.offsetMilliseconds = offset
            return .subquery(subquery)
        default: throw error("offset can follow a selector or a subquery only", at: word)
        }
    }

    // MARK: Calls

    /// Arguments in parentheses, each with the word it begins with.
    private mutating func arguments() throws(PromQLError) -> [(Expression, span: Span)] {
        try expect("(", "before the arguments")
        var arguments: [(Expression, span: Span)] = []
        var highest = 0
        while !current.isSymbol(")") {
            arguments.append(try expression(least: 0))
            highest = max(highest, height)
            guard take(",") else { break }
        }
        height = highest
        try expect(")", "after the arguments")
        return arguments
    }

    private mutating func call() throws(PromQLError) -> Call {
        let name = current
        guard let function = PromQLFunction(rawValue: String(name.text)) else { throw unknownFunction() }
        advance()
        let arguments = try arguments()
        let signature = function.signature
        let most = signature.isVariadic ? nil : signature.types.count
        if arguments.count < signature.least || arguments.count > most ?? .max {
            let wanted =
                most == signature.least
                ? "\(signature.least)" : most.map { "\(signature.least) to \($0)" } ?? "at least \(signature.least)"
            throw error("\(name.text) takes \(wanted) arguments, not \(arguments.count)", at: name)
        }
        for (number, (argument, span)) in arguments.enumerated() {
            guard let type = signature.type(at: number), type != argument.type else { continue }
            throw mismatch("argument \(number + 1) of \(name.text)", type, argument.type, span)
        }
        if function == .labelReplace || function == .labelJoin { try checkLabels(arguments, of: name) }
        return Call(function: function, arguments: arguments.map { $0.0 })
    }

    private func mismatch(
        _ what: String, _ wanted: Expression.ValueType, _ given: Expression.ValueType, _ span: Span
    ) -> PromQLError {
        let hint = wanted == .matrix && given == .vector ? "; add a range such as [5m]" : ""
        return error("\(what) must be \(wanted.phrase), not \(given.phrase)\(hint)", in: span)
    }

    private func checkLabels(_ arguments: [(Expression, span: Span)], of name: Token) throws(PromQLError) {
        let texts = arguments.map { argument -> String? in
            if case .string(let text) = argument.0.unwrapped { text } else { nil }
        }
        guard let target = texts[1], LabelSet.isLabelName(target) else {
            throw error("this is no name of a label", at: arguments[1].span.first)
        }
        if name.text == PromQLFunction.labelReplace.rawValue, let pattern = texts[4] {
            do {
                _ = try RegularExpression(pattern, dotMatchesNewline: version == .three)
            } catch {
                throw self.error("this is no regular expression (\(error))", at: arguments[4].span.first)
            }
        }
    }

    private func unknownFunction() -> PromQLError {
        let name = String(current.text)
        if PromQLFunction.unsupported.contains(name) { return error("this function of Prometheus is not supported") }
        let known = PromQLFunction.allCases.map(\.rawValue) + Aggregation.Operator.allCases.map(\.rawValue)
        return error("unknown function", suggestion: Suggestion.nearest(to: name, among: known))
    }

    private mutating func aggregation(_ op: Aggregation.Operator) throws(PromQLError) -> Aggregation {
        let name = current
        advance()
        var grouping = try grouping()
        let arguments = try arguments()
        if let after = try self.grouping() {
            guard grouping == nil else { throw error("the grouping is said twice", at: name) }
            grouping = after
        }
        let wanted = op.parameter == nil ? 1 : 2
        guard arguments.count == wanted else {
            throw error("\(name.text) takes \(wanted) arguments, not \(arguments.count)", at: name)
        }
        if let type = op.parameter, arguments[0].0.type != type {
            throw mismatch("argument 1 of \(name.text)", type, arguments[0].0.type, arguments[0].span)
        }
        let (inner, span) = arguments[wanted - 1]
        guard inner.type == .vector else {
            throw mismatch("what \(name.text) works on", .vector, inner.type, span)
        }
        if op == .countValues, case .string(let label) = arguments[0].0.unwrapped, !LabelSet.isLabelName(label) {
            throw error("this is no name of a label", at: arguments[0].span.first)
        }
        return Aggregation(
            op: op, parameter: wanted == 2 ? arguments[0].0 : nil, inner: inner, grouping: grouping ?? .all)
    }

    private mutating func grouping() throws(PromQLError) -> Grouping? {
        guard let word = current.keyword, word == "by" || word == "without" else { return nil }
        advance()
        return Grouping(isWithout: word == "without", labels: try labelList())
    }
}
