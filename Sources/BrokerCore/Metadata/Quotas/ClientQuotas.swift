package import KafkaProtocol

/// The quotas of clients, kept and told as Kafka does (KIP-546). Nobody is throttled by them.
///
/// Rules and sentences are those of Kafka's `ClientQuotasImage` and `ClientQuotaControlManager`.
package struct ClientQuotas: Sendable {
    private let topics: TopicController

    private static let types: Set<String> = ["user", "client-id", "ip"]

    init(_ topics: TopicController) { self.topics = topics }

    // MARK: Describing

    /// Tells the quotas of the entities that match (DescribeClientQuotas). Never blocks.
    package func describe(_ request: DescribeClientQuotasRequest) -> DescribeClientQuotasResponse {
        if let refusal = Self.refusal(of: request.components) {
            return DescribeClientQuotasResponse(
                errorCode: refusal.code, errorMessage: refusal.message, entries: nil)
        }
        let entries = topics.image.clientQuotas.sorted { $0.key < $1.key }.filter { entity, _ in
            Self.matches(entity, request.components, isStrict: request.strict)
        }
        // Kafka's text for "nothing went wrong" is empty, not null, here.
        return DescribeClientQuotasResponse(
            errorMessage: "",
            entries: entries.map { entity, values in
                .init(
                    entity: entity.parts.map { .init(entityType: $0.type, entityName: $0.name) },
                    values: values.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value) })
            })
    }

    private static func matches(
        _ entity: ClientQuotaEntity, _ components: [DescribeClientQuotasRequest.Component], isStrict: Bool
    ) -> Bool {
        // Nothing asked for, strictly, is nothing.
        if isStrict, entity.parts.count != components.count { return false }
        return components.allSatisfy { component in
            guard let part = entity.part(component.entityType) else { return false }
            return component.matchType == 2 || part.name == component.match
        }
    }

    private static func refusal(of components: [DescribeClientQuotasRequest.Component]) -> TopicRefusal? {
        var seen: Set<String> = []
        for component in components {
            let type = component.entityType
            guard !type.isEmpty else { return TopicRefusal(.invalidRequest, "Invalid empty entity type.") }
            guard seen.insert(type).inserted else {
                return TopicRefusal(
                    .invalidRequest, "Entity type \(type) cannot appear more than once in the filter.")
            }
            guard types.contains(type) else {
                return TopicRefusal(.unsupportedVersion, "Unsupported entity type \(type)")
            }
            switch (component.matchType, component.match) {
            case (0, nil):
                return TopicRefusal(
                    .invalidRequest, "Request specified MATCH_TYPE_EXACT, but set match string to null.")
            case (1, .some):
                return TopicRefusal(
                    .invalidRequest, "Request specified MATCH_TYPE_DEFAULT, but also specified a match string.")
            case (2, .some):
                return TopicRefusal(
                    .invalidRequest, "Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.")
            case (0...2, _): break
            default: return TopicRefusal(.invalidRequest, "Unknown match type \(component.matchType)")
            }
        }
        guard !seen.contains("ip") || seen.count == 1 else {
            return TopicRefusal(
                .invalidRequest,
                "Invalid entity filter component combination. IP filter component should not be used with "
                    + "user or clientId filter component.")
        }
        return nil
    }

    // MARK: Altering

    /// Sets and removes quotas (AlterClientQuotas). Blocks on the disk.
    package func alter(_ request: AlterClientQuotasRequest) -> AlterClientQuotasResponse {
        var counts: [ClientQuotaEntity: Int] = [:]
        for entry in request.entries { counts[Self.entity(of: entry), default: 0] += 1 }
        let refusals: [TopicRefusal?]
        do throws(LogError) {
            refusals = try topics.change { change in
                request.entries.map { entry in
                    guard counts[Self.entity(of: entry)] == 1 else {
                        return TopicRefusal(.invalidRequest, "Ignoring duplicate entity")
                    }
                    return Self.alter(entry, validateOnly: request.validateOnly, in: &change)
                }
            }
        } catch {
            let failure = TopicRefusal(.kafkaStorageError, "\(error)")
            refusals = request.entries.map { _ in failure }
        }
        return AlterClientQuotasResponse(
            entries: zip(request.entries, refusals).map { entry, refusal in
                .init(
                    errorCode: refusal?.code ?? .none, errorMessage: refusal?.message,
                    entity: entry.entity.map { .init(entityType: $0.entityType, entityName: $0.entityName) })
            })
    }

    private static func entity(of entry: AlterClientQuotasRequest.Entry) -> ClientQuotaEntity {
        ClientQuotaEntity(parts: entry.entity.map { .init(type: $0.entityType, name: $0.entityName) })
    }

    private static func alter(
        _ entry: AlterClientQuotasRequest.Entry, validateOnly: Bool, in change: inout TopicController.Change
    ) -> TopicRefusal? {
        let entity = entity(of: entry)
        if let refusal = refusal(of: entity) { return refusal }
        var seen: Set<String> = []
        for operation in entry.ops {
            guard seen.insert(operation.key).inserted else {
                return TopicRefusal(
                    .invalidRequest, "Duplicate quota key \(operation.key) not updating quota for this entity")
            }
            guard let value = ClientQuotaKey.value(of: operation.key, forAddresses: entity.part("ip") != nil) else {
                return TopicRefusal(.invalidRequest, "Invalid configuration key \(operation.key)")
            }
            guard !operation.remove else { continue }
            if let problem = ClientQuotaKey.problem(with: operation.value, of: operation.key, value) {
                return TopicRefusal(.invalidRequest, problem)
            }
        }
        guard !validateOnly else { return nil }
        let current = change.image.clientQuotas[entity] ?? [:]
        for operation in entry.ops where current[operation.key] != (operation.remove ? nil : operation.value) {
            change.add(
                .clientQuota(
                    ClientQuotaRecord(
                        entity: entity.recordParts, key: operation.key,
                        value: operation.remove ? 0 : operation.value, remove: operation.remove)))
        }
        return nil
    }

    private static func refusal(of entity: ClientQuotaEntity) -> TopicRefusal? {
        guard !entity.parts.isEmpty else {
            return TopicRefusal(.invalidRequest, "Invalid empty client quota entity")
        }
        var seen: Set<String> = []
        for part in entity.parts {
            guard seen.insert(part.type).inserted else {
                return TopicRefusal(
                    .invalidRequest, "Invalid client quota entity, duplicate entity entry \(part.type)")
            }
            guard types.contains(part.type) else {
                return TopicRefusal(.invalidRequest, "Unhandled client quota entity type: \(part.type)")
            }
            guard part.name != "" else { return TopicRefusal(.invalidRequest, "Empty \(part.type) not supported") }
            if part.type == "ip", let name = part.name, !ClientQuotaAddress.isPlausible(name) {
                return TopicRefusal(.invalidRequest, "\(name) is not a valid IP or resolvable host")
            }
        }
        guard !seen.contains("ip") || seen.count == 1 else {
            return TopicRefusal(
                .invalidRequest,
                "Invalid quota entity combination, IP entity should not be combined with User or ClientId")
        }
        return nil
    }
}
