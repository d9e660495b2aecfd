import ArgumentParser
import Cluster

/// Whose settings a verb is about, named as Kafka's tool has it: by kind and name, or by the short options.
struct ConfigEntity: ParsableArguments {
    @Argument(help: "Topic names.")
    var names: [String] = []

    @Option(help: ArgumentHelp("topics or brokers.", valueName: "kind"))
    var entityType: String?

    @Option(help: ArgumentHelp("A topic's name or a broker's node id.", valueName: "name"))
    var entityName: String?

    @Flag(help: "The defaults of all brokers; with --entity-type brokers.")
    var entityDefault = false

    @Option(help: ArgumentHelp("A topic.", valueName: "name"))
    var topic: String?

    @Option(help: ArgumentHelp("A broker.", valueName: "id"))
    var broker: Int32?

    @Flag(help: "The defaults of all brokers.")
    var brokerDefaults = false

    /// What was named.
    enum Choice: Equatable {
        case resources([ConfigResource])
        case allTopics
        case allBrokers
    }

    func validate() throws { _ = try choice() }

    /// What was named.
    ///
    /// - Throws: `ValidationError` when nothing, or more than one kind of thing, or a kind that has no settings here is named.
    func choice() throws -> Choice {
        var choices: [Choice] = []
        if !names.isEmpty { choices.append(.resources(names.map { .topic($0) })) }
        if let topic { choices.append(.resources([.topic(topic)])) }
        if let broker { choices.append(.resources([.broker(broker)])) }
        if brokerDefaults { choices.append(.resources([.brokerDefaults])) }
        if let entityType { choices.append(try entity(entityType)) }
        guard entityType != nil || (entityName == nil && !entityDefault) else {
            throw ValidationError("--entity-name and --entity-default need --entity-type topics or brokers")
        }
        guard let choice = choices.first else {
            throw ValidationError(
                "At least one entity type must be specified: name topics, or give --broker, --broker-defaults or --entity-type"
            )
        }
        guard choices.count == 1 else {
            throw ValidationError("name topics, a broker or the brokers' defaults, one of them at a time")
        }
        return choice
    }

    private func entity(_ kind: String) throws -> Choice {
        switch kind {
        case "topics":
            guard !entityDefault else {
                throw ValidationError("topics have no defaults of their own; see --broker-defaults")
            }
            return entityName.map { .resources([.topic($0)]) } ?? .allTopics
        case "brokers":
            if entityDefault { return .resources([.brokerDefaults]) }
            guard let entityName else { return .allBrokers }
            guard let id = Int32(entityName) else {
                throw ValidationError("--entity-name \(entityName): a broker is named by its node id, a number")
            }
            return .resources([.broker(id)])
        default:
            throw ValidationError("--entity-type \(kind): this reads and changes settings of topics and brokers only")
        }
    }
}
