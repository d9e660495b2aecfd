import ArgumentParser
import StreamQuery

/// `weir query test`: runs statements over input records and compares what they write.
struct QueryTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs statements over given records and compares the records they write, without a broker.",
        discussion: """
            The files are those of ksqlDB's ksql-test-runner:

              {"inputs": [{"topic": "page-views", "timestamp": 0, "key": "u1", "value": {"page": "/a"}}]}
              {"outputs": [{"topic": "VIEWS", "timestamp": 0, "key": "/a", "value": {"N": 1},
                            "window": {"start": 0, "end": 60000, "type": "time"}}]}

            The records of each topic named in the outputs must be all it gets, in this order; members that are left out \
            (timestamp, window) are not compared. Every change is told, as with ksqlDB's cache switched off.

            Exit codes: 0 all outputs are as expected; 1 some are not; 64 a file or a statement is wrong.
            """
    )

    @Option(name: [.customShort("s"), .customLong("sql-file")], help: "The statements.")
    var statements: String

    @Option(name: [.customShort("i"), .customLong("input-file")], help: "The input records.")
    var input: String

    @Option(name: [.customShort("o"), .customLong("output-file")], help: "The output records that are expected.")
    var output: String

    /// The most bytes of a file.
    private static let maxFileBytes = 64 << 20

    func run() throws {
        do throws(VerbFailure) {
            try carryOut(.standard)
            try Shell.standard.flush()
        } catch {
            if error.message.isEmpty {
                try Shell.standard.flush()
            } else {
                try Shell.standard.say("weir query test: \(error.message)")
            }
            throw ExitCode(error.kind.rawValue)
        }
    }

    /// Runs the test and prints what differs.
    ///
    /// - Throws: `VerbFailure`: `.usage` where a file is wrong, `.alreadySaid` where outputs differ.
    func carryOut(_ shell: Shell) throws(VerbFailure) {
        let report = try report()
        for mismatch in report.mismatches {
            try shell.line("\(mismatch.topic), record \(mismatch.number)")
            try shell.line("  expected  \(mismatch.expected ?? "no record")")
            try shell.line("  actual    \(mismatch.actual ?? "no record")")
        }
        for failure in report.failures { try shell.say("note: \(failure)") }
        guard report.mismatches.isEmpty else {
            try shell.line("\(report.mismatches.count) of the records differ; \(report.compared) were expected.")
            throw .alreadySaid
        }
        try shell.line("All \(report.compared) records are as expected.")
    }

    private func report() throws(VerbFailure) -> StatementTest.Report {
        let text = try QueryFile.text(try QueryFile.read(statements, upTo: Self.maxFileBytes), statements)
        let inputs = try QueryFile.read(input, upTo: Self.maxFileBytes)
        let outputs = try QueryFile.read(output, upTo: Self.maxFileBytes)
        do {
            return try StatementTest.run(statements: text, input: inputs, output: outputs)
        } catch let error as StatementError {
            throw VerbFailure(.usage, "\(statements), \(error)")
        } catch {
            throw VerbFailure(.usage, "\(error)")
        }
    }
}
