extension Expression: CustomStringConvertible {
    /// The expression as PromQL: parsing it gives the same tree.
    package var description: String {
        switch self {
        case .number(let literal): GoNumber.shortest(literal.value)
        case .string(let text): Self.quoted(text)
        case .selector(let selector): Self.text(of: selector, range: "")
        case .range(let selector, let range):
            Self.text(of: selector, range: "[\(PrometheusDuration.text(milliseconds: range))]")
        case .subquery(let subquery): subquery.description
        case .call(let call):
            "\(call.function.rawValue)(\(call.arguments.map(\.description).joined(separator: ", ")))"
        case .aggregation(let aggregation): aggregation.description
        case .binary(let operation): operation.description
        case .negation(let inner): "-\(inner)"
        case .parenthesised(let inner): "(\(inner))"
        }
    }

    /// A text in double quotes, escaped as Go does.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 32 || scalar.value == 127:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\x" + (digits.count < 2 ? "0" : "") + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func text(of selector: VectorSelector, range: String) -> String {
        let matchers = selector.matchers.map { "\($0.label)\($0.kind.rawValue)\(quoted($0.value))" }
        let braces = matchers.isEmpty && selector.name != nil ? "" : "{\(matchers.joined(separator: ","))}"
        return (selector.name ?? "") + braces + range + offset(selector.offsetMilliseconds)
    }

    static func offset(_ milliseconds: Int64) -> String {
        milliseconds == 0 ? "" : " offset \(PrometheusDuration.text(milliseconds: milliseconds))"
    }
}

extension Subquery {
    fileprivate var description: String {
        let step = stepMilliseconds.map(PrometheusDuration.text(milliseconds:)) ?? ""
        let range = PrometheusDuration.text(milliseconds: rangeMilliseconds)
        return "\(inner)[\(range):\(step)]" + Expression.offset(offsetMilliseconds)
    }
}

extension Grouping {
    fileprivate var description: String {
        isWithout || !labels.isEmpty ? " \(isWithout ? "without" : "by") (\(labels.joined(separator: ", "))) " : ""
    }
}

extension Aggregation {
    fileprivate var description: String {
        let arguments = (parameter.map { [$0] } ?? []) + [inner]
        return op.rawValue + grouping.description + "(\(arguments.map(\.description).joined(separator: ", ")))"
    }
}

extension BinaryOperation {
    fileprivate var description: String {
        let (first, operations) = chain
        return operations.reduce(into: first.description) { text, next in
            text += " \(next.op.rawValue)\(next.returnsBool ? " bool" : "")\(next.matching.description) \(next.right)"
        }
    }
}

extension VectorMatching {
    fileprivate var description: String {
        var text = ""
        if isOn || !labels.isEmpty || cardinality != .oneToOne {
            text += " \(isOn ? "on" : "ignoring") (\(labels.joined(separator: ", ")))"
        }
        switch cardinality {
        case .oneToOne: break
        case .manyToOne: text += " group_left (\(include.joined(separator: ", ")))"
        case .oneToMany: text += " group_right (\(include.joined(separator: ", ")))"
        }
        return text
    }
}
