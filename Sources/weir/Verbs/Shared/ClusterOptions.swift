import ArgumentParser
import ClusterClient

/// The options of every verb by which it finds its cluster.
struct ClusterOptions: ParsableArguments {
    /// Where a cluster is looked for when nothing else is said.
    static let defaultBootstrap = "127.0.0.1:9092"

    @Option(
        name: [.customLong("bootstrap-server"), .customLong("attach")],
        help: ArgumentHelp(
            "Brokers to ask first; the rest of the cluster is learnt from them.", valueName: "host:port,…"))
    var bootstrapServer = ClusterOptions.defaultBootstrap

    func validate() throws { _ = try bootstrap() }

    /// The brokers to ask first, at least one.
    ///
    /// - Throws: `ValidationError` naming the part that is no address.
    func bootstrap() throws -> [BrokerAddress] {
        do throws(BrokerAddress.ParsingError) {
            return try BrokerAddress.list(parsing: bootstrapServer)
        } catch {
            throw ValidationError("--bootstrap-server \(bootstrapServer): \(error)")
        }
    }
}

/// The option of every verb by which scripts get JSON.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Prints JSON; the keys stay the same from version to version, unknown values are null.")
    var json = false
}
