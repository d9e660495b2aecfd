import ArgumentParser
import Cluster

/// `weir topics alter`: more partitions.
struct TopicsAlter: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "alter",
        abstract: "Raises the number of partitions of topics.",
        discussion: """
            Records keep their partitions, so keys may be found in other partitions than before. Settings are changed by \
            weir configs alter.

            JSON: an array of {"topic", "done", "error"}; "error" is null where it was done.
            """
    )

    @OptionGroup var selection: TopicSelection

    @Option(help: ArgumentHelp("How many partitions there shall be in all.", valueName: "count"))
    var partitions: Int32?

    @Option(help: .hidden)
    var config: [String] = []

    @Flag(help: "A topic that does not exist is no error.")
    var ifExists = false

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var output: OutputOptions

    var changesCluster: Bool { true }

    func validate() throws {
        guard config.isEmpty else { throw ValidationError("--config: settings are changed by weir configs alter") }
        guard !selection.isAll else { throw ValidationError("name the topics, as arguments or by --topic") }
        guard let partitions else { throw ValidationError("--partitions says how many there shall be in all") }
        guard partitions > 0 else { throw ValidationError("The partitions must be greater than 0") }
    }

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        guard let partitions else { return }
        let found = try await selection.find(in: cluster)
        if !ifExists { try found.requireAll() }
        try await eachTopic(found.topics, output, shell) { topic in
            do throws(ClusterError) {
                try await cluster.addPartitions(to: topic, total: partitions)
                return nil
            } catch {
                return error
            }
        }
    }
}
