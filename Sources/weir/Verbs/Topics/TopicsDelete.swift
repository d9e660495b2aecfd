import ArgumentParser
import Cluster

/// `weir topics delete`: topics with all their records.
struct TopicsDelete: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Deletes topics with all their records.",
        discussion: """
            Asks to type the name of each topic before anything is deleted. Without a terminal it refuses unless --yes is given.

            JSON: an array of {"topic", "done", "error"}; "error" is null where it was done.
            """
    )

    @OptionGroup var selection: TopicSelection

    @Flag(help: "A topic that does not exist is no error.")
    var ifExists = false

    @Flag(name: .shortAndLong, help: "Deletes without asking.")
    var yes = false

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var output: OutputOptions

    var changesCluster: Bool { true }

    func validate() throws {
        guard !selection.isAll else { throw ValidationError("name the topics, as arguments or by --topic") }
    }

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        let found = try await selection.find(in: cluster)
        if !ifExists { try found.requireAll() }
        for topic in found.topics {
            let count = topic.partitions.count
            try shell.confirm(
                "Topic \(topic.name) and all records in its \(count) partition\(count == 1 ? "" : "s") will be deleted.",
                typing: topic.name, isConfirmed: yes)
        }
        try await eachTopic(found.topics, output, shell) { topic in
            do throws(ClusterError) {
                try await cluster.deleteTopic(topic)
                return nil
            } catch {
                return error
            }
        }
    }
}
