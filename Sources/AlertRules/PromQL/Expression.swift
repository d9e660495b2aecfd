/// A PromQL expression as a tree. Parentheses are kept, so that what was written can be printed.
package indirect enum Expression: Sendable, Hashable {
    case number(NumberLiteral)
    case string(String)
    /// An instant vector selector: `kafka_consumergroup_lag{topic="orders"} offset 5m`.
    case selector(VectorSelector)
    /// A range vector selector: a selector with the milliseconds of its range.
    case range(VectorSelector, milliseconds: Int64)
    case subquery(Subquery)
    case call(Call)
    case aggregation(Aggregation)
    case binary(BinaryOperation)
    /// Minus before an expression.
    case negation(Expression)
    /// An expression in parentheses.
    case parenthesised(Expression)

    /// What an expression gives.
    package enum ValueType: String, Sendable {
        case scalar
        case string
        case vector = "instant vector"
        case matrix = "range vector"

        /// The word with its article.
        package var phrase: String { (self == .vector ? "an " : "a ") + rawValue }
    }

    /// What it gives when evaluated.
    package var type: ValueType {
        switch self {
        case .number: .scalar
        case .string: .string
        case .selector, .aggregation: .vector
        case .range, .subquery: .matrix
        case .call(let call): call.function.result
        case .binary(let operation): operation.type
        case .negation(let inner), .parenthesised(let inner): inner.type
        }
    }

    /// The expression inside any parentheses.
    package var unwrapped: Expression {
        if case .parenthesised(let inner) = self { inner.unwrapped } else { self }
    }
}

/// A number as written in an expression; NaN equals itself, as the same text does.
package struct NumberLiteral: Sendable, Hashable {
    private let bits: UInt64

    /// A number.
    package init(_ value: Double) { bits = value.isNaN ? Double.nan.bitPattern : value.bitPattern }

    /// The number.
    package var value: Double { Double(bitPattern: bits) }
}

/// An expression evaluated at even steps over a range: `max_over_time(rate(x[5m])[1h:1m])`.
package struct Subquery: Sendable, Hashable {
    /// What is evaluated; an instant vector.
    package var inner: Expression
    /// How far back, milliseconds; above 0.
    package var rangeMilliseconds: Int64
    /// The step, milliseconds; nil for the rules' evaluation interval.
    package var stepMilliseconds: Int64?
    /// How long ago the range ends, milliseconds; negative for the future.
    package var offsetMilliseconds: Int64
}

/// A function with its arguments.
package struct Call: Sendable, Hashable {
    /// The function.
    package var function: PromQLFunction
    /// Its arguments, checked against its signature.
    package var arguments: [Expression]
}

/// `sum by (topic) (x)` and its like.
package struct Aggregation: Sendable, Hashable {
    /// The operators over instant vectors.
    package enum Operator: String, Sendable, CaseIterable {
        case sum, min, max, avg, group, stddev, stdvar, count, quantile, topk, bottomk
        case countValues = "count_values"

        /// What its first argument must be, where it takes one beside the vector.
        package var parameter: Expression.ValueType? {
            switch self {
            case .topk, .bottomk, .quantile: .scalar
            case .countValues: .string
            default: nil
            }
        }
    }

    /// The operator.
    package var op: Operator
    /// Its parameter, where it takes one.
    package var parameter: Expression?
    /// The vector.
    package var inner: Expression
    /// Which labels tell the groups apart.
    package var grouping: Grouping
}

/// Which labels stay: `by (…)` or `without (…)`.
package struct Grouping: Sendable, Hashable {
    /// True for `without`.
    package var isWithout: Bool
    /// The labels named.
    package var labels: [String]

    /// No label stays: everything is one group.
    package static let all = Grouping(isWithout: false, labels: [])
}

/// Two expressions with an operator between them.
package struct BinaryOperation: Sendable {
    /// The operators, as they are written.
    package enum Operator: String, Sendable, CaseIterable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case modulo = "%"
        case power = "^"
        case atan2
        case equal = "=="
        case notEqual = "!="
        case greater = ">"
        case less = "<"
        case greaterOrEqual = ">="
        case lessOrEqual = "<="
        case and
        case or
        case unless

        /// Binds tighter the higher it is.
        package var precedence: Int {
            switch self {
            case .or: 1
            case .and, .unless: 2
            case .equal, .notEqual, .greater, .less, .greaterOrEqual, .lessOrEqual: 3
            case .add, .subtract: 4
            case .multiply, .divide, .modulo, .atan2: 5
            case .power: 6
            }
        }

        /// A comparison filters, or with `bool` gives 0 or 1.
        package var isComparison: Bool { precedence == 3 }
        /// `and`, `or`, `unless`.
        package var isSet: Bool { precedence <= 2 }
    }

    /// The operator.
    package var op: Operator
    /// The left side.
    package let left: Expression
    /// The right side.
    package let right: Expression
    /// A comparison gives 0 or 1 instead of filtering.
    package var returnsBool: Bool
    /// How the samples of two vectors find each other.
    package var matching: VectorMatching
    /// What it gives; kept, since it is asked for at each operator of a long chain.
    package let type: Expression.ValueType

    /// An operation on two sides whose types have been checked.
    init(op: Operator, left: Expression, right: Expression, returnsBool: Bool, matching: VectorMatching) {
        self.op = op
        self.left = left
        self.right = right
        self.returnsBool = returnsBool
        self.matching = matching
        type = left.type == .scalar && right.type == .scalar ? .scalar : .vector
    }
}

extension BinaryOperation {
    /// The operation with those that follow each other on its left side, the innermost first, and what the chain begins with: `1`, `+ 2`, `+ 3`.
    ///
    /// Chains are the trees that grow deep, and walking them in a row takes no stack.
    var chain: (first: Expression, operations: [BinaryOperation]) {
        var operations = [self]
        var first = left
        while case .binary(let inner) = first {
            operations.append(inner)
            first = inner.left
        }
        return (first, operations.reversed())
    }
}

extension BinaryOperation: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        let (one, other) = (left.chain, right.chain)
        return one.operations.elementsEqual(other.operations) { $0.hasSameOperator(as: $1) && $0.right == $1.right }
            && one.first == other.first
    }

    package func hash(into hasher: inout Hasher) {
        let (first, operations) = chain
        hasher.combine(first)
        for next in operations {
            hasher.combine(next.op)
            hasher.combine(next.right)
        }
    }

    private func hasSameOperator(as other: Self) -> Bool {
        op == other.op && returnsBool == other.returnsBool && matching == other.matching
    }
}

/// How the samples of two instant vectors find each other: `on (…)`, `ignoring (…)`, `group_left (…)`.
package struct VectorMatching: Sendable, Hashable {
    /// How many samples on either side may belong together.
    package enum Cardinality: Sendable, Hashable {
        case oneToOne
        /// `group_left`: several on the left for one on the right.
        case manyToOne
        /// `group_right`.
        case oneToMany
    }

    /// True for `on`, false for `ignoring`.
    package var isOn: Bool
    /// The labels named.
    package var labels: [String]
    /// How many for how many.
    package var cardinality: Cardinality
    /// Labels taken over from the side that has one.
    package var include: [String]

    /// All labels must be equal.
    package static let allLabels = VectorMatching(isOn: false, labels: [], cardinality: .oneToOne, include: [])
}
