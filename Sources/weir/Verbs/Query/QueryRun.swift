import ArgumentParser
import BrokerCore
import Cluster
import LiveQueries

/// `weir query`: runs statements, or asks for them at a prompt.
struct QueryRun: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs statements over the topics of a cluster or of a data directory.",
        discussion: """
            Statements come from -e, from a file, from standard input, or, where a person sits at the terminal, from a prompt; \
            each ends with a semicolon, and one is run after another. A push query (EMIT CHANGES) prints its rows until ctrl-c, or as many as its \
            LIMIT says, and then the next statement is run.

              weir query -e "SELECT * FROM views EMIT CHANGES LIMIT 5;"
              weir query --data ~/weir -e "CREATE TABLE …;"

            With --data the broker of a data directory runs inside the command, and persistent queries are kept there: whoever opens \
            the directory next goes on with them. On a cluster (--bootstrap-server) queries live as long as the command.

            \(VerbFailure.help)
            """
    )

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var dataOptions: DataOptions
    @OptionGroup var output: OutputOptions

    // A statement may begin with a comment, and so with a dash.
    @Option(name: [.customShort("e"), .customLong("execute")], parsing: .unconditional, help: "Statements to run.")
    var statements: String?

    @Argument(help: ArgumentHelp("A file of statements.", valueName: "file"))
    var file: String?

    /// The most bytes of a file.
    private static let maxFileBytes = 16 << 20

    var changesCluster: Bool { true }

    func validate() throws {
        guard statements == nil || file == nil else { throw ValidationError("give -e or a file, not both") }
    }

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        let service = LiveQueryService(
            on: cluster, keptIn: nil,
            refusal: "a persistent query outlives this command: give --data, or run the statement in the console of "
                + "Weir's own broker; here a SELECT … EMIT CHANGES can run")
        try await carryOut(service, shell)
    }

    func run() throws {
        guard dataOptions.data != nil else { return try runOnCluster() }
        try runOnBroker(of: dataOptions.directory) { [self] broker in
            let service = LiveQueryService(
                on: EmbeddedCluster(broker), keptIn: "\(broker.configuration.stateDirectory)/queries")
            await service.start()
            if let problem = service.board.problem { try Shell.standard.say("Warning: \(problem)") }
            try await carryOut(service, .standard)
        }
    }

    /// Runs the statements, and ends the queries with a last commit.
    private func carryOut(_ service: LiveQueryService, _ shell: Shell) async throws {
        let session = QuerySession(service, shell, isJSON: output.json)
        do {
            if let text = try text() {
                try await session.run(text)
            } else if shell.canAsk {
                try await session.prompt()
            } else {
                try await session.run(try Self.all(of: shell.input))
            }
        } catch {
            await service.stop()
            throw error
        }
        await service.stop()
    }

    private func text() throws(VerbFailure) -> String? {
        if let statements { return statements }
        guard let file else { return nil }
        return try QueryFile.text(try QueryFile.read(file, upTo: Self.maxFileBytes), file)
    }

    private static func all(of input: any ByteSource) throws(VerbFailure) -> String {
        var bytes: [UInt8] = []
        while bytes.count <= maxFileBytes {
            let piece = try input.read(upTo: 1 << 16)
            if piece.isEmpty { break }
            bytes += piece
        }
        let name = "standard input"
        return try QueryFile.text(try QueryFile.checked(bytes, upTo: maxFileBytes, name), name)
    }
}
