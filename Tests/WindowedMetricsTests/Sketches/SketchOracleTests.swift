import ChildProcess
import Foundation
import SeededNumbers
import Testing
import WindowedMetrics

/// The sketches beside those of other authors, over the same values: PyPI's `datasketches` (Apache DataSketches) and `ddsketch` (Datadog).
@Suite("Sketches beside other authors' sketches")
struct SketchOracleTests {
    /// A Python that has both packages, as `.ci/run` makes one where it can.
    private static let python: String? = {
        guard let path = ProcessInfo.processInfo.environment["WEIR_PYTHON"] else { return nil }
        return (try? run(path, "import datasketches, ddsketch")) == nil ? nil : path
    }()

    /// What a Python script prints; its input is a file that it is given by name.
    private static func run(_ python: String, _ script: String, _ input: String = "") throws -> [Double] {
        let file = FileManager.default.temporaryDirectory.appending(path: "weir-sketches-\(UUID().uuidString)")
        try Data(input.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = ChildProcess()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-c", script, file.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    }

    @Test(
        "distinct counts err no more than DataSketches' HyperLogLog of the same size",
        .enabled(if: python != nil, "WEIR_PYTHON names no Python with datasketches and ddsketch"))
    func distinct() throws {
        let python = try #require(Self.python)
        let script = """
            import datasketches, sys
            for line in open(sys.argv[1]):
                seed, size = map(int, line.split())
                sketch = datasketches.hll_sketch(14, datasketches.HLL_8)
                for n in range(size): sketch.update(f'{seed}-{n}')
                print(sketch.get_estimate())
            """
        let trials = (1...30).map { (seed: $0, size: 5_000 * (1 + $0 % 4)) }
        let theirs = try Self.run(python, script, trials.map { "\($0.seed) \($0.size)" }.joined(separator: "\n"))
        try #require(theirs.count == trials.count)
        var (ourSquares, theirSquares) = (0.0, 0.0)
        for (trial, other) in zip(trials, theirs) {
            var count = DistinctCount(exactLimit: DistinctCount.sketchSizedLimit)
            for number in 0..<trial.size { count.insert(AggregateValue.text("\(trial.seed)-\(number)").fingerprint) }
            let (ours, size) = (Double(count.estimate), Double(trial.size))
            #expect(abs(ours - other) <= 8 * DistinctCount.standardError * size, "\(trial): \(ours), theirs \(other)")
            ourSquares += (ours / size - 1) * (ours / size - 1)
            theirSquares += (other / size - 1) * (other / size - 1)
        }
        let (ours, other) = ((ourSquares / 30).squareRoot(), (theirSquares / 30).squareRoot())
        print("relative error of 30 distinct counts: \(ours), DataSketches \(other)")
        // Both estimate the error of 0.81 % by thirty trials, so to within about an eighth of it.
        #expect(ours < 1.6 * DistinctCount.standardError)
    }

    @Test(
        "quantiles lie where Datadog's DDSketch puts them",
        .enabled(if: python != nil, "WEIR_PYTHON names no Python with datasketches and ddsketch"),
        arguments: 1...3 as ClosedRange<UInt64>)
    func quantiles(seed: UInt64) throws {
        print("seed", seed)
        let python = try #require(Self.python)
        var random = SeededGenerator(seed: seed)
        let numbers = (0..<3_000).map { _ in 1 / Double.random(in: 1e-6...1, using: &random) }
        let script = """
            import ddsketch, sys
            sketch = ddsketch.DDSketch(0.01)
            for line in open(sys.argv[1]): sketch.add(float(line))
            for share in (0.01, 0.25, 0.5, 0.9, 0.99, 0.999): print(sketch.get_quantile_value(share))
            """
        let theirs = try Self.run(python, script, numbers.map { "\($0)" }.joined(separator: "\n"))
        try #require(theirs.count == 6)
        var sketch = QuantileSketch(accuracy: 0.01)
        for number in numbers { sketch.insert(number) }
        for (share, other) in zip([0.01, 0.25, 0.5, 0.9, 0.99, 0.999], theirs) {
            let ours = try #require(sketch.quantile(share))
            // Each is within 1 % of the same number.
            #expect(abs(ours - other) <= 0.0203 * other, "\(share): \(ours), theirs \(other)")
        }
    }
}
