import KafkaProtocol

/// What a quota is for: a user, a client id, both, or an address (KIP-546). A name of nil is the default of its type.
package struct ClientQuotaEntity: Hashable, Sendable, Comparable {
    /// One part: a type and a name.
    package struct Part: Hashable, Sendable, Comparable {
        /// `user`, `client-id` or `ip`.
        package var type: String
        /// The name; nil for the default.
        package var name: String?

        /// By type, then by name, the default first.
        package static func < (left: Self, right: Self) -> Bool {
            guard left.type == right.type else { return left.type < right.type }
            guard let name = left.name else { return right.name != nil }
            return right.name.map { name < $0 } ?? false
        }
    }

    /// The parts, ascending; each type once.
    package let parts: [Part]

    /// An entity of parts, in any order.
    init(parts: [Part]) { self.parts = parts.sorted() }

    /// The entity of a record.
    init(_ record: [ClientQuotaRecord.Entity]) {
        self.init(parts: record.map { Part(type: $0.entityType, name: $0.entityName) })
    }

    /// The parts as a record has them.
    var recordParts: [ClientQuotaRecord.Entity] { parts.map { .init(entityType: $0.type, entityName: $0.name) } }

    /// The part of a type, or nil.
    func part(_ type: String) -> Part? { parts.first { $0.type == type } }

    /// By their parts.
    package static func < (left: Self, right: Self) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }
}

/// The quotas there are, with what values they take (Kafka's `QuotaConfigs`).
enum ClientQuotaKey {
    /// What numbers a quota takes.
    enum Value { case long, double, int }

    /// The quota of a key for an entity of these types; nil for none.
    static func value(of key: String, forAddresses: Bool) -> Value? {
        switch key {
        case "producer_byte_rate", "consumer_byte_rate": forAddresses ? nil : .long
        case "request_percentage", "controller_mutation_rate": forAddresses ? nil : .double
        case "connection_creation_rate": forAddresses ? .int : nil
        default: nil
        }
    }

    /// Why a quota cannot have a value; nil where it can. Kafka's sentences (`ClientQuotaControlManager.validateQuotaKeyValue`).
    static func problem(with number: Double, of key: String, _ value: Value) -> String? {
        guard number > 0 else { return "Quota \(key) must be greater than 0" }
        switch value {
        case .double: return nil
        case .long:
            if number > Double(Int64.max) { return "Proposed value for \(key) is too large for a LONG." }
        case .int:
            if number > Double(Int32.max) { return "Proposed value for \(key) is too large for an INT." }
        }
        return abs(number.rounded() - number) > 1e-6 ? "\(key) cannot be a fractional value." : nil
    }
}
