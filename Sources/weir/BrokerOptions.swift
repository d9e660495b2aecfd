import ArgumentParser
import BrokerCore
import BrokerServer
import Foundation

/// The options that every command which runs the broker shares.
struct BrokerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The address clients connect to (default: 127.0.0.1:9092); port 0 picks a free one. For TLS, logins and several"
                + " listeners set listeners by Kafka's key instead.", valueName: "host:port"))
    var listen: String?

    @Option(
        help: ArgumentHelp("The address told to clients, where it is not the one listened on.", valueName: "host:port"))
    var advertise: String?

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "A file of broker settings like Kafka's server.properties; --set goes before it.", valueName: "file"))
    var settingsFile: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("A broker setting by Kafka's key, as key=value; may be repeated.", valueName: "key=value")
    )
    var settings: [String] = []

    @Option(
        name: .customLong("add-scram"),
        help: ArgumentHelp(
            "A user who may log in with SCRAM, as in kafka-storage format; may be repeated."
                + " Kept in the data directory from then on.",
            valueName: "SCRAM-SHA-256=[name=…,password=…]"))
    var scramUsers: [String] = []

    @Option(
        help: ArgumentHelp(
            "Writes the listener's address to this file once clients can connect; of several, a line NAME://host:port each.",
            valueName: "file"))
    var readyFile: String?

    @Option(
        help: ArgumentHelp(
            "Serves the cluster's metrics to Prometheus at http://host:port/metrics; port 0 picks a free one.",
            valueName: "host:port"))
    var metricsListen: String?

    @Flag(help: "Listens on addresses that other machines reach, though nothing asks clients who they are.")
    var insecure = false

    /// The listeners and their limits.
    ///
    /// - Throws: `ValidationError` for an address that cannot be used, `ServerError` for a listener, `ConfigError` for a limit.
    func server(_ settings: BrokerSettings) throws -> ServerConfiguration {
        let described = try Listener.all(in: settings)
        guard described.isEmpty || (listen == nil && advertise == nil) else {
            throw ValidationError("listeners is set, so --listen and --advertise say it twice; leave them out")
        }
        guard !described.isEmpty || settings.values["advertised.listeners"] == nil else {
            throw ValidationError(
                "advertised.listeners is set, but listeners is not; set both, or say --advertise host:port instead")
        }
        let listeners =
            described.isEmpty
            ? [
                Listener(
                    try Self.address(listen ?? "127.0.0.1:9092", option: "--listen"),
                    advertised: try advertise.map { try Self.address($0, option: "--advertise") })
            ] : described
        for listener in listeners where !insecure && !listener.address.isLoopback && !listener.authenticatesClients {
            throw ValidationError(
                "\(listener.name)://\(listener.address): other machines could reach the broker, and nothing asks clients"
                    + " who they are; listen on 127.0.0.1, or have clients log in (SASL_SSL) or show a certificate"
                    + " (ssl.client.auth=required), or say --insecure if the network is yours alone"
            )
        }
        return try ServerConfiguration(listeners: listeners, settings: settings)
    }

    /// The settings, checked.
    ///
    /// - Throws: `ValidationError` for an entry without `=` or a file that cannot be read, `ConfigError` for a wrong value.
    func brokerSettings() throws -> BrokerSettings {
        var pairs: [(key: String, value: String)] = []
        for entry in settings {
            guard let separator = entry.firstIndex(of: "="), separator > entry.startIndex else {
                throw ValidationError("--set takes key=value, for example --set num.partitions=3")
            }
            pairs.append((String(entry[..<separator]), String(entry[entry.index(after: separator)...])))
        }
        var settings = try BrokerSettings(pairs)
        if let settingsFile {
            guard let text = try? String(contentsOf: URL(filePath: settingsFile), encoding: .utf8) else {
                throw ValidationError("--config \(settingsFile): the file cannot be read, or is not UTF-8")
            }
            try settings.add(propertiesFile: text)
        }
        return settings
    }

    /// The users that are let in from now on.
    ///
    /// - Throws: `ValidationError` for one that is not written as it must be.
    func newScramUsers() throws -> [NewScramUser] {
        try scramUsers.map { text in
            do throws(ConfigError) {
                return try NewScramUser(parsing: text)
            } catch {
                throw ValidationError("--add-scram: \(error)")
            }
        }
    }

    private static func address(_ text: String, option: String) throws -> ListenerAddress {
        do {
            return try ListenerAddress(parsing: text)
        } catch {
            throw ValidationError("\(option): \(error)")
        }
    }
}

extension ListenerAddress {
    /// True for addresses that only this machine reaches.
    var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}

/// The option that names a data directory that stays.
struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data directory (default: weir below the user's data home).", valueName: "folder"))
    var data: String?

    /// The directory asked for, or `$XDG_DATA_HOME/weir`, or `~/.local/share/weir` (XDG base directory specification).
    var directory: String {
        data.map { URL(filePath: $0).standardizedFileURL.path } ?? Self.defaultDirectory
    }

    /// The directory of this user where none is named.
    static var defaultDirectory: String {
        let environment = ProcessInfo.processInfo.environment
        if let home = environment["XDG_DATA_HOME"], home.hasPrefix("/") { return "\(home)/weir" }
        return "\(environment["HOME"] ?? ".")/.local/share/weir"
    }
}
