import ClusterClient

extension BrokerAddress {
    /// Why a text is no list of brokers.
    struct ParsingError: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// Kafka's own port, for addresses that name none.
    static let defaultPort = 9092

    /// Reads `host:port[,host:port…]`. Without a port it is 9092; IPv6 addresses stand in brackets.
    ///
    /// - Throws: `ParsingError` for an empty list, an address without a host, or a port outside 1 to 65,535.
    static func list(parsing text: String) throws(ParsingError) -> [BrokerAddress] {
        var addresses: [BrokerAddress] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: true) {
            addresses.append(try BrokerAddress(parsing: String(part.drop { $0 == " " })))
        }
        guard !addresses.isEmpty else {
            throw ParsingError(description: "name at least one broker as host:port, for example 127.0.0.1:9092")
        }
        return addresses
    }

    private init(parsing text: String) throws(ParsingError) {
        let host: Substring
        let rest: Substring
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
        } else {
            let colon = text.firstIndex(of: ":") ?? text.endIndex
            host = text[..<colon]
            rest = text[colon...]
            guard !rest.dropFirst().contains(":") else {
                throw ParsingError(
                    description: "\"\(text)\" is not a broker's address: IPv6 stands in brackets, as [::1]:9092")
            }
        }
        guard !host.isEmpty, rest.isEmpty || rest.hasPrefix(":") else {
            throw ParsingError(description: "\"\(text)\" is not a broker's address: write host:port")
        }
        guard !rest.isEmpty else {
            self.init(host: String(host), port: Self.defaultPort)
            return
        }
        guard let port = Int(rest.dropFirst()), (1...65_535).contains(port) else {
            throw ParsingError(
                description: "\"\(text)\" is not a broker's address: the port must be a number from 1 to 65535")
        }
        self.init(host: String(host), port: port)
    }
}
