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

            Before anything is moved, --execute writes an undo file for each group, as R of the console does, where U of the console \
            finds it too: undo/CLUSTER/GROUP/TIME.csv below state in the data directory of this user. --undo FILE goes back to \
            the commits in it, and takes those away that were not there. Where the file cannot be written nothing is moved. Of each \
            group the newest \(UndoFolder.keptCount) files are kept, and all that are younger than \
            \(UndoFolder.keptFor / 86_400_000) days.

            JSON: an object with executed, offsets (group, topic, partition, oldOffset, newOffset (null where the commit is taken \
            away), reread, skipped, warning, error), refused (group, reason) and undo (group, path, command).

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
        let scopes = [allTopics, !topic.isEmpty, target.namesPartitions].count(where: { $0 })
        guard scopes == 1 else {
            throw ValidationError(
                "One of the reset scopes should be defined: --all-topics, --topic "
                    + "(or --from-file or --undo, which say it themselves)."
            )
        }
        guard target.undo == nil || choice.wanted?.count == 1 else {
            throw ValidationError("--undo takes back the reset of one group; name it with --group")
        }
        guard !(export && target.undo != nil) else {
            throw ValidationError("--export of --undo would be the file itself; leave one of the two")
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
        // Undo files are kept by the cluster's id.
        let clusterID = execute || target.undo != nil ? try await cluster.status().clusterID : ""
        let request = ResetRequest(
            groups: names, scope: try scope(),
            scenario: try target.scenario(onlyGroup: onlyGroup, clusterID: clusterID))
        let job = ResetJob(cluster)
        let plan = try await job.plan(request)
        for refusal in plan.refusals { try shell.say("Error: \(refusal)") }
        for warning in ResetReport.warnings(plan, request.scenario) { try shell.say("Warning: \(warning)") }
        let executed =
            execute ? try await carryOut(plan, job, clusterID: clusterID, shell) : ResetJob.Executed()
        let report = ResetReport(plan: plan, executed: executed, options: reach)
        if format.json {
            try shell.json(report.json(isExecuted: execute))
        } else if export {
            for line in plan.file.text(namesGroups: onlyGroup == nil).split(separator: "\n") {
                try shell.line(String(line))
            }
        } else {
            try shell.line("")
            try shell.lines(detail ? report.detailedTable : report.table)
        }
        for word in report.afterwords { try shell.say(word) }
        if !dryRun, !execute, !export {
            try shell.say("Nothing has been changed: this is what --execute would do.")
        }
        if !plan.refusals.isEmpty || executed.outcomes.contains(where: { $0.isFailure }) {
            throw VerbFailure.alreadySaid
        }
    }

    /// Moves the offsets, once what takes it back is on disk.
    private func carryOut(
        _ plan: ResetPlan, _ job: ResetJob, clusterID: String, _ shell: Shell
    ) async throws(VerbFailure) -> ResetJob.Executed {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        do throws(UndoError) {
            return try await job.execute(
                plan, undo: UndoFolder(stateDirectory: shell.stateDirectory), clusterID: clusterID, now: now)
        } catch {
            throw VerbFailure(.notDone, "nothing was moved, as what takes it back cannot be kept: \(error)")
        }
    }

    private func scope() throws(ResetError) -> ResetScope {
        if target.namesPartitions { return .file }
        if allTopics { return .committed }
        var topics: [ResetTopic] = []
        for text in topic { topics.append(try ResetTopic(parsing: text)) }
        return .topics(topics)
    }
}
