package import Cluster

/// Asks a filter's question of records, one after the other. Patterns are made ready once, so a judge serves many records; it
/// belongs to one task.
package struct FilterJudge {
    private let expression: FilterExpression?
    private var patterns: [String: Regex<AnyRegexOutput>] = [:]

    /// A judge of a filter.
    package init(_ filter: RecordFilter) {
        expression = filter.expression
        expression.map { prepare($0) }
    }

    private mutating func prepare(_ expression: FilterExpression) {
        switch expression {
        case .pattern(let pattern), .matches(_, let pattern): patterns["\(pattern)"] = try? pattern.compiled()
        case .not(let inner): prepare(inner)
        case .all(let parts), .any(let parts): for part in parts { prepare(part) }
        case .text, .present, .compare, .contains, .among: break
        }
    }

    /// Whether a record passes.
    ///
    /// - Parameter decoding: How the topic's keys and values are read.
    package func passes(_ record: FetchedRecord, at place: TopicPartition, _ decoding: TopicDecoding) -> Bool {
        guard let expression else { return true }
        var subject = FilterSubject(record: record, place: place, decoding: decoding)
        return isTrue(expression, of: &subject)
    }

    private func isTrue(_ expression: FilterExpression, of subject: inout FilterSubject) -> Bool {
        switch expression {
        case .text(let text): return subject.hasText(text)
        case .pattern(let pattern): return subject.allTexts().contains { fits(pattern, $0) }
        case .present(let operand):
            return subject.values(of: operand).contains { $0 != .null && $0 != .flag(false) }
        case .compare(let operand, let comparison, let literal):
            let values = subject.values(of: operand)
            // What is not there equals null alone, and differs from everything else.
            if values.isEmpty { return FilterValue.null.compares(comparison, to: literal) }
            return values.contains { $0.compares(comparison, to: literal) }
        case .contains(let operand, let text):
            return subject.values(of: operand).contains { $0.text.contains(text) }
        case .matches(let operand, let pattern):
            return subject.values(of: operand).contains { $0 != .null && fits(pattern, $0.text) }
        case .among(let operand, let ranges):
            return subject.values(of: operand).contains { value in ranges.contains { value.lies(in: $0) } }
        case .not(let inner): return !isTrue(inner, of: &subject)
        case .all(let parts):
            for part in parts where !isTrue(part, of: &subject) { return false }
            return true
        case .any(let parts):
            for part in parts where isTrue(part, of: &subject) { return true }
            return false
        }
    }

    private func fits(_ pattern: FilterPattern, _ text: String) -> Bool {
        guard let ready = patterns["\(pattern)"] else { return false }
        return text.contains(ready)
    }
}

/// A value found in a record.
enum FilterValue: Equatable {
    /// A number as written.
    case number(String)
    case string(String)
    case flag(Bool)
    case null
    /// An array or object, as one line of JSON.
    case container(String)

    init(_ json: JSONText) {
        if let string = json.string {
            self = .string(string)
        } else if let number = json.number {
            self = .number(number)
        } else {
            switch json {
            case .scalar("true"): self = .flag(true)
            case .scalar("false"): self = .flag(false)
            case .scalar: self = .null
            case .array, .object: self = .container(json.compact)
            }
        }
    }

    /// The value as a text to look in.
    var text: String {
        switch self {
        case .number(let text), .string(let text), .container(let text): text
        case .flag(let flag): "\(flag)"
        case .null: ""
        }
    }

    func compares(_ comparison: FilterComparison, to literal: FilterLiteral) -> Bool {
        switch comparison {
        case .equal: return order(to: literal) == 0
        case .unequal: return order(to: literal) != 0
        case .below: return order(to: literal).map { $0 < 0 } ?? false
        case .atMost: return isOrdered(literal) && order(to: literal).map { $0 <= 0 } ?? false
        case .above: return order(to: literal).map { $0 > 0 } ?? false
        case .atLeast: return isOrdered(literal) && order(to: literal).map { $0 >= 0 } ?? false
        }
    }

    func lies(in range: FilterRange) -> Bool {
        switch range {
        case .one(let literal): order(to: literal) == 0
        case .numbers(let low, let high):
            compares(.atLeast, to: .number(low)) && compares(.atMost, to: .number(high))
        }
    }

    private func isOrdered(_ literal: FilterLiteral) -> Bool {
        switch literal {
        case .number, .text: true
        case .flag, .null: false
        }
    }

    /// -1, 0 or 1; nil for values that have no order between them and are not equal.
    private func order(to literal: FilterLiteral) -> Int? {
        switch (self, literal) {
        case (.null, .null): return 0
        case (.flag(let left), .flag(let right)): return left == right ? 0 : nil
        case (.number(let left), .number(let right)), (.string(let left), .number(let right)):
            guard let left = ExactDecimal(left), let right = ExactDecimal(right) else { return nil }
            return left < right ? -1 : left == right ? 0 : 1
        case (.string(let left), .text(let right)), (.number(let left), .text(let right)),
            (.container(let left), .text(let right)):
            let (left, right) = (left.unicodeScalars, right.unicodeScalars)
            return left.elementsEqual(right) ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
        default: return nil
        }
    }
}
