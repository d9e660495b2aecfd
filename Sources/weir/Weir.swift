import ArgumentParser

/// The `weir` command.
@main
struct Weir: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir",
        abstract: "A terminal operations console for event streams, with a Kafka-compatible broker inside.",
        version: "0.1.0",
        subcommands: [ConsoleCommand.self, ServeCommand.self, DemoCommand.self, LogCommand.self, ConfigCommand.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Shell",
                subcommands: [
                    TopicsCommand.self,
                    GroupsCommand.self,
                    ProduceCommand.self,
                    TailCommand.self,
                    OffsetsCommand.self,
                    RecordsCommand.self,
                    ConfigsCommand.self,
                    LogDirsCommand.self,
                    AlertsCommand.self,
                    QueryCommand.self,
                    CompletionCommand.self,
                ]
            )
        ],
        defaultSubcommand: ConsoleCommand.self
    )
}
