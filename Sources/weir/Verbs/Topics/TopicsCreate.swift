import ArgumentParser
import Cluster

/// `weir topics create`: one new topic.
struct TopicsCreate: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Creates a topic.",
        discussion: """
            Without --partitions and --replication-factor the brokers' num.partitions and default.replication.factor count.

            JSON: {"topic", "created"}; "created" is false where the topic exists and --if-not-exists is given.
            """
    )

    @Argument(help: "The topic's name.")
    var name: String?

    @Option(help: ArgumentHelp("The topic's name, as Kafka's option.", valueName: "name"))
    var topic: String?

    @Option(help: ArgumentHelp("The number of partitions.", valueName: "count"))
    var partitions: Int32?

    @Option(help: ArgumentHelp("Copies of each partition.", valueName: "count"))
    var replicationFactor: Int16?

    @Option(
        help: ArgumentHelp(
            "The brokers of each partition, the preferred leader first: 1:2,2:3 for two partitions.", valueName: "list")
    )
    var replicaAssignment: ReplicaAssignment?

    @Option(help: ArgumentHelp("A setting of the topic; may be repeated.", valueName: "key=value"))
    var config: [String] = []

    @Flag(help: "A topic that exists already is no error.")
    var ifNotExists = false

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var output: OutputOptions

    var changesCluster: Bool { true }

    func validate() throws {
        guard (name == nil) != (topic == nil) else {
            throw ValidationError("name one topic, as an argument or by --topic")
        }
        guard partitions ?? 1 > 0 else { throw ValidationError("The partitions must be greater than 0") }
        guard replicationFactor ?? 1 > 0 else { throw ValidationError("The replication factor must be greater than 0") }
        guard replicaAssignment == nil || (partitions == nil && replicationFactor == nil) else {
            throw ValidationError(
                "--replica-assignment says how many partitions and replicas there are; leave the other out")
        }
    }

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        let name = name ?? topic ?? ""
        var settings: [(name: String, value: String)] = []
        for text in config { settings.append(try SettingsText.pair(text)) }
        if name.contains(where: { $0 == "." || $0 == "_" }) {
            try shell.say(
                "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide."
                    + " To avoid issues it is best to use either, but not both.")
        }
        var isCreated = true
        do throws(ClusterError) {
            try await cluster.createTopic(
                NewTopic(
                    name, partitions: partitions, replicationFactor: replicationFactor,
                    assignments: replicaAssignment?.replicas ?? [], settings: settings),
                validateOnly: false)
        } catch {
            guard ifNotExists, case .refused(let refusal) = error, refusal.name == "TOPIC_ALREADY_EXISTS" else {
                throw error
            }
            isCreated = false
        }
        if output.json {
            try shell.json(["topic": .string(name), "created": .bool(isCreated)])
        } else if isCreated {
            try shell.line("Created topic \(name).")
        }
    }
}
