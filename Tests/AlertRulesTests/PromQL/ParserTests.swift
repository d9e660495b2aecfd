import AlertRules
import SeededNumbers
import Testing

import class Foundation.Thread

@Suite("PromQL's grammar")
struct ParserTests {
    @Test("what is printed parses to the same tree", arguments: 1...4 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        print("PromQL round trip: seed \(seed)")
        var generator = ExpressionGenerator(seed: seed)
        for _ in 0..<1000 {
            let text = generator.vector(4)
            let expression = try PromQLParser.parse(text)
            #expect(try PromQLParser.parse(expression.description) == expression, "seed \(seed): \(text)")
        }
    }

    @Test(
        "what rule files in the wild write is read",
        arguments: [
            ("kafka_consumergroup_lag > 100000", "kafka_consumergroup_lag > 100000"),
            ("rate(kafka_producer_record_error_total[5m]) > 0", "rate(kafka_producer_record_error_total[5m]) > 0"),
            ("up{a=\"b\",}", "up{a=\"b\"}"), ("up{}", "up"), ("up{job='it''s'[:0]}", nil),
            ("sum (x)-sum (y)", "sum(x) - sum(y)"), ("x AND y", "x and y"), ("up{job='a\"b'}", "up{job=\"a\\\"b\"}"),
            ("sum(x) or on () vector(0)", "sum(x) or on () vector(0)"),
            ("a * on (b) group_right() c", "a * on (b) group_right () c"),
            ("(a > 1) == 1073741824", "(a > 1) == 1073741824"),
            ("max_over_time(rate(x[5m])[30d:])", "max_over_time(rate(x[5m])[30d:])"),
            (
                "sum without (a) (x) / ignoring (b) group_left (c, d) y",
                "sum without (a) (x) / ignoring (b) group_left (c, d) y"
            ),
            ("sum(x) by (a)", "sum by (a) (x)"), ("-1 ^ 2", "-1 ^ 2"), ("2 ^ 3 ^ 2", "2 ^ 3 ^ 2"),
            ("1 - -1", "1 - -1"), ("x offset -5m", "x offset -5m"), ("x[90m] offset 1w", "x[1h30m] offset 1w"),
            ("0x1F + .5 + 1e3 + Inf", "31 + 0.5 + 1000 + +Inf"), ("x == bool 1 # why", "x == bool 1"),
            ("job:up:sum{__name__=\"a\"}", nil), ("{__name__=~\"a|b\"}", "{__name__=~\"a|b\"}"),
            ("010 + 09 + 010.5 + 1e-400", "8 + 9 + 10.5 + 0"), ("m{inf=\"x\",NaN=\"y\"}", "m{inf=\"x\",NaN=\"y\"}"),
            ("x\n  > 1\n  and y", "x > 1 and y"), ("sum", "sum"), ("sum + by", "sum + by"),
        ] as [(String, String?)])
    func inTheWild(text: String, printed: String?) throws {
        #expect((try? PromQLParser.parse(text))?.description == printed)
    }

    @Test("operators bind as Prometheus' do")
    func precedence() throws {
        let text = "a or b and c == d + e * f ^ g"
        let expression = try PromQLParser.parse(text)
        let explicit = try PromQLParser.parse("(a or (b and (c == (d + (e * (f ^ g))))))")
        #expect(expression.shape == explicit.shape)
        #expect(try PromQLParser.parse("a - b - c").shape == PromQLParser.parse("((a - b) - c)").shape)
        #expect(try PromQLParser.parse("a ^ b ^ c").shape == PromQLParser.parse("(a ^ (b ^ c))").shape)
        #expect(try PromQLParser.parse("-a ^ b").shape == PromQLParser.parse("-(a ^ b)").shape)
        #expect(try PromQLParser.parse("-a * b").shape == PromQLParser.parse("(-a) * b").shape)
        #expect(try PromQLParser.parse("a unless b and c").shape == PromQLParser.parse("(a unless b) and c").shape)
    }

    @Test(
        "an error says where, what stands there, and what was meant",
        arguments: [
            ("raet(x[5m])", "1:1: unknown function: \"raet\"; did you mean \"rate\"?"),
            ("sum(x) >\n  cuont(y)", "2:3: unknown function: \"cuont\"; did you mean \"count\"?"),
            (
                "rate(x)",
                "1:6: argument 1 of rate must be a range vector, not an instant vector; add a range such as [5m]: \"x\""
            ),
            ("x[5m] > 1", "1:1: > takes scalars and instant vectors, not a range vector: \"x[5m]\""),
            ("1 > 2", "1:3: a comparison of two scalars needs bool after the operator: \">\""),
            (
                "x{a=~\"(\"}",
                "1:6: this is no regular expression (a parenthesis is not closed at character 2): \"\"(\"\""
            ),
            ("x @ 5", "1:3: the @ modifier is not supported: \"@\""),
            ("sum(x", "1:6: expected \")\" after the arguments, but the expression ends here"),
            ("{a=\"\"}", "1:1: a selector needs a name or a matcher that does not match the empty text: \"{a=\"\"}\""),
            ("x[5]", "1:3: expected the range, such as 5m or 1h30m: \"5\""),
            ("x[0s]", "1:3: the range must be longer than 0: \"0s\""),
            (
                "histogram_fraction(0, 1, x)",
                "1:1: this function of Prometheus is not supported: \"histogram_fraction\""
            ),
            ("2 + 1e400", "1:5: this is no number, or one too large: \"1e400\""),
            ("x 5", "1:3: this cannot follow here: \"5\""),
            ("", "1:1: the expression is empty, but the expression ends here"),
            ("x + \"a\"", "1:5: + takes scalars and instant vectors, not a string: \"\"a\"\""),
            ("a and 1", "1:3: a set operator works on two instant vectors: \"and\""),
            ("clamp(x, 1)", "1:1: clamp takes 3 arguments, not 2: \"clamp\""),
            ("5q", "1:1: this is neither a number nor a duration such as 5m or 1h30m: \"5q\""),
            ("x{a=\"b}", "1:5: the text that begins here has no end: \"\"b}\""),
            ("a * on (b) group_left (b) c", "1:12: label \"b\" cannot stand in both on and group_left: \"group_left\""),
        ])
    func errors(text: String, message: String) {
        let error = #expect(throws: PromQLError.self) { try PromQLParser.parse(text) }
        #expect(error?.description == message)
    }

    @Test("nothing that is typed in ends the program")
    func hostile() {
        var random = SeededGenerator(seed: 7)
        let pieces = [
            "(", ")", "[", "]", "{", "}", "5m", "x", "sum", "by", "-", "+", "^", "\"a\"", "'", "\\", ",", ":", "=~",
            "1e999",
            "0x", "offset", "on", "group_left", "99999999999999999999y", "é", "\u{0}", "rate", "bool", "==", "@", "#",
            "\n",
        ]
        for _ in 0..<5000 {
            let text = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                pieces[Int.random(in: pieces.indices, using: &random)]
            }.joined(separator: Bool.random(using: &random) ? " " : "")
            _ = try? PromQLParser.parse(text)
        }
        #expect(throws: PromQLError.self) { try PromQLParser.parse(String(repeating: "(", count: 100_000)) }
        #expect(throws: PromQLError.self) { try PromQLParser.parse(String(repeating: "-", count: 60_000) + "1") }
        #expect(throws: PromQLError.self) { try PromQLParser.parse("1" + String(repeating: "^1", count: 30_000)) }
    }

    @Test(
        "a chain of operators is as long as it may be, and takes no more than a small stack",
        arguments: ["+", "or", ">"])
    func chains(op: String) async throws {
        let chain = { (count: Int) in Array(repeating: "m", count: count).joined(separator: " \(op) ") }
        for text in [
            chain(10_000), "m * (\(chain(400))) \(op) (\(chain(400))) * m" + String(repeating: " + m", count: 500),
        ] {
            let error = #expect(throws: PromQLError.self) { try PromQLParser.parse(text) }
            #expect(error?.reason.hasPrefix("more than 500 operators") == true)
        }
        let text = "sum(\(chain(250))) \(op) (\(chain(250)))" + String(repeating: " \(op) m", count: 249)
        let isSame = await withCheckedContinuation { continuation in
            let thread = Thread {
                continuation.resume(returning: Self.isUsable(text))
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
        #expect(isSame)
    }

    /// Whether a text can be read, evaluated, printed and compared.
    private static func isUsable(_ text: String) -> Bool {
        guard let expression = try? PromQLParser.parse(text),
            let other = try? PromQLParser.parse(expression.description)
        else { return false }
        var evaluator = Evaluator(source: SampleStore(), settings: EvaluationSettings(version: .three))
        guard case .vector(let samples)? = try? evaluator.evaluate(expression, at: 0), samples.isEmpty else {
            return false
        }
        return expression == other && expression.hashValue == other.hashValue && expression.historyNeeded == 0
            && expression.selectors.count == 749 && expression.plainComparison == nil && expression.type == .vector
    }
}

extension Expression {
    /// The tree with parentheses only where they say something, as text.
    fileprivate var shape: String {
        switch self {
        case .parenthesised(let inner): inner.shape
        case .binary(let operation): "(\(operation.left.shape) \(operation.op.rawValue) \(operation.right.shape))"
        case .negation(let inner): "(-\(inner.shape))"
        default: description
        }
    }
}
