/// Checks the arguments of aggregate functions and finds their results' types.
struct AggregateTyper {
    private let typer: ExpressionTyper

    /// - Parameter typer: Of the source's rows, in which arguments are computed.
    init(_ typer: ExpressionTyper) { self.typer = typer }

    /// A call with its arguments.
    func call(
        _ function: AggregateName, _ arguments: [Expression], _ span: SourceSpan
    ) throws(StatementError) -> AggregateCall {
        if function == .count, arguments.isEmpty || arguments == [Expression(.star)] {
            return AggregateCall(.count, nil, .bigint)
        }
        var rest = arguments[...]
        guard let first = rest.popFirst() else { throw wrong(function, span) }
        let argument = try typer.typed(first)
        var call = AggregateCall(function, argument, try type(function, argument))
        switch function {
        case .topK:
            call.limit = try limit(rest.popLast(), function, span)
            for other in rest { call.others.append(try typer.typed(other)) }
            rest = []
            call.type = .array(Self.topType(call))
        case .topKDistinct: call.limit = try limit(rest.popFirst(), function, span)
        case .earliestByOffset, .latestByOffset: try readOffsetArguments(&rest, &call)
        case .quantile: call.share = try share(rest.popFirst(), span)
        default: break
        }
        guard rest.isEmpty else { throw wrong(function, span) }
        return call
    }

    /// TOPK with other columns gives structures of the value and theirs.
    private static func topType(_ call: AggregateCall) -> SQLType {
        guard let argument = call.argument, !call.others.isEmpty else { return call.argument?.type ?? .string }
        let others = call.others.enumerated().map { SQLType.Field("COL\($0.offset)", $0.element.type) }
        return .structure([SQLType.Field("SORT_COL", argument.type)] + others)
    }

    private func type(_ function: AggregateName, _ argument: TypedExpression) throws(StatementError) -> SQLType {
        let type = argument.type
        let isOrdered = type.isPrimitive && type != .boolean
        let fits =
            switch function {
            case .sum, .avg, .stddevSamp, .stddevSample, .quantile: type.isNumeric
            case .min, .max, .topK, .topKDistinct: isOrdered
            case .histogram: type == .string
            default: true
            }
        guard fits else {
            throw StatementError("\(function.name) does not take \(type)", at: argument.span)
        }
        switch function {
        case .count, .countDistinct: return .bigint
        case .avg, .stddevSamp, .stddevSample, .quantile: return .double
        case .sum, .min, .max, .earliestByOffset, .latestByOffset: return type
        case .collectList, .collectSet, .topK, .topKDistinct: return .array(type)
        case .histogram: return .map(.string, .bigint)
        }
    }

    private func readOffsetArguments(
        _ rest: inout ArraySlice<Expression>, _ call: inout AggregateCall
    ) throws(StatementError) {
        if let next = rest.first, case .integer = next.kind {
            call.limit = try limit(rest.popFirst(), call.function, next.span)
            call.type = .array(call.type)
        }
        if let next = rest.first, case .boolean(let ignores) = next.kind {
            call.ignoresNulls = ignores
            rest.removeFirst()
        }
    }

    private func limit(
        _ expression: Expression?, _ function: AggregateName, _ span: SourceSpan
    ) throws(StatementError) -> Int {
        guard let expression else { throw wrong(function, span) }
        guard case .integer(let value) = expression.kind, (1...100_000).contains(value) else {
            throw StatementError("\(function.name) takes a number here, 1 to 100000", at: expression.span)
        }
        return Int(value)
    }

    private func share(_ expression: Expression?, _ span: SourceSpan) throws(StatementError) -> Double {
        let share: Double? =
            switch expression?.kind {
            case .integer(let value): Double(value)
            case .decimal(let value): value.double
            case .double(let value): value
            default: nil
            }
        guard let share, (0...1).contains(share) else {
            throw StatementError("QUANTILE takes a value and a share from 0 to 1", at: expression?.span ?? span)
        }
        return share
    }

    private func wrong(_ function: AggregateName, _ span: SourceSpan) -> StatementError {
        let form =
            switch function {
            case .count: "COUNT(*) or COUNT(value)"
            case .topK: "TOPK(value, other values…, k)"
            case .topKDistinct: "TOPKDISTINCT(value, k)"
            case .earliestByOffset, .latestByOffset: "\(function.name)(value [, n] [, ignoreNulls])"
            case .quantile: "QUANTILE(value, share)"
            default: "\(function.name)(value)"
            }
        return StatementError("it is written \(form)", at: span)
    }
}
