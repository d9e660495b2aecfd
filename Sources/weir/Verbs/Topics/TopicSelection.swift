import ArgumentParser
import Cluster

/// Which topics a verb is about: names as arguments, a pattern, or all.
struct TopicSelection: ParsableArguments {
    @Argument(help: "Topic names.")
    var names: [String] = []

    @Option(help: ArgumentHelp("Topics whose whole name matches; a comma is an alternative.", valueName: "regex"))
    var topic: TopicPattern?

    func validate() throws {
        guard names.isEmpty || topic == nil else {
            throw ValidationError("name the topics as arguments or by --topic, not both")
        }
    }

    /// True when neither names nor a pattern are given.
    var isAll: Bool { names.isEmpty && topic == nil }

    /// The topics found, ascending by name, and what was asked for in vain.
    struct Found: Sendable {
        var topics: [TopicDescription]
        /// Names that do not exist, or the pattern that matches nothing.
        var missing: [String]

        /// Refuses what was asked for in vain.
        ///
        /// - Throws: `VerbFailure.notDone` naming it.
        func requireAll() throws(VerbFailure) {
            guard !missing.isEmpty else { return }
            let names = missing.map { "'\($0)'" }.joined(separator: ", ")
            throw VerbFailure(
                .notDone, missing.count == 1 ? "Topic \(names) does not exist" : "Topics \(names) do not exist")
        }
    }

    /// Looks the topics up.
    func find(in cluster: any Cluster, detail: TopicDetail = .layout) async throws(ClusterError) -> Found {
        guard names.isEmpty else {
            let topics = try await cluster.topics(named: Array(Set(names)).sorted(), detail: detail)
            let known = Set(topics.map(\.name))
            return Found(topics: topics, missing: names.filter { !known.contains($0) })
        }
        let all = try await cluster.topics(named: nil, detail: detail)
        guard let topic else { return Found(topics: all, missing: []) }
        let matching = topic.matches(among: all.map(\.name))
        return Found(
            topics: all.filter { matching.contains($0.name) }, missing: matching.isEmpty ? [topic.source] : [])
    }
}
