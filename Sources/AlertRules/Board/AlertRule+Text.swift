extension AlertRule {
    /// A value as people read it: `84.1k`, `71%`, `12m`; a flag in its rule's own word, for example `never`, else `ok`.
    package func valueText(_ value: Double) -> String {
        guard unit == .flag, flagWord != "yes" else { return unit.text(value) }
        return value == 0 ? "ok" : flagWord
    }

    /// What the rule is about, from the last part of its name: `log directory` of `broker.log-directory`.
    package var topic: String {
        (name.split(separator: ".").last.map(String.init) ?? name).replacing("-", with: " ")
    }

    /// The condition in words, for example `> 50k for 30s`; without a limit for a flag and for what is no plain comparison.
    package var conditionText: String {
        let held = holdMilliseconds > 0 ? "for \(Unit.durationText(milliseconds: Double(holdMilliseconds)))" : ""
        guard unit != .flag, let threshold else { return held }
        let comparison = "\(threshold.comparison.rawValue) \(unit.exactText(threshold.limit))"
        return held.isEmpty ? comparison : "\(comparison) \(held)"
    }

    /// `keeps firing for 10m`, where `keep_firing_for` is said.
    package var keepFiringText: String {
        keepFiringMilliseconds > 0
            ? "keeps firing for \(Unit.durationText(milliseconds: Double(keepFiringMilliseconds)))" : ""
    }
}

extension AlertRule.Unit {
    /// A value as people read it: `84.1k`, `71%`, `12m`, `1.9G`, `yes`.
    package func text(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "?" : value < 0 ? "-∞" : "∞" }
        return switch self {
        case .count: Self.scaledText(value, step: 1000, suffixes: ["", "k", "M", "G", "T", "P"])
        case .bytes: Self.scaledText(value, step: 1024, suffixes: ["B", "K", "M", "G", "T", "P"])
        case .milliseconds: Self.durationText(milliseconds: value)
        case .seconds: Self.durationText(milliseconds: value * 1000)
        case .ratio: "\(Self.decimalText(value * 100, digits: abs(value) < 0.1 ? 1 : 0))%"
        case .flag: value == 0 ? "no" : "yes"
        }
    }

    /// A limit, which is never rounded to another: `1.05`, `150s`, `99.5%`, `1.05k`.
    package func exactText(_ value: Double) -> String {
        guard value.isFinite else { return text(value) }
        return switch self {
        case .count: Self.exactText(value, steps: [(1, ""), (1e3, "k"), (1e6, "M"), (1e9, "G")])
        case .bytes: Self.exactText(value, steps: [(1, "B"), (1024, "K"), (1_048_576, "M"), (1_073_741_824, "G")])
        case .milliseconds: Self.exactDuration(milliseconds: value)
        case .seconds: Self.exactDuration(milliseconds: value * 1000)
        case .ratio: Self.exactText(value * 100, steps: [(1, "")]) + "%"
        case .flag: text(value)
        }
    }

    /// In the largest unit that the number reaches, with as many decimals as it has.
    private static func exactText(_ value: Double, steps: [(size: Double, suffix: String)]) -> String {
        let step = steps.last { $0.size <= abs(value) } ?? steps[0]
        let scaled = (value / step.size * 10_000).rounded() / 10_000
        // More than four decimals are shown as they were written, without a unit that would round them.
        guard abs(scaled * step.size - value) <= abs(value) * 1e-12 else { return plain(value) + steps[0].suffix }
        return plain(scaled) + step.suffix
    }

    /// All of its figures, without a fraction that it does not have.
    private static func plain(_ value: Double) -> String { Int64(exactly: value).map { "\($0)" } ?? "\(value)" }

    /// In the largest unit that it is a whole number of.
    private static func exactDuration(milliseconds: Double) -> String {
        let units = [(86_400_000.0, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")]
        // `120s` and `48h` read as well as `2m` and `2d`, and are how values beside it are shown.
        for (size, suffix) in units where abs(milliseconds) >= (size == 1000 ? size : 2 * size) {
            if let whole = Int64(exactly: milliseconds / size) { return "\(whole)\(suffix)" }
        }
        return milliseconds == 0 ? "0s" : exactText(milliseconds, steps: [(1, "")]) + "ms"
    }

    /// A duration with one unit: `250ms`, `41s`, `12m`, `3h`, `9d`.
    static func durationText(milliseconds: Double) -> String {
        let magnitude = abs(milliseconds)
        return switch magnitude {
        case 0: "0s"
        case ..<1000: "\(decimalText(milliseconds, digits: 0))ms"
        case ..<120_000: "\(decimalText(milliseconds / 1000, digits: 0))s"
        case ..<7_200_000: "\(decimalText(milliseconds / 60_000, digits: 0))m"
        case ..<172_800_000: "\(decimalText(milliseconds / 3_600_000, digits: 0))h"
        default: "\(decimalText(milliseconds / 86_400_000, digits: 0))d"
        }
    }

    private static func scaledText(_ value: Double, step: Double, suffixes: [String]) -> String {
        var scaled = value
        var index = 0
        while abs(scaled) >= step, index < suffixes.count - 1 {
            scaled /= step
            index += 1
        }
        let digits = index == 0 && scaled == scaled.rounded() || abs(scaled) >= 100 ? 0 : 1
        return decimalText(scaled, digits: digits) + suffixes[index]
    }

    /// A number with at most one decimal, which is left out when it is 0.
    private static func decimalText(_ value: Double, digits: Int) -> String {
        let tenths = (value * (digits == 0 ? 1 : 10)).rounded()
        guard let whole = Int64(exactly: tenths) else { return "\(value)" }
        guard digits > 0, whole % 10 != 0 else { return "\(digits == 0 ? whole : whole / 10)" }
        return "\(whole < 0 ? "-" : "")\((whole / 10).magnitude).\((whole % 10).magnitude)"
    }
}
