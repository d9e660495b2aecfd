import ArgumentParser

/// `weir query`: ksqlDB's statements.
struct QueryCommand: VerbGroup {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Works with queries in ksqlDB's language.",
        subcommands: [QueryTest.self]
    )
}
