import ArgumentParser
import Cluster

/// `weir offsets`: what `kafka-get-offsets.sh` does.
struct OffsetsCommand: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "offsets",
        abstract: "Prints offsets of partitions: their ends, their starts, or by time.",
        discussion: """
            A line is topic:partition:offset, the form that weir records delete takes. Partitions without such an offset, as one \
            without a record after --time, are left out.

            JSON: an array of {"topic", "partition", "offset", "timestamp", "error"}; "offset" is null where there is none, \
            "error" where nothing went wrong.

            \(VerbFailure.help)
            """
    )

    @OptionGroup var selection: TopicSelection

    @Option(help: ArgumentHelp("Only these partitions of each topic.", valueName: "list"))
    var partitions: NumberList?

    @Option(
        help: ArgumentHelp(
            "Topics with partitions, instead of --topic and --partitions; a range ends before its upper bound.",
            valueName: "orders:0-3,…"))
    var topicPartitions: PartitionFilter?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "latest (-1), earliest (-2), max-timestamp (-3), or milliseconds since 1970 for the first record from then on.",
            valueName: "time"))
    var time = "latest"

    @Flag(
        name: [.customLong("exclude-internal-topics"), .customLong("exclude-internal")],
        help: "Leaves out the topics that the brokers keep for themselves.")
    var excludeInternal = false

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard topicPartitions == nil || (selection.isAll && partitions == nil) else {
            throw ValidationError("--topic-partitions stands alone, without topics and --partitions")
        }
        _ = try place()
    }

    private func place() throws -> OffsetSpec {
        guard let place = OffsetTime(argument: time) else {
            throw ValidationError(
                "Malformed time argument \(time). Please use -1 or latest / -2 or earliest / -3 or max-timestamp, or a"
                    + " specified long format timestamp")
        }
        return place.spec
    }

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        var (wanted, missing) = try await chosen(in: cluster)
        guard !wanted.isEmpty else {
            throw VerbFailure(.notDone, "Could not match any topic-partitions with the specified filters")
        }
        wanted.sort()
        let answers = await cluster.offsets(of: wanted, at: try place())
        var documents: [JSONValue] = []
        for partition in wanted {
            var found: FoundOffset?
            var reason: String?
            do throws(ClusterError) {
                found = try answers[partition]?.get()
                if answers[partition] == nil { reason = "\(partition): the answer left the partition out" }
            } catch {
                reason = "\(partition): \(error)"
            }
            if let reason { missing.append(reason) }
            documents.append([
                "topic": .string(partition.topic), "partition": JSONValue(partition.partition),
                "offset": JSONValue(found?.offset), "timestamp": JSONValue(found?.timestamp),
                "error": JSONValue(reason),
            ])
            if !output.json, let offset = found?.offset {
                try shell.line("\(partition.topic):\(partition.partition):\(offset)")
            }
        }
        if output.json { try shell.json(.array(documents)) }
        guard missing.isEmpty else { throw VerbFailure(.notDone, missing.joined(separator: "; ")) }
    }

    /// The partitions asked for, and in words what there is none of.
    private func chosen(in cluster: any Cluster) async throws -> (partitions: [TopicPartition], missing: [String]) {
        let found = try await selection.find(in: cluster)
        let topics = found.topics.filter { !(excludeInternal && $0.isInternal) }
        if let topicPartitions {
            let (partitions, unmatched) = topicPartitions.choose(among: topics)
            return (Array(partitions), unmatched.map { "no partition is \($0)" })
        }
        let numbers = partitions.map { Set($0.numbers) }
        let chosen = topics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.name, partition: $0.partition) }
        }.filter { numbers?.contains($0.partition) ?? true }
        let absent = (numbers ?? []).subtracting(chosen.map(\.partition)).sorted()
        return (
            chosen,
            found.missing.map { "Topic '\($0)' does not exist" } + absent.map { "no topic has a partition \($0)" }
        )
    }
}
