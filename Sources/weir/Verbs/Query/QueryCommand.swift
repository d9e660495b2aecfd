import ArgumentParser
import StreamQuery

/// `weir query`: ksqlDB's statements.
struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Works with queries in ksqlDB's language.",
        discussion: """
            What is otherwise than in ksqlDB, or than the same program in Kafka Streams:

            \(Difference.all.map { "- \($0.sentence)." }.joined(separator: "\n"))
            """,
        subcommands: [QueryRun.self, QueryTest.self],
        defaultSubcommand: QueryRun.self
    )
}
