import ArgumentParser

/// `weir query`: ksqlDB's statements.
struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Works with queries in ksqlDB's language.",
        subcommands: [QueryRun.self, QueryTest.self],
        defaultSubcommand: QueryRun.self
    )
}
