import ArgumentParser
import Cluster

/// `weir log-dirs`: what `kafka-log-dirs.sh --describe` does.
struct LogDirsCommand: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "log-dirs",
        abstract: "Prints the log directories of brokers with the partitions in them and their sizes.",
        discussion: """
            The last line is the JSON of Kafka's tool; with --json it is the only one: {"brokers": [{"broker", "logDirs": \
            [{"partitions": [{"partition", "size", "offsetLag", "isFuture"}], "error", "logDir"}]}], "version": 1}.

            \(VerbFailure.help)
            """
    )

    @Flag(help: "What is done anyway; scripts for Kafka's tool give it.")
    var describe = false

    @Option(help: ArgumentHelp("Only these brokers, by node id.", valueName: "ids"))
    var brokerList: NumberList?

    @Option(help: ArgumentHelp("Only these topics.", valueName: "names"))
    var topicList: String?

    @Argument(help: "Topic names.")
    var topics: [String] = []

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var output: OutputOptions

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        let topics = topics + (topicList.map(SettingsText.names) ?? [])
        let known = try await cluster.status().brokers.map(\.nodeID)
        let unknown = (brokerList?.numbers ?? []).filter { !known.contains($0) }
        guard unknown.isEmpty else {
            throw VerbFailure(
                .notDone,
                "The given brokers do not exist from --broker-list: \(Self.list(unknown))."
                    + " Current existent brokers: \(Self.list(known))")
        }
        let brokers = brokerList?.numbers.sorted() ?? known
        if !output.json { try shell.line("Querying brokers for log directories information") }
        let directories = try await cluster.logDirectories(ofBrokers: brokers)
        if !output.json { try shell.line("Received log directory information from brokers \(Self.list(brokers))") }
        let wanted = topics.isEmpty ? nil : Set(topics)
        try shell.json(Self.json(directories, brokers: brokers, topics: wanted))
        try report(directories, missing: wanted)
    }

    /// Fails where a directory cannot be read, or a topic asked for is nowhere.
    private func report(_ directories: [LogDirectoryDescription], missing wanted: Set<String>?) throws(VerbFailure) {
        var problems = directories.compactMap { directory in
            directory.error.map { "broker \(directory.broker): \(directory.path) cannot be read: \($0)" }
        }
        let present = Set(directories.flatMap(\.replicas).map(\.topicPartition.topic))
        let missing = (wanted ?? []).subtracting(present).sorted()
        if !missing.isEmpty {
            problems.append("no partition of \(missing.joined(separator: ", ")) is in these directories")
        }
        guard problems.isEmpty else { throw VerbFailure(.notDone, problems.joined(separator: "; ")) }
    }

    /// The document, its members in the order of Kafka's tool.
    static func json(
        _ directories: [LogDirectoryDescription], brokers: [Int32], topics: Set<String>?
    ) -> JSONValue {
        let byBroker = Dictionary(grouping: directories, by: \.broker)
        return [
            "brokers": .array(
                brokers.map { broker in
                    [
                        "broker": JSONValue(broker),
                        "logDirs": .array((byBroker[broker] ?? []).map { json($0, topics: topics) }),
                    ]
                }),
            "version": 1,
        ]
    }

    private static func json(_ directory: LogDirectoryDescription, topics: Set<String>?) -> JSONValue {
        let replicas = directory.replicas.filter { topics?.contains($0.topicPartition.topic) ?? true }
        return [
            "partitions": .array(
                replicas.map {
                    [
                        "partition": .string("\($0.topicPartition)"),
                        "size": JSONValue($0.sizeBytes),
                        "offsetLag": JSONValue($0.offsetLag),
                        "isFuture": .bool($0.isFuture),
                    ]
                }),
            "error": JSONValue(directory.error),
            "logDir": .string(directory.path),
        ]
    }

    private static func list(_ ids: [Int32]) -> String { ids.map { "\($0)" }.joined(separator: ",") }
}
