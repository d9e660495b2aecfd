import ArgumentParser
import Cluster

/// `weir topics compact`: what a compaction would do, and the order to do it.
struct TopicsCompact: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Shows what compacting topics would remove, and with --execute starts it.",
        discussion: """
            Without --execute nothing changes. The embedded broker takes the order directly and can be watched. Real Kafka has no \
            such request: its cleaner is asked by a temporary change of the topic's settings, which is shown, has to be confirmed \
            by typing the topic's name (or --yes), and is put back exactly before this command ends. Whether the cleaner ran \
            meanwhile cannot be observed, and no figure claims it.

            JSON: {"previews": [{"topic", "partition", "records", "recordsRemovable", "bytes", "bytesRemovable", "keysKept", \
            "tombstonesKept", "endOffset", "estimate", "holds": [{"reason", "bytes", "records"}], "settings": [{"name", \
            "original", "temporary"}]}], "started", "runs": [{"topic", "partition", "phase", "active", "recordsRemoved", \
            "bytesRemoved", "error"}], "unobserved": [topic-partition]}.
            """
    )

    @OptionGroup var selection: TopicSelection

    @Option(help: ArgumentHelp("Only these partitions.", valueName: "list"))
    var partitions: NumberList?

    @Flag(help: "Starts the compaction.")
    var execute = false

    @Flag(help: "Rolls the active segments first, so that their records take part.")
    var roll = false

    @Flag(help: "Waits until the runs have ended, where that can be observed.")
    var wait = false

    @Flag(name: .shortAndLong, help: "Changes settings of a Kafka cluster for a while without asking.")
    var yes = false

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var output: OutputOptions

    static let compacts = true

    var changesCluster: Bool { execute }

    func validate() throws {
        guard !selection.isAll else { throw ValidationError("name the topics, as arguments or by --topic") }
        guard execute || !wait else { throw ValidationError("--wait needs --execute: a preview starts nothing") }
    }

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        let found = try await selection.find(in: cluster)
        try found.requireAll()
        let wanted = try chosen(of: found.topics)
        let previews = try await cluster.previewCompaction(of: wanted, rollActive: roll)
        if !output.json { try shell.lines(CompactionRows.table(previews)) }
        guard execute else {
            if output.json { try shell.json(Self.json(previews, isStarted: false, nil)) }
            return
        }
        for topic in found.topics
        where previews.contains(where: { $0.topicPartition.topic == topic.name && !$0.settings.isEmpty }) {
            try shell.confirm(
                "The settings of \(topic.name) above will be changed for a while and then put back.",
                typing: topic.name,
                isConfirmed: yes)
        }
        let watch = try await CompactionWatch(wanted, in: cluster)
        try await cluster.compact(wanted, rollActive: roll)
        // Settings that are changed for a while are put back by this process, so it stays until they are.
        let isWaiting = wait || !cluster.capabilities.contains(.compaction)
        if isWaiting, !wait { try shell.say("The settings are changed; this ends when they have been put back.") }
        if !output.json, !isWaiting { try shell.line("Compaction of \(Self.count(wanted)) started.") }
        try report(
            isWaiting ? try await watch.untilEnded() : try await watch.now(), previews, isWaiting: isWaiting, shell)
    }

    private func chosen(of topics: [TopicDescription]) throws(VerbFailure) -> [TopicPartition] {
        let numbers = partitions.map { Set($0.numbers) }
        var chosen: [TopicPartition] = []
        for topic in topics {
            let there = topic.partitions.map(\.partition)
            let absent = (numbers ?? []).subtracting(there).sorted().map { "\(topic.name)-\($0)" }
            guard absent.isEmpty else {
                throw VerbFailure(.notDone, "\(absent.joined(separator: ", ")) does not exist")
            }
            chosen += there.filter { numbers?.contains($0) ?? true }.map {
                TopicPartition(topic: topic.name, partition: $0)
            }
        }
        return chosen
    }

    private func report(
        _ outcome: CompactionWatch.Outcome, _ previews: [CompactionPreview], isWaiting: Bool, _ shell: Shell
    ) throws(VerbFailure) {
        if output.json {
            try shell.json(Self.json(previews, isStarted: true, outcome))
        } else if isWaiting {
            try shell.lines(outcome.runs.map(CompactionRows.line))
            if !outcome.unobserved.isEmpty {
                let names = outcome.unobserved.map { "\($0)" }.joined(separator: ", ")
                try shell.say("The cluster does not tell what became of \(names); it was asked for, no more is known.")
            }
        }
        let failed = outcome.runs.filter { $0.failure != nil }
        guard failed.isEmpty else {
            throw VerbFailure(.notDone, failed.map(CompactionRows.line).joined(separator: "; "))
        }
    }

    private static func json(
        _ previews: [CompactionPreview], isStarted: Bool, _ outcome: CompactionWatch.Outcome?
    ) -> JSONValue {
        [
            "previews": .array(previews.map(CompactionRows.json)),
            "started": .bool(isStarted),
            "runs": .array((outcome?.runs ?? []).map(CompactionRows.json)),
            "unobserved": JSONValue((outcome?.unobserved ?? []).map { "\($0)" }),
        ]
    }

    private static func count(_ partitions: [TopicPartition]) -> String {
        partitions.count == 1 ? "1 partition" : "\(partitions.count) partitions"
    }
}
