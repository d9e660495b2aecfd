import ArgumentParser
import Cluster

/// `weir configs describe`: settings, with where each comes from.
struct ConfigsDescribe: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Prints settings with where they come from.",
        discussion: """
            Without --all only what is set for the topic or broker itself; synonyms are the places that set it, the deciding one \
            first.

            JSON: an array of {"entityType", "entityName", "configs": [{"name", "value", "source", "sensitive", "readOnly", \
            "synonyms": [{"name", "value", "source"}]}]}; "entityName" is null for the brokers' defaults, values are null where \
            they are secret.
            """
    )

    @OptionGroup var entity: ConfigEntity

    @Flag(help: "Also what is not set for the topic or broker itself.")
    var all = false

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var output: OutputOptions

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        var documents: [JSONValue] = []
        var failures: [VerbFailure] = []
        for resource in try await resources(of: cluster) {
            do {
                let entries = try await settings(of: resource, in: cluster)
                if output.json {
                    documents.append(ConfigRows.json(resource, entries))
                } else {
                    try shell.lines([ConfigRows.title(resource, isAll: all)] + entries.map(ConfigRows.entry))
                }
            } catch let error as ClusterError {
                failures.append(VerbFailure(error))
            }
        }
        if output.json { try shell.json(.array(documents)) }
        if let first = failures.first {
            throw VerbFailure(first.kind, failures.map(\.message).joined(separator: "; "))
        }
    }

    private func settings(of resource: ConfigResource, in cluster: any Cluster) async throws(ClusterError)
        -> [ConfigEntry]
    {
        let entries = try await cluster.configuration(of: resource)
        return all ? entries : entries.filter { $0.source == resource.ownSource }
    }

    private func resources(of cluster: any Cluster) async throws -> [ConfigResource] {
        switch try entity.choice() {
        case .resources(let resources):
            let known = Set(try await cluster.status().brokers.map(\.nodeID))
            for case .broker(let id) in resources where !known.contains(id) {
                let ids = known.sorted().map { "\($0)" }.joined(separator: ",")
                throw VerbFailure(.notDone, "broker \(id) does not exist; there are \(ids)")
            }
            return resources
        case .allTopics:
            return try await cluster.topics(named: nil, detail: .layout).map { .topic($0.name) }
        case .allBrokers:
            return try await cluster.status().brokers.map { .broker($0.nodeID) } + [.brokerDefaults]
        }
    }
}
