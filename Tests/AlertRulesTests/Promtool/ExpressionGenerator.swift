import SeededNumbers

/// Random expressions over random series, valid by type, the same again for the same seed.
struct ExpressionGenerator {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private mutating func pick<Item>(_ items: [Item]) -> Item { items[Int.random(in: items.indices, using: &random)] }

    private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    // MARK: Series

    /// Counters with resets, gauges, histograms; with gaps and staleness markers.
    mutating func series() -> [(metric: String, values: String)] {
        var series: [(metric: String, values: String)] = []
        for (name, isCounter) in [("requests_total", true), ("lag", false), ("size", false)] {
            for topic in ["orders", "views"] {
                for group in ["a", "b", "c"] where chance(0.8) {
                    series.append(("\(name){topic=\"\(topic)\",group=\"\(group)\"}", values(isCounter: isCounter)))
                }
            }
        }
        series.append(("limit{topic=\"orders\",team=\"sales\"}", values(isCounter: false)))
        series.append(("limit{topic=\"views\",team=\"web\"}", values(isCounter: false)))
        series.append(("up", values(isCounter: false)))
        for topic in ["orders", "views"] {
            var count = 0
            for bound in ["0.1", "0.5", "1", "5", "+Inf"] {
                count += number(0...20)
                series.append(("wait_bucket{topic=\"\(topic)\",le=\"\(bound)\"}", "0+\(count)x60"))
            }
        }
        return series
    }

    private mutating func values(isCounter: Bool) -> String {
        var words: [String] = []
        for _ in 0..<number(1...6) {
            let count = number(1...12)
            switch number(0...9) {
            case 0: words.append("_x\(count)")
            case 1: words.append("stale")
            case 2 where !isCounter: words.append("NaN")
            case 3 where !isCounter: words.append("\(number(-40...40))x\(count)")
            case 4: words.append("_")
            default:
                let start = isCounter ? number(0...200) : number(-100...100)
                let step = isCounter ? number(0...30) : number(-9...9)
                words.append("\(start).\(number(0...999))\(step < 0 ? "-" : "+")\(step.magnitude)x\(count)")
            }
        }
        return words.joined(separator: " ")
    }

    // MARK: Expressions

    /// A moment, seconds from the first sample.
    mutating func time() -> String { "\(number(0...2400))s" }

    private mutating func duration() -> String { pick(["30s", "1m", "90s", "2m", "5m", "7m", "10m"]) }

    private mutating func offset() -> String { chance(0.12) ? " offset \(pick(["1m", "3m", "-1m", "45s"]))" : "" }

    private mutating func selector() -> String {
        let name = pick(["requests_total", "lag", "size", "limit", "up", "nothing"])
        let matchers = [
            "", "", "", "{topic=\"orders\"}", "{group=~\"a|b\"}", "{group!=\"a\"}", "{topic!~\"ord.*\"}",
            "{group=~\".+\",}", "{topic=~\"(?i)ORD.*s\"}", "{group=~\"[ab]\"}",
        ]
        return chance(0.06) ? "{__name__=~\"lag|size\",group=\"a\"}" : name + pick(matchers)
    }

    private mutating func range(_ depth: Int) -> String {
        if depth > 0, chance(0.2) {
            return "\(parenthesised(depth - 1))[\(duration()):\(pick(["", "30s", "1m", "45s"]))]\(offset())"
        }
        return "\(selector())[\(duration())]\(offset())"
    }

    private mutating func parenthesised(_ depth: Int) -> String { "(\(vector(depth)))" }

    mutating func scalar(_ depth: Int) -> String {
        switch number(0...6) {
        case 0: "time()"
        case 1 where depth > 0: "scalar(\(vector(depth - 1)))"
        case 2 where depth > 0: "(\(scalar(depth - 1)) \(pick(["+", "-", "*", "/"])) \(scalar(depth - 1)))"
        case 3: "-\(number(1...9))"
        default: pick(["0", "1", "2", "10", "0.5", "1e2", "Inf", "100"])
        }
    }

    mutating func vector(_ depth: Int) -> String {
        guard depth > 0 else { return selector() + offset() }
        return switch number(0...11) {
        case 0, 1: overRange(depth)
        case 2, 3: aggregation(depth)
        case 4, 5: withScalar(depth)
        case 6, 7: withVector(depth)
        case 8: function(depth)
        case 9: "-\(parenthesised(depth - 1))"
        case 10: label(depth)
        default: selector() + offset()
        }
    }

    private mutating func overRange(_ depth: Int) -> String {
        let name = pick([
            "rate", "irate", "increase", "delta", "idelta", "changes", "resets", "deriv", "avg_over_time",
            "min_over_time", "max_over_time", "sum_over_time", "count_over_time", "last_over_time",
            "present_over_time", "absent_over_time", "stddev_over_time", "stdvar_over_time",
        ])
        return switch number(0...9) {
        case 0: "predict_linear(\(range(depth)), \(pick(["60", "600", "-30"])))"
        case 1: "quantile_over_time(\(pick(["0", "0.3", "0.5", "0.99", "1", "2", "-1"])), \(range(depth)))"
        default: "\(name)(\(range(depth)))"
        }
    }

    private mutating func aggregation(_ depth: Int) -> String {
        let grouping = pick(["", "by (topic)", "by (group)", "without (group)", "by (topic, group)", "by ()"])
        let name = pick(["sum", "min", "max", "avg", "count", "group", "stddev", "stdvar", "quantile", "count_values"])
        let inner = vector(depth - 1)
        switch name {
        case "quantile": return "quantile \(grouping) (\(pick(["0", "0.5", "0.9", "1.5"])), \(inner))"
        // Values of calculations differ in their last digits, which a label would show.
        case "count_values": return "count_values \(grouping) (\"value\", \(selector()))"
        default:
            // Equal values would leave open which ones are the greatest.
            if chance(0.15) { return "\(pick(["topk", "bottomk"])) \(grouping) (\(number(0...3)), \(selector()))" }
            return "\(name) \(grouping) (\(inner))"
        }
    }

    private mutating func withScalar(_ depth: Int) -> String {
        // No atan2: Prometheus 2.42 forgets to drop the metric's name there. Go's pow and C's differ in the last digit, so that it cannot be part of others.
        if chance(0.1) { return "\(selector()) \(pick(["^", "%"])) \(pick(["2", "0.5", "-1", "3", "7.5"]))" }
        let op = pick(["+", "-", "*", "/", ">", "<", ">=", "<=", "==", "!=", "> bool", "== bool"])
        return chance(0.5)
            ? "\(parenthesised(depth - 1)) \(op) \(scalar(depth - 1))"
            : "\(scalar(depth - 1)) \(op) \(parenthesised(depth - 1))"
    }

    private mutating func withVector(_ depth: Int) -> String {
        let (left, right) = (parenthesised(depth - 1), parenthesised(depth - 1))
        switch number(0...5) {
        case 0, 1:
            let matching = pick(["", "", "on (topic)", "ignoring (group)", "on (topic, group)", "on ()"])
            return "\(left) \(pick(["and", "or", "unless"])) \(matching) \(right)"
        case 2:
            let op = pick(["*", "/", "<", "+"])
            return "\(left) \(op) on (topic) group_left \(pick(["", "(team)", "()"])) limit"
        case 3: return "limit \(pick(["-", ">", ">= bool"])) on (topic) group_right \(pick(["()", "(team)"])) \(right)"
        default:
            let op = pick(["+", "-", "*", "/", ">", "<", ">=", "<=", "!=", "> bool", "<= bool"])
            return "\(left) \(op) \(pick(["", "", "on (topic, group)", "ignoring (team)"])) \(right)"
        }
    }

    private mutating func function(_ depth: Int) -> String {
        let inner = vector(depth - 1)
        return switch number(0...11) {
        case 0: "histogram_quantile(\(pick(["0.5", "0.99", "0", "1", "1.1"])), rate(wait_bucket[\(duration())]))"
        case 1: "histogram_quantile(\(pick(["0.5", "0.9"])), sum by (\(pick(["le", "le, topic"]))) (wait_bucket))"
        case 2: "absent(\(chance(0.5) ? selector() : inner))"
        case 3: "vector(\(scalar(depth - 1)))"
        case 4: "clamp_min(\(inner), \(scalar(0)))"
        case 5: "clamp_max(\(inner), \(scalar(0)))"
        case 6: "clamp(\(inner), \(number(-5...5)), \(number(-3...9)))"
        case 7: "round(\(inner), \(pick(["1", "5", "0.5"])))"
        case 8: "timestamp(\(inner))"
        case 9: "\(pick(["sort", "sort_desc"]))(\(inner))"
        case 10:
            "\(pick(["hour", "minute", "day_of_week", "day_of_month", "days_in_month", "month", "year"]))(timestamp(\(inner)) * \(pick(["-2e5", "1e6", "86399"])))"
        default: "\(pick(["abs", "ceil", "floor", "exp", "ln", "log2", "log10", "sqrt", "sgn"]))(\(inner))"
        }
    }

    private mutating func label(_ depth: Int) -> String {
        let inner = vector(depth - 1)
        return switch number(0...3) {
        case 0: "label_replace(\(inner), \"who\", \"$1-x\", \"topic\", \"(ord).*\")"
        case 1: "label_replace(\(inner), \"topic\", \"\", \"group\", \"a\")"
        case 2: "label_replace(\(inner), \"group\", \"${1}$2\", \"group\", \"(.)(.*)\")"
        default: "label_join(\(inner), \"who\", \"-\", \"topic\", \"group\")"
        }
    }
}
