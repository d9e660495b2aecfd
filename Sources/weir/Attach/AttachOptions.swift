import ArgumentParser
import ClusterClient

/// The options that attach the console to a cluster of other processes.
struct AttachOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Opens the console on a running cluster: brokers to ask first, or a name from the configuration file.",
            valueName: "host:port[,…]|name"))
    var attach: String?

    @Flag(help: "Allows changes on the attached cluster, which is read-only otherwise.")
    var write = false

    func validate() throws {
        if write, attach == nil {
            throw ValidationError("--write belongs to --attach; a broker of one's own is writable")
        }
    }
}

extension ClusterEntry {
    /// An entry for addresses given by hand.
    init(bootstrap: [BrokerAddress]) {
        settings = ClientSettings(bootstrap: bootstrap)
    }

    /// The cluster a text names: one of the configuration, or addresses.
    ///
    /// - Parameters:
    ///   - write: Allows changes whatever the configuration says.
    ///   - option: The option it was given to, for errors.
    /// - Returns: The cluster, and its name where it has one.
    /// - Throws: `ValidationError`.
    static func named(
        _ text: String, in configuration: Configuration, write: Bool, option: String = "--attach"
    ) throws -> (entry: ClusterEntry, name: String?) {
        var entry: ClusterEntry
        let name: String?
        if let known = configuration.clusters[text] {
            entry = known
            name = text
        } else if text.contains(where: { $0 == ":" || $0 == "," }) || configuration.clusters.isEmpty {
            do throws(BrokerAddress.ParsingError) {
                entry = ClusterEntry(bootstrap: try BrokerAddress.list(parsing: text))
            } catch {
                throw ValidationError("\(option) \(text): \(error)")
            }
            name = nil
        } else {
            let known = configuration.clusters.keys.sorted().joined(separator: ", ")
            throw ValidationError(
                "\(option) \(text): the configuration file has no such cluster; it has \(known). For an address write HOST:PORT"
            )
        }
        if write { entry.allowsWrite = true }
        entry.settings.isReadOnly = !entry.allowsWrite
        return (entry, name)
    }
}
