/// A test of statements: input records go in, in order, and the output records are compared with those that are expected.
///
/// The files are those of ksqlDB's `ksql-test-runner`, so tests that users have run here as they are.
package struct StatementTest {
    /// An output that is not what was expected.
    package struct Mismatch: Equatable, Sendable {
        package var topic: String
        /// Which record of the topic, from 1.
        package var number: Int
        /// The record that was expected; nil where there should have been none.
        package var expected: String?
        /// The record that came; nil where none did.
        package var actual: String?
    }

    /// What a test came to.
    package struct Report: Equatable, Sendable {
        /// How many outputs were compared.
        package var compared: Int
        package var mismatches: [Mismatch] = []
        /// What failed in records: `topic: reason`.
        package var failures: [String] = []

        /// A report of so many outputs that were as expected.
        package init(compared: Int) { self.compared = compared }
    }

    /// Runs a test.
    ///
    /// - Parameters:
    ///   - statements: The statements' text.
    ///   - input: The input file: `{"inputs": […]}`.
    ///   - output: The output file: `{"outputs": […]}`.
    /// - Throws: `StatementError` with its place, `TestFileError`, or what the engine says of windows out of its range.
    package static func run(statements: String, input: [UInt8], output: [UInt8]) throws -> Report {
        let inputs = try TestRecords.read(input, "inputs")
        let expected = try TestRecords.read(output, "outputs")
        var run = try StatementRun(statements)
        for record in inputs {
            guard let source = run.source(of: record.topic) else {
                throw TestFileError(description: "no stream or table reads the topic \(record.topic)")
            }
            var key = try TestRecords.bytes(record.key, source.schema.key, source.keyFormat)
            if let window = source.window, let place = record.window {
                key = WindowedKey.bytes(key ?? [], start: place.start, end: place.end, window)
            }
            run.feed(
                record.topic, key: key,
                value: try TestRecords.bytes(record.value, source.schema.value, source.valueFormat),
                timestamp: record.timestamp ?? 0)
        }
        return try report(expected, run)
    }

    private static func report(_ expected: [TestRecord], _ run: StatementRun) throws -> Report {
        var report = Report(compared: expected.count)
        var topics: [String] = []
        for record in expected where !topics.contains(record.topic) { topics.append(record.topic) }
        for topic in topics {
            guard let source = run.source(of: topic) else {
                throw TestFileError(description: "no statement writes the topic \(topic)")
            }
            let wanted = expected.filter { $0.topic == topic }
            let came = run.outputs.filter { $0.topic == topic }
            for number in 0..<max(wanted.count, came.count) {
                let left = number < wanted.count ? wanted[number] : nil
                let right = number < came.count ? came[number] : nil
                if let left, let right, try isSame(left, right, source) { continue }
                report.mismatches.append(
                    Mismatch(
                        topic: topic, number: number + 1, expected: left.map { text($0) },
                        actual: right.map { text($0, source) }))
            }
        }
        for (topic, log) in run.failures {
            report.failures += log.samples.map { "\(topic): \($0.stage.name) of offset \($0.offset): \($0.reason)" }
        }
        return report
    }

    private static func isSame(
        _ expected: TestRecord, _ actual: StatementRun.Output, _ source: SourceDefinition
    ) throws(TestFileError) -> Bool {
        if let timestamp = expected.timestamp, timestamp != actual.timestamp { return false }
        if let window = expected.window, window != actual.window { return false }
        guard try isSame(expected.key, actual.key, source.schema.key, source.keyFormat) else { return false }
        return try isSame(expected.value, actual.value, source.schema.value, source.valueFormat)
    }

    private static func isSame(
        _ json: [UInt8]?, _ bytes: [UInt8]?, _ columns: [Schema.Column], _ format: RecordFormat
    ) throws(TestFileError) -> Bool {
        let wanted = try TestRecords.bytes(json, columns, format)
        if wanted == bytes { return true }
        guard format.kind == .json, let wanted, let bytes, let left = JSONScanner.canonical(wanted) else {
            return false
        }
        return left == JSONScanner.canonical(bytes)
    }

    // MARK: - texts

    private static func text(_ record: TestRecord) -> String {
        line(
            record.key.map { String(decoding: $0, as: UTF8.self) },
            record.value.map { String(decoding: $0, as: UTF8.self) },
            record.timestamp, record.window)
    }

    private static func text(_ output: StatementRun.Output, _ source: SourceDefinition) -> String {
        line(
            readable(output.key, source.schema.key, source.keyFormat),
            readable(output.value, source.schema.value, source.valueFormat), output.timestamp, output.window)
    }

    private static func line(_ key: String?, _ value: String?, _ timestamp: Int64?, _ window: ResultWindow?) -> String {
        var text = "\(key ?? "null") : \(value ?? "null")"
        if let timestamp { text += " @ \(timestamp)" }
        if let window { text += " [\(window.start), \(window.end)]" }
        return text
    }

    /// Bytes as the file would have them.
    private static func readable(_ bytes: [UInt8]?, _ columns: [Schema.Column], _ format: RecordFormat) -> String? {
        guard let bytes else { return nil }
        guard format.kind == .kafka, let type = columns.first?.type else {
            return String(decoding: bytes, as: UTF8.self)
        }
        let value = bytes.withUnsafeBufferPointer { try? KafkaFormat.read($0, type) }
        var writer = JSONValueWriter()
        writer.value(value ?? .null, type)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
