import AlertRules
import ChildProcess
import Foundation

/// Debian's promtool, the judge of what PromQL and rules mean: Prometheus 2.42.
enum Promtool {
    /// Whether it is there; where nothing may be missing it is taken to be, and its tests fail without it.
    static let isAvailable: Bool =
        ProcessInfo.processInfo.environment["WEIR_TESTS_MUST_NOT_SKIP"] != nil || path != nil

    static let missing = "needs promtool, of Debian's prometheus"

    private static let path: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/promtool" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    /// What it printed, and its exit code.
    struct Outcome {
        var text: String
        var code: Int32
    }

    struct NotThere: Error {}

    /// Runs it in a folder.
    static func run(_ arguments: [String], in folder: URL) throws -> Outcome {
        guard let path else { throw NotThere() }
        let output = folder.appendingPathComponent("output-\(UUID().uuidString)")
        try Data().write(to: output)
        let handle = try FileHandle(forWritingTo: output)
        let process = ChildProcess()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        try handle.close()
        return Outcome(text: try String(contentsOf: output, encoding: .utf8), code: process.terminationStatus)
    }

    /// Runs `body` with a folder that holds files and is deleted afterwards.
    static func withFolder<Result>(_ files: [String: String], _ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-promtool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        return try body(folder)
    }
}

/// What an expression came to: samples as text with their values, or an error.
enum ExpressionOutcome: Equatable, CustomStringConvertible {
    case samples([String: Double])
    case error(String)

    var description: String {
        switch self {
        case .error(let reason): "error: \(reason)"
        case .samples(let samples):
            "[" + samples.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ") + "]"
        }
    }

    /// Whether both are errors, or have the same samples, values equal but for rounding in their last digits.
    func agrees(with other: ExpressionOutcome) -> Bool {
        switch (self, other) {
        case (.error, .error): return true
        case (.samples(let one), .samples(let two)):
            guard one.count == two.count else { return false }
            return one.allSatisfy { series, value in
                guard let second = two[series] else { return false }
                if value == second || (value.isNaN && second.isNaN) { return true }
                return (value - second).magnitude <= 1e-9 * max(value.magnitude, second.magnitude, 1e-3)
            }
        default: return false
        }
    }
}

extension Promtool {
    /// What it says each expression comes to at its time, over series in the notation of its tests.
    ///
    /// Each check expects a sample that nothing gives, so that every one fails and shows what came.
    static func outcomes(
        of checks: [(expression: String, time: String)], series: [(metric: String, values: String)],
        interval: String
    ) throws -> [ExpressionOutcome] {
        let quoted = { (text: String) in "'\(text.replacing("'", with: "''"))'" }
        var text = "evaluation_interval: \(interval)\ntests:\n- interval: \(interval)\n  input_series:\n"
        for (metric, values) in series { text += "  - series: \(quoted(metric))\n    values: \(quoted(values))\n" }
        text += "  promql_expr_test:\n"
        for (expression, time) in checks {
            text += "  - expr: \(quoted(expression))\n    eval_time: \(time)\n"
            text += "    exp_samples: [{labels: 'no_such_series_at_all', value: 1}]\n"
        }
        let outcome = try withFolder(["t.yml": text]) { try run(["test", "rules", "t.yml"], in: $0) }
        return parse(outcome.text)
    }

    private static func parse(_ output: String) -> [ExpressionOutcome] {
        var outcomes: [ExpressionOutcome] = []
        for line in output.split(separator: "\n") {
            if line.hasPrefix("    expr: "), let error = line.firstRange(of: ", err: ") {
                outcomes.append(.error(String(line[error.upperBound...])))
            } else if line.hasPrefix("        got:") {
                outcomes.append(.samples(samples(line.dropFirst("        got:".count))))
            }
        }
        return outcomes
    }

    /// `{__name__="x", a="b"} 1E+00, {} NaN`
    private static func samples(_ text: Substring) -> [String: Double] {
        var samples: [String: Double] = [:]
        var rest = text.drop { $0 == " " }
        while rest.hasPrefix("{"), let close = rest.firstIndex(of: "}") {
            let labels = rest[...close]
            rest = rest[rest.index(after: close)...].dropFirst()
            let number = rest.prefix { $0 != "," }
            samples[String(labels)] = Double(number.lowercased()) ?? .nan
            rest = rest.dropFirst(number.count + 2)
        }
        return samples
    }
}
