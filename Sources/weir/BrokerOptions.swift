import ArgumentParser
import BrokerCore
import BrokerServer
import Foundation

/// The options that every command which runs the broker shares.
struct BrokerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The address clients connect to; port 0 picks a free one.", valueName: "host:port"))
    var listen = "127.0.0.1:9092"

    @Option(
        help: ArgumentHelp("The address told to clients, where it is not the one listened on.", valueName: "host:port"))
    var advertise: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("A broker setting by Kafka's key, as key=value; may be repeated.", valueName: "key=value")
    )
    var settings: [String] = []

    @Option(
        help: ArgumentHelp("Writes the listener's address to this file once clients can connect.", valueName: "file"))
    var readyFile: String?

    @Flag(help: "Listens on addresses that other machines reach, though nothing asks clients who they are.")
    var insecure = false

    /// The listener and its limits.
    ///
    /// - Throws: `ValidationError` for an address that cannot be used.
    func server(_ settings: BrokerSettings) throws -> ServerConfiguration {
        let listener = try Self.address(listen, option: "--listen")
        guard insecure || listener.isLoopback else {
            throw ValidationError(
                "--listen \(listen): other machines could reach the broker, and nothing asks clients who they are;"
                    + " listen on 127.0.0.1, or say --insecure if the network is yours alone"
            )
        }
        return ServerConfiguration(
            listeners: [listener],
            advertised: try advertise.map { try Self.address($0, option: "--advertise") },
            settings: settings
        )
    }

    /// The settings, checked.
    ///
    /// - Throws: `ValidationError` for an entry without `=`, `ConfigError` for an unknown key or a wrong value.
    func brokerSettings() throws -> BrokerSettings {
        var pairs: [(key: String, value: String)] = []
        for entry in settings {
            guard let separator = entry.firstIndex(of: "="), separator > entry.startIndex else {
                throw ValidationError("--set \(entry): write key=value, for example --set num.partitions=3")
            }
            pairs.append((String(entry[..<separator]), String(entry[entry.index(after: separator)...])))
        }
        return try BrokerSettings(pairs)
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
    fileprivate var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
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
