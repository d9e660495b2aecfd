import Cluster
import Operations

/// A reset plan and what became of it, as they are printed.
struct ResetReport {
    /// The plan.
    let plan: ResetPlan
    /// What became of it; empty where it was only shown.
    let executed: ResetJob.Executed
    /// How the cluster was reached, for the command that takes it back.
    let options: ClusterOptions

    /// Where the plan goes elsewhere than was asked, and what an undo would overwrite.
    static func warnings(_ plan: ResetPlan, _ scenario: ResetScenario) -> [String] {
        let warnings = plan.rows.compactMap(\.warning)
        guard case .undo(let file) = scenario, plan.refusals.isEmpty else { return warnings }
        let commits =
            plan.rows.map { ($0.topicPartition, $0.oldOffset) }
            + plan.removals.map { ($0.topicPartition, Optional($0.oldOffset)) }
        let moved = file.moved(from: Dictionary(commits) { first, _ in first }.compactMapValues(\.self))
        return warnings + moved.map { "\($0) has been moved or read on since that reset" }
    }

    /// Kafka's table.
    var table: [String] { lines(["NEW-OFFSET"]) { [Self.text($0.newOffset)] } }

    /// Kafka's table with what it leaves out.
    var detailedTable: [String] {
        lines(["OLD-OFFSET", "NEW-OFFSET", "DIFFERENCE", "READ-AGAIN", "SKIPPED"]) { line in
            [
                Self.text(line.oldOffset), Self.text(line.newOffset),
                line.difference.map { $0 > 0 ? "+\($0)" : "\($0)" } ?? GroupTables.missing,
                Self.text(line.movement?.reread), Self.text(line.movement?.skipped),
            ]
        }
    }

    /// What is said below the table: what was not done, and what takes back what was.
    var afterwords: [String] {
        let failures = executed.outcomes.compactMap { outcome -> String? in
            guard case .failure(let error) = outcome.result else { return nil }
            return "Error: \(outcome.topicPartition) of group '\(outcome.group)' was not moved: \(error)"
        }
        let undo = executed.undo.map { file in "Undo file \(file.path); this takes it back:\n  \(command(file))" }
        return failures + undo
    }

    /// The command line that takes a reset back.
    private func command(_ file: UndoFile) -> String {
        let place =
            options.bootstrapServer == ClusterOptions.defaultBootstrap
            ? "" : " --bootstrap-server \(KafkaToolLine.quoted(options.bootstrapServer))"
        return "weir groups reset-offsets --group \(KafkaToolLine.quoted(file.group)) "
            + "--undo \(KafkaToolLine.quoted(file.path)) --execute\(place)\(options.write ? " --write" : "")"
    }

    /// The plan and what became of it.
    func json(isExecuted: Bool) -> JSONValue {
        var errors: [String: [TopicPartition: String]] = [:]
        for outcome in executed.outcomes {
            if case .failure(let error) = outcome.result {
                errors[outcome.group, default: [:]][outcome.topicPartition] = "\(error)"
            }
        }
        return [
            "executed": .bool(isExecuted),
            "offsets": .array(
                lines.map { line in
                    [
                        "group": .string(line.group),
                        "topic": .string(line.topicPartition.topic),
                        "partition": JSONValue(line.topicPartition.partition),
                        "oldOffset": JSONValue(line.oldOffset),
                        "newOffset": JSONValue(line.newOffset),
                        "reread": JSONValue(line.movement?.reread),
                        "skipped": JSONValue(line.movement?.skipped),
                        "warning": JSONValue(line.warning),
                        "error": JSONValue(errors[line.group]?[line.topicPartition]),
                    ]
                }),
            "refused": .array(
                plan.refusals.map { ["group": .string($0.group), "reason": .string("\($0)")] }),
            "undo": .array(
                executed.undo.map { file in
                    [
                        "group": .string(file.group), "path": .string(file.path), "command": .string(command(file)),
                    ]
                }),
        ]
    }
}

extension ResetReport {
    /// A partition of the plan, moved or left without a commit.
    private struct Line {
        var group: String
        var topicPartition: TopicPartition
        var oldOffset: Int64?
        var newOffset: Int64?
        var movement: ResetPlan.Movement?
        var warning: String?

        /// New less old offset; nil where either is missing.
        var difference: Int64? {
            guard let oldOffset, let newOffset else { return nil }
            let (difference, overflowed) = newOffset.subtractingReportingOverflow(oldOffset)
            return overflowed ? nil : difference
        }
    }

    /// The plan's partitions, those whose commit is taken away last.
    private var lines: [Line] {
        plan.rows.map { row in
            Line(
                group: row.group, topicPartition: row.topicPartition, oldOffset: row.oldOffset,
                newOffset: row.newOffset, movement: row.movement, warning: row.warning)
        }
            + plan.removals.map {
                Line(group: $0.group, topicPartition: $0.topicPartition, oldOffset: $0.oldOffset)
            }
    }

    private func lines(_ header: [String], _ columns: (Line) -> [String]) -> [String] {
        func line(_ first: [String], _ rest: [String]) -> String {
            let widths = [30, 30, 10] + rest.map { _ in 15 }
            return zip(first + rest, widths).map(GroupTables.padded).joined(separator: " ")
        }
        return [line(["GROUP", "TOPIC", "PARTITION"], header)]
            + lines.map {
                line([$0.group, $0.topicPartition.topic, "\($0.topicPartition.partition)"], columns($0))
            }
    }

    private static func text(_ number: Int64?) -> String { number.map { "\($0)" } ?? GroupTables.missing }
}
