/// Where a listener binds, or what clients are told to connect to: `HOST:PORT`.
///
/// An IPv6 address stands in brackets: `[::1]:9092`. Port 0 lets the system pick a free one.
package struct ListenerAddress: Hashable, Sendable {
    /// A name or an IP address, without brackets.
    package var host: String
    /// 0...65535.
    package var port: Int

    /// An address from its parts.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`.
    ///
    /// - Throws: ``ServerError/invalidAddress(_:reason:)`` saying what is wrong with it.
    package init(parsing text: String) throws(ServerError) {
        guard let colon = text.lastIndex(of: ":") else {
            throw .invalidAddress(text, reason: "it has no port; write HOST:PORT, such as 127.0.0.1:9092")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw .invalidAddress(text, reason: "an IPv6 address stands in brackets: [\(host)]:9092")
        }
        guard !host.isEmpty else {
            throw .invalidAddress(text, reason: "the host is missing; write 127.0.0.1:9092 or 0.0.0.0:9092")
        }
        guard let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port) else {
            throw .invalidAddress(text, reason: "the port is not a number from 0 to 65535")
        }
        self.init(host: String(host), port: port)
    }

    /// Whether it stands for every interface of the machine, which no client can connect to by that name.
    package var isWildcard: Bool { host == "0.0.0.0" || host == "::" }
}

extension ListenerAddress: CustomStringConvertible {
    /// `HOST:PORT`, an IPv6 address in brackets.
    package var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
