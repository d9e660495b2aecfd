import ArgumentParser
import Cluster

/// `weir topics list`: names, a line each.
struct TopicsList: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Prints the names of topics.",
        discussion: """
            A pattern that matches nothing prints nothing; a name that does not exist is an error.

            JSON: an array of {"topic", "internal", "partitions", "replicationFactor"}.
            """
    )

    @OptionGroup var selection: TopicSelection

    @Flag(help: "Leaves out the topics that the brokers keep for themselves.")
    var excludeInternal = false

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var output: OutputOptions

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        let found = try await selection.find(in: cluster)
        let topics = found.topics.filter { !(excludeInternal && $0.isInternal) }
        if output.json {
            try shell.json(
                .array(
                    topics.map {
                        [
                            "topic": .string($0.name), "internal": .bool($0.isInternal),
                            "partitions": JSONValue($0.partitions.count),
                            "replicationFactor": JSONValue($0.replicationFactor),
                        ]
                    }))
        } else {
            try shell.lines(topics.map(\.name))
        }
        if !selection.names.isEmpty { try found.requireAll() }
    }
}
