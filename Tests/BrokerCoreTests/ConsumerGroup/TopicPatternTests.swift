import SeededNumbers
import Testing

@testable import BrokerCore

@Suite("Patterns of topic names")
struct TopicPatternTests {
    @Test(
        "a pattern matches whole names as RE2 does",
        arguments: [
            ("orders", ["orders"], ["orders2", "my-orders", ""]),
            ("orders-.*", ["orders-", "orders-eu"], ["orders", "xorders-eu"]),
            ("^orders-[a-c]{2,3}$", ["orders-ab", "orders-abc"], ["orders-a", "orders-abca", "orders-xy"]),
            ("(eu|us)-(orders|clicks)", ["eu-orders", "us-clicks"], ["eu-", "eu-ordersclicks"]),
            ("a|b|cd", ["a", "b", "cd"], ["c", "ab", "acd"]),
            ("[^-]+-v\\d+", ["x-v1", "topic-v23"], ["a-b-v1", "x-v", "x-v1b"]),
            ("(?i)ORDERS|x", ["orders", "Orders", "X"], ["order"]),
            ("(?i:o)rders", ["Orders", "orders"], ["oRders"]),
            ("a(?:bc)?(?P<n>d)*", ["a", "abc", "abcdd", "ad"], ["abcbc", "abd"]),
            ("x{3}", ["xxx"], ["xx", "xxxx"]),
            ("x{2,}", ["xx", "xxxxx"], ["x"]),
            ("x{,2}", ["x{,2}"], ["x"]),
            ("a.c\\.d", ["abc.d"], ["abcxd"]),
            ("\\Qa.b\\E+", ["a.b", "a.bb"], ["axb"]),
            ("[[:alpha:]_]+[0-9-]?", ["ab_c", "ab-", "a7"], ["a77", "7"]),
            ("\\x61\\x{62}", ["ab"], ["a"]),
            ("\\bfoo\\b.*", ["foo", "foo-bar"], ["foobar"]),
            ("", [""], ["a"]),
            ("a*?b+?", ["b", "aabb"], ["a"]),
        ] as [(String, [String], [String])])
    func table(pattern: String, matching: [String], others: [String]) throws {
        let pattern = try TopicPattern(pattern)
        for name in matching { #expect(pattern.matches(name), "\(name)") }
        for name in others { #expect(!pattern.matches(name), "\(name)") }
    }

    @Test(
        "what is no pattern is refused, and so is what would be too much",
        arguments: [
            "(", ")", "a)", "[", "[a", "[b-a]", "*", "a**", "a{3,2}", "a{2000}", "\\", "(?<=a)b", "(?!a)", "\\1",
            "\\p{L}",
            "[[:nope:]]", "(?P<>a)", "(?z)", "\\xg1", "((a{100}){100}){100}", String(repeating: "(", count: 300),
            String(repeating: "a", count: 5_000),
        ])
    func refused(pattern: String) {
        #expect(throws: TopicPatternError.self) { try TopicPattern(pattern) }
    }

    @Test("a pattern that makes others try for ever is done at once")
    func hostile() throws {
        let name = String(repeating: "a", count: 249)
        #expect(try !TopicPattern("(a*)*(a*)*(a|aa)+b").matches(name))
        #expect(try TopicPattern("(a?){200}a{49}").matches(name))
        #expect(try TopicPattern("(()|a)*(a|)+").matches(name))
    }

    @Test("random patterns match what Swift's engine matches")
    func model() throws {
        var compared = 0
        for seed in UInt64(0)..<400 {
            var random = SeededGenerator(seed: seed)
            let text = Self.pattern(depth: 3, &random)
            let (pattern, model) = (try TopicPattern(text), try Regex(text))
            for _ in 0..<20 {
                let name = String(
                    (0..<Int.random(in: 0...6, using: &random)).map { _ in "abc".randomElement(using: &random) ?? "a" })
                let expected = (try? model.wholeMatch(in: name)) != nil
                #expect(pattern.matches(name) == expected, "seed \(seed): \(text) on \(name)")
                compared += 1
            }
        }
        print("\(compared) names compared, seeds 0 to 399")
    }

    private static func pattern(depth: Int, _ random: inout SeededGenerator) -> String {
        guard depth > 0 else { return ["a", "b", "c", ".", "[ab]", "[^a]"].randomElement(using: &random) ?? "a" }
        let one = pattern(depth: depth - 1, &random)
        let other = pattern(depth: depth - 1, &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: return "(\(one)|\(other))"
        case 1: return "(?:\(one))*"
        case 2: return "(?:\(one))?"
        case 3: return "(\(one)){1,3}"
        case 4: return "(?:\(one))+\(other)"
        default: return one + other
        }
    }
}
