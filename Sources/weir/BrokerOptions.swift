import ArgumentParser
import Foundation

/// The options that every command which runs the broker shares.
struct BrokerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data directory.", valueName: "folder"))
    var data: String?

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

    /// The data directory asked for, or the default below the user's data home (XDG base directory specification).
    var dataDirectory: String {
        if let data { return data }
        let environment = ProcessInfo.processInfo.environment
        if let home = environment["XDG_DATA_HOME"], home.hasPrefix("/") { return "\(home)/weir" }
        return "\(environment["HOME"] ?? ".")/.local/share/weir"
    }

    /// The settings as a dictionary; the last of a repeated key counts.
    ///
    /// - Throws: `ValidationError` for an entry without `=`.
    func settingsByKey() throws -> [String: String] {
        var byKey: [String: String] = [:]
        for entry in settings {
            guard let separator = entry.firstIndex(of: "="), separator > entry.startIndex else {
                throw ValidationError("--set \(entry): write key=value, for example --set num.partitions=3")
            }
            byKey[String(entry[..<separator])] = String(entry[entry.index(after: separator)...])
        }
        return byKey
    }
}

/// A host and a port as the command line writes them.
struct HostPort: CustomStringConvertible {
    /// A name or an address; IPv6 without its brackets.
    var host: String
    /// 0 to 65535.
    var port: Int

    /// An address of two parts.
    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port` or `[v6]:port`.
    ///
    /// - Throws: `ValidationError` that says what is wrong with the text.
    init(parsing text: String, option: String) throws {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else { throw ValidationError("\(option) \(text): write host:port, for example 127.0.0.1:9092") }
        let host = text[..<colon].trimmingPrefix("[")
        self.host = String(host.hasSuffix("]") ? host.dropLast() : host)
        self.port = port
        guard !self.host.isEmpty else {
            throw ValidationError("\(option) \(text): the host is missing, for example 127.0.0.1:\(port)")
        }
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// True for addresses that only this machine reaches.
    var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}
