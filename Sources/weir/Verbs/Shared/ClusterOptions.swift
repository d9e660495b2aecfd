import ArgumentParser
import ClusterClient

/// The options of every verb by which it finds its cluster.
struct ClusterOptions: ParsableArguments {
    /// Where a cluster is looked for when nothing else is said.
    static let defaultBootstrap = "127.0.0.1:9092"

    @Option(
        name: [.customLong("bootstrap-server"), .customLong("attach")],
        help: ArgumentHelp(
            "Brokers to ask first, from which the rest of the cluster is learnt; or a name from the configuration file.",
            valueName: "host:port,…|name"))
    var bootstrapServer = ClusterOptions.defaultBootstrap

    @Flag(help: "Allows changes on a cluster that the configuration file marks read-only.")
    var write = false

    func validate() throws { _ = try entry() }

    /// How the cluster is reached.
    ///
    /// - Throws: `ValidationError` naming the part that is no address, `ConfigurationError` for a file that is wrong.
    func entry() throws -> ClusterEntry {
        let (entry, name) = try ClusterEntry.named(
            bootstrapServer, in: try Configuration.ofUser(), write: write, option: "--bootstrap-server")
        guard name == nil else { return entry }
        // An address typed beside a verb that changes something is meant; a name may stand for more than one remembers.
        var writable = entry
        writable.settings.isReadOnly = false
        return writable
    }
}

/// The option of every verb by which scripts get JSON.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Prints JSON; the keys stay the same from version to version, unknown values are null.")
    var json = false
}
