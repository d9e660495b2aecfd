package import BrokerCore

extension Listener {
    /// The listeners that a broker's settings describe, in the order of `listeners`; none where it is not set.
    ///
    /// Names, maps and prefixes (`listener.name.<name>.`) are Kafka's (`KafkaConfig`, KIP-103, KIP-226).
    ///
    /// - Throws: ``ServerError/invalidListener(_:reason:)``, or ``ServerError/invalidAddress(_:reason:)``.
    package static func all(in settings: BrokerSettings) throws(ServerError) -> [Listener] {
        guard let text = settings.values["listeners"] else { return [] }
        let known = try protocols(settings.text("listener.security.protocol.map") ?? "")
        let advertised = try settings.values["advertised.listeners"].map { (text) throws(ServerError) in
            try endpoints(text, setting: "advertised.listeners")
        }
        let bound = try endpoints(text, setting: "listeners")
        for told in advertised ?? [] {
            guard bound.contains(where: { $0.name == told.name }) else {
                throw .invalidListener(told.name, reason: "it stands in advertised.listeners, but not in listeners")
            }
            guard !told.address.isWildcard else {
                throw .invalidListener(
                    told.name, reason: "advertised.listeners tells clients \(told.address), where none can connect to")
            }
        }
        var listeners: [Listener] = []
        for (name, address) in bound {
            guard let securityProtocol = known[name] else {
                throw .invalidListener(
                    name, reason: "no security protocol is defined for it; add it to listener.security.protocol.map")
            }
            listeners.append(
                Listener(
                    name: name, address, advertised: advertised?.first { $0.name == name }?.address,
                    tls: securityProtocol.usesTLS ? try ListenerTLS(ofListener: name, settings) : nil,
                    sasl: securityProtocol.usesSASL ? try ListenerSASL(ofListener: name, settings) : nil))
        }
        return listeners
    }

    private static func endpoints(
        _ text: String, setting: String
    ) throws(ServerError) -> [(name: String, address: ListenerAddress)] {
        var endpoints: [(name: String, address: ListenerAddress)] = []
        for element in ConfigKey.elements(of: text) {
            guard let separator = element.firstRange(of: "://"), separator.lowerBound > element.startIndex else {
                throw .invalidAddress(element, reason: "write NAME://HOST:PORT in \(setting)")
            }
            let name = element[..<separator.lowerBound].uppercased()
            guard !endpoints.contains(where: { $0.name == name }) else {
                throw .invalidListener(name, reason: "it stands in \(setting) twice")
            }
            let place = String(element[separator.upperBound...])
            // No host is every interface, as in Kafka.
            let address = try ListenerAddress(parsing: place.hasPrefix(":") ? "0.0.0.0\(place)" : place)
            endpoints.append((name, address))
        }
        guard !endpoints.isEmpty else { throw .noListener }
        return endpoints
    }

    private static func protocols(_ text: String) throws(ServerError) -> [String: SecurityProtocol] {
        // What is mapped adds to the four names that stand for themselves.
        var protocols = Dictionary(uniqueKeysWithValues: SecurityProtocol.allCases.map { ($0.rawValue, $0) })
        for element in ConfigKey.elements(of: text) {
            let parts = element.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let mapped = SecurityProtocol(rawValue: parts[1].uppercased()) else {
                let known = SecurityProtocol.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalidListener(
                    element, reason: "listener.security.protocol.map takes NAME:PROTOCOL, with a protocol of \(known)")
            }
            protocols[parts[0].uppercased()] = mapped
        }
        return protocols
    }
}
