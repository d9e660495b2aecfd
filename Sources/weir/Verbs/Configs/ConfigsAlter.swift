import ArgumentParser
import Cluster

/// `weir configs alter`: sets settings, or takes overrides away.
struct ConfigsAlter: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "alter",
        abstract: "Sets settings of topics and brokers, or takes overrides away.",
        discussion: """
            A value with commas stands in brackets: cleanup.policy=[compact,delete]. Taking away an override that is not there is \
            an error. What is given is changed at once or not at all.

            JSON: an array of {"entityType", "entityName", "done", "error"}.
            """
    )

    @OptionGroup var entity: ConfigEntity

    @Option(help: ArgumentHelp("Settings to set.", valueName: "key=value,key=[a,b]"))
    var addConfig: [String] = []

    @Option(help: ArgumentHelp("Overrides to take away.", valueName: "key,key"))
    var deleteConfig: [String] = []

    @Flag(help: "Only checks whether it could be done.")
    var validateOnly = false

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var output: OutputOptions

    var changesCluster: Bool { true }

    func validate() throws {
        guard !addConfig.isEmpty || !deleteConfig.isEmpty else {
            throw ValidationError("At least one of --add-config or --delete-config must be specified")
        }
        guard case .resources = try entity.choice() else {
            throw ValidationError("--entity-name says whose settings are changed")
        }
    }

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        guard case .resources(let resources) = try entity.choice() else { return }
        let (added, deleted) = try changes()
        var documents: [JSONValue] = []
        var failures: [VerbFailure] = []
        for resource in resources {
            var failure: VerbFailure?
            do {
                try await alter(resource, added, deleted, in: cluster)
            } catch {
                let reason = VerbFailure(error)
                failure = reason
                failures.append(reason)
            }
            documents.append([
                "entityType": .string(resource.entityType), "entityName": JSONValue(resource.entityName),
                "done": .bool(failure == nil), "error": JSONValue(failure?.message),
            ])
            if failure == nil, !output.json {
                try shell.line(
                    validateOnly ? "Valid for \(resource); nothing was changed." : ConfigRows.completed(resource))
            }
        }
        if output.json { try shell.json(.array(documents)) }
        if let first = failures.first {
            throw VerbFailure(first.kind, failures.map(\.message).joined(separator: "; "))
        }
    }

    private func changes() throws(VerbFailure) -> (added: [(name: String, value: String)], deleted: [String]) {
        var added: [(name: String, value: String)] = []
        for text in addConfig { added += try SettingsText.pairs(text) }
        let deleted = deleteConfig.flatMap(SettingsText.names)
        let names = added.map(\.name) + deleted
        guard Set(names).count == names.count else { throw VerbFailure(.usage, "a setting is named twice") }
        return (added, deleted)
    }

    private func alter(
        _ resource: ConfigResource, _ added: [(name: String, value: String)], _ deleted: [String],
        in cluster: any Cluster
    ) async throws {
        if !deleted.isEmpty {
            // The cluster deletes what is not there without a word; a misspelt key would pass for done.
            let own = try await cluster.configuration(of: resource).filter { $0.source == resource.ownSource }
            let absent = deleted.filter { name in !own.contains { $0.name == name } }
            guard absent.isEmpty else {
                throw VerbFailure(
                    .notDone, "Invalid config(s): \(absent.joined(separator: ",")): not set for \(resource)")
            }
        }
        try await cluster.alterConfiguration(
            of: resource,
            added.map { ConfigChange($0.name, .set, $0.value) } + deleted.map { ConfigChange($0, .delete) },
            validateOnly: validateOnly)
    }
}
