import ArgumentParser

/// `weir configs`: what `kafka-configs.sh` does for topics and brokers.
struct ConfigsCommand: VerbGroup {
    static let configuration = CommandConfiguration(
        commandName: "configs",
        abstract: "Describes and alters settings of topics and brokers.",
        discussion: VerbFailure.help,
        subcommands: [ConfigsDescribe.self, ConfigsAlter.self]
    )
}
