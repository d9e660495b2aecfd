import ArgumentParser
import Cluster
import Foundation
import Operations

/// `weir groups reset-offsets`: moves the committed offsets of groups without members.
struct GroupsReset: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "reset-offsets",
        abstract: "Shows where committed offsets would go, and with --execute moves them there.",
        discussion: """
            Only groups without active members are moved. Offsets outside a log are moved to its nearest end, with a warning; so is \
            a time that no record has reached, to the end. The file of --from-file, which --export prints, has lines of \
            topic,partition,offset for one group or group,topic,partition,offset for several.

            JSON: an object with executed, offsets (group, topic, partition, oldOffset, newOffset, reread, skipped, warning, error) \
            and refused (group, reason).

            \(VerbFailure.help)
            """
    )

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup var choice: GroupChoice
    @OptionGroup var target: ResetTarget

    @Option(
        help: ArgumentHelp("A topic, or some of its partitions; may be given again.", valueName: "topic[:0,1,…]"),
        completion: .topics)
    var topic: [String] = []

    @Flag(help: "All partitions that the group has committed.")
    var allTopics = false

    @Flag(help: "Shows what would be done (default).")
    var dryRun = false

    @Flag(help: "Commits the offsets.")
    var execute = false

    @Flag(help: "Prints the offsets in the form that --from-file reads.")
    var export = false

    @Flag(help: "Shows the old offset, the difference, and how many records are read again or skipped.")
    var detail = false

    var changesCluster: Bool { execute }

    func validate() throws {
        guard !(dryRun && execute) else { throw ValidationError("--dry-run and --execute exclude each other") }
        guard !(export && (detail || format.json)) else {
            throw ValidationError("--export prints a file; leave --detail and --json")
        }
        let scopes = [allTopics, !topic.isEmpty, target.fromFile != nil].count(where: { $0 })
        guard scopes == 1 else {
            throw ValidationError(
                "One of the reset scopes should be defined: --all-topics, --topic (or --from-file, which says it itself)."
            )
        }
        do throws(ResetError) {
            _ = try scope()
        } catch {
            throw ValidationError("--topic: \(error)")
        }
    }

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        let names = choice.wanted
        let onlyGroup = names?.count == 1 ? names?.first : nil
        let request = ResetRequest(
            groups: names, scope: try scope(), scenario: try target.scenario(onlyGroup: onlyGroup))
        let job = ResetJob(cluster)
        let plan = try await job.plan(request)
        for refusal in plan.refusals { try shell.say("Error: \(refusal)") }
        for warning in plan.rows.compactMap(\.warning) { try shell.say("Warning: \(warning)") }
        let outcomes = execute ? await job.execute(plan) : []
        let failures = outcomes.compactMap { outcome -> (ResetPlan.Row, ClusterError)? in
            guard case .failure(let error) = outcome.result else { return nil }
            return (outcome.row, error)
        }
        if format.json {
            try shell.json(ResetReport.json(plan, failures, isExecuted: execute))
        } else if export {
            for line in plan.file.text(namesGroups: onlyGroup == nil).split(separator: "\n") {
                try shell.line(String(line))
            }
        } else {
            try shell.line("")
            try shell.lines(detail ? ResetReport.detailedTable(plan) : ResetReport.table(plan))
        }
        for (row, error) in failures {
            try shell.say("Error: \(row.topicPartition) of group '\(row.group)' was not moved: \(error)")
        }
        if !dryRun, !execute, !export {
            try shell.say("Nothing has been changed: this is what --execute would do.")
        }
        if !plan.refusals.isEmpty || !failures.isEmpty { throw VerbFailure.alreadySaid }
    }

    private func scope() throws(ResetError) -> ResetScope {
        if target.fromFile != nil { return .file }
        if allTopics { return .committed }
        var topics: [ResetTopic] = []
        for text in topic { topics.append(try ResetTopic(parsing: text)) }
        return .topics(topics)
    }
}

/// Where offsets are to go: exactly one of Kafka's scenarios.
struct ResetTarget: ParsableArguments {
    @Flag(help: "To each log's first offset.")
    var toEarliest = false

    @Flag(help: "To each log's end.")
    var toLatest = false

    @Flag(help: "To where they are now; to the end where there is no commit.")
    var toCurrent = false

    @Option(parsing: .unconditional, help: "To one offset.")
    var toOffset: Int64?

    @Option(parsing: .unconditional, help: "So many records on, or back where negative.")
    var shiftBy: Int64?

    @Option(
        help: ArgumentHelp(
            "To the first record at or after a time, in UTC unless a zone follows; also 14:02, yesterday 14:00, -2h.",
            valueName: "YYYY-MM-DDTHH:mm:SS.sss"))
    var toDatetime: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("To the first record of so long ago.", valueName: "PnDTnHnMnS"))
    var byDuration: String?

    @Option(help: ArgumentHelp("To the offsets in a file.", valueName: "csv"), completion: .file())
    var fromFile: String?

    /// The largest file that is read.
    private static let maxFileBytes = 64 << 20

    func validate() throws {
        let given = [
            toEarliest, toLatest, toCurrent, toOffset != nil, shiftBy != nil, toDatetime != nil, byDuration != nil,
            fromFile != nil,
        ]
        guard given.count(where: { $0 }) == 1 else {
            throw ValidationError(
                "reset-offsets needs exactly one of --to-earliest, --to-latest, --to-current, --to-offset, --shift-by, "
                    + "--to-datetime, --by-duration and --from-file")
        }
        do throws(ResetError) {
            if let toDatetime { _ = try VerbTime.milliseconds(toDatetime) }
            if let byDuration { _ = try ResetTimes.duration(byDuration) }
        } catch {
            throw ValidationError("\(toDatetime == nil ? "--by-duration" : "--to-datetime"): \(error)")
        }
    }

    /// The scenario, as of now.
    ///
    /// - Parameter onlyGroup: The group that a file without groups is for.
    /// - Throws: `VerbFailure.usage` for a file that cannot be read.
    func scenario(onlyGroup: String?) throws -> ResetScenario {
        if toEarliest { return .earliest }
        if toLatest { return .latest }
        if let toOffset { return .offset(toOffset) }
        if let shiftBy { return .shift(shiftBy) }
        if let toDatetime { return .time(try VerbTime.milliseconds(toDatetime)) }
        if let byDuration {
            let now = Int64(Date().timeIntervalSince1970 * 1000)
            return .back(try ResetTimes.duration(byDuration), from: now)
        }
        if let fromFile { return .file(try file(fromFile, onlyGroup)) }
        return .current
    }

    private func file(_ path: String, _ onlyGroup: String?) throws(VerbFailure) -> ResetFile {
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            let data = try handle.read(upToCount: Self.maxFileBytes + 1) ?? Data()
            guard data.count <= Self.maxFileBytes else {
                throw VerbFailure(.usage, "\(path) has more than \(Self.maxFileBytes) bytes")
            }
            guard let text = String(validating: data, as: UTF8.self) else {
                throw VerbFailure(.usage, "\(path) is not UTF-8")
            }
            return try ResetFile(parsing: text, group: onlyGroup)
        } catch let error as VerbFailure {
            throw error
        } catch let error as ResetError {
            throw VerbFailure(.usage, "\(path), \(error)")
        } catch {
            throw VerbFailure(.usage, "\(path) cannot be read: \(error.localizedDescription)")
        }
    }
}

/// A reset plan as it is printed.
enum ResetReport {
    /// Kafka's table.
    static func table(_ plan: ResetPlan) -> [String] {
        lines(["NEW-OFFSET"], plan) { ["\($0.newOffset)"] }
    }

    /// Kafka's table with what it leaves out.
    static func detailedTable(_ plan: ResetPlan) -> [String] {
        lines(["OLD-OFFSET", "NEW-OFFSET", "DIFFERENCE", "READ-AGAIN", "SKIPPED"], plan) { row in
            [
                row.oldOffset.map { "\($0)" } ?? GroupTables.missing, "\(row.newOffset)",
                row.difference.map { $0 > 0 ? "+\($0)" : "\($0)" } ?? GroupTables.missing,
                row.movement.map { "\($0.reread)" } ?? GroupTables.missing,
                row.movement.map { "\($0.skipped)" } ?? GroupTables.missing,
            ]
        }
    }

    private static func lines(
        _ header: [String], _ plan: ResetPlan, _ columns: (ResetPlan.Row) -> [String]
    ) -> [String] {
        func line(_ first: [String], _ rest: [String]) -> String {
            let widths = [30, 30, 10] + rest.map { _ in 15 }
            return zip(first + rest, widths).map(GroupTables.padded).joined(separator: " ")
        }
        return [line(["GROUP", "TOPIC", "PARTITION"], header)]
            + plan.rows.map { row in
                line([row.group, row.topicPartition.topic, "\(row.topicPartition.partition)"], columns(row))
            }
    }

    /// The plan and what became of it.
    static func json(
        _ plan: ResetPlan, _ failures: [(ResetPlan.Row, ClusterError)], isExecuted: Bool
    ) -> JSONValue {
        [
            "executed": .bool(isExecuted),
            "offsets": .array(
                plan.rows.map { row in
                    let error = failures.first { $0.0 == row }.map { "\($0.1)" }
                    return [
                        "group": .string(row.group),
                        "topic": .string(row.topicPartition.topic),
                        "partition": JSONValue(row.topicPartition.partition),
                        "oldOffset": JSONValue(row.oldOffset),
                        "newOffset": JSONValue(row.newOffset),
                        "reread": JSONValue(row.movement?.reread),
                        "skipped": JSONValue(row.movement?.skipped),
                        "warning": JSONValue(row.warning),
                        "error": JSONValue(error),
                    ]
                }),
            "refused": .array(
                plan.refusals.map { ["group": .string($0.group), "reason": .string("\($0)")] }),
        ]
    }
}

extension ResetPlan.Row {
    /// New less old offset; nil without a commit.
    fileprivate var difference: Int64? {
        guard let oldOffset else { return nil }
        let (difference, overflowed) = newOffset.subtractingReportingOverflow(oldOffset)
        return overflowed ? nil : difference
    }
}
