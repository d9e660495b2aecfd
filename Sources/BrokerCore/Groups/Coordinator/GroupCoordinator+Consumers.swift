package import KafkaProtocol
import Logging
import OrderedCollections

/// Something that happens to a KIP-848 group, with who waits for the outcome.
struct ConsumerOperation: Sendable {
    /// What happens.
    enum Event: Sendable {
        case heartbeat(ConsumerHeartbeat)
        case leave(ConsumerHeartbeat)
        case tick
    }

    var event: Event
    /// Runs once, outside the lock; nil where nobody waits.
    var completion: (@Sendable (Result<ConsumerHeartbeatAnswer, ConsumerGroupRefusal>) -> Void)?

    /// Time has passed.
    static let tick = ConsumerOperation(event: .tick)
}

/// Records of a KIP-848 group on their way to the log.
struct ConsumerGroupWrite: Sendable {
    /// The group as the log has it; it comes back if the log refuses.
    var before: Membership
    /// What came since, in order. It may build on what is not written yet, so it waits.
    var waiting: [ConsumerOperation] = []
}

/// ConsumerGroupHeartbeat (KIP-848).
///
/// A change counts from the moment it is decided and is told when the log has it. Until then whatever else comes for the same group
/// waits: if the log refuses, the group is again what the log says, and nobody was told otherwise.
extension GroupCoordinator {
    /// ConsumerGroupHeartbeat: answered when what it changes is in the log, at once where it changes nothing.
    package func consumerHeartbeat(
        _ request: ConsumerGroupHeartbeatRequest,
        context: RequestContext,
        completion: @escaping @Sendable (ConsumerGroupHeartbeatResponse) -> Void
    ) {
        let interval = settings.consumer.heartbeatInterval
        let answer = { @Sendable (result: Result<ConsumerHeartbeatAnswer, ConsumerGroupRefusal>) in
            completion(ConsumerGroupHeartbeatResponse(result, heartbeatInterval: interval))
        }
        if let refusal = request.refusal(version: context.apiVersion, assignors: settings.consumer.assignors) {
            return answer(.failure(refusal))
        }
        // Kafka's ids of such members are its own UUIDs, not those of classic members.
        let memberID = request.memberID.isEmpty ? "\(KafkaUUID.random())" : request.memberID
        let beat = ConsumerHeartbeat(request, context, memberID: memberID)
        let event: ConsumerOperation.Event = request.memberEpoch < 0 ? .leave(beat) : .heartbeat(beat)
        act { registry, aftermath in
            perform(
                ConsumerOperation(event: event, completion: answer), on: request.groupID, &registry, &aftermath)
        }
    }

    /// Does something to a group, or lets it wait for the log.
    func perform(
        _ operation: ConsumerOperation, on groupID: String, _ registry: inout GroupRegistry,
        _ aftermath: inout Aftermath
    ) {
        if registry.groups[groupID]?.write != nil {
            registry.groups[groupID]?.write?.waiting.append(operation)
            return
        }
        do throws(ConsumerGroupRefusal) {
            switch operation.event {
            case .heartbeat(let beat):
                let now = self.now
                let version = topic.catalog.version
                if let answer = registry.groups[groupID]?.keepAlive(beat, catalogVersion: version, now: now) {
                    return aftermath.then { operation.completion?(.success(answer)) }
                }
                let (group, replaced) = try consumerGroup(groupID, creating: beat.isJoin, registry)
                var next = group
                let (answer, records) = try next.heartbeat(beat, catalog: topic.catalog, now: now)
                commit(next, replaced + records.map { .consumerGroup(groupID, $0) }, &registry, &aftermath) {
                    operation.completion?($0.map { answer })
                }
            case .leave(let beat):
                var (next, _) = try consumerGroup(groupID, creating: false, registry)
                let (answer, records) = try next.leave(beat, catalog: topic.catalog)
                commit(next, records.map { .consumerGroup(groupID, $0) }, &registry, &aftermath) {
                    operation.completion?($0.map { answer })
                }
            case .tick:
                guard var next = registry.groups[groupID]?.consumer else { return }
                let records = next.tick(catalog: topic.catalog, now: now)
                commit(next, records.map { .consumerGroup(groupID, $0) }, &registry, &aftermath) { _ in }
            }
        } catch {
            aftermath.then { operation.completion?(.failure(error)) }
        }
    }

    /// The KIP-848 group of that id (Kafka's `getOrMaybeCreateConsumerGroup`). Members who join make it if it is missing, and take
    /// the place of a classic group that has no members: its offsets stay.
    ///
    /// - Returns: The group, and what takes the classic group out of the log.
    private func consumerGroup(
        _ groupID: String, creating: Bool, _ registry: GroupRegistry
    ) throws(ConsumerGroupRefusal) -> (ConsumerGroup, replaced: [OffsetsRecord]) {
        let entry = registry.groups[groupID]
        if let group = entry?.consumer { return (group, []) }
        guard creating else {
            throw ConsumerGroupRefusal(
                .groupIDNotFound,
                entry == nil
                    ? "Consumer group \(groupID) not found." : "Group \(groupID) is not a consumer group.")
        }
        guard entry?.isVacant ?? true else {
            // Kafka's `group.consumer.migration.policy` is `disabled`: a live group does not change its kind.
            throw ConsumerGroupRefusal(.groupIDNotFound, "Group \(groupID) is not a consumer group.")
        }
        return (ConsumerGroup(groupID: groupID, settings: settings.consumer), entry?.tombstones ?? [])
    }

    /// Makes a changed group the present one and queues its records; the outcome comes when the log has them.
    private func commit(
        _ next: ConsumerGroup, _ records: [OffsetsRecord], _ registry: inout GroupRegistry,
        _ aftermath: inout Aftermath,
        completion: @escaping @Sendable (Result<Void, ConsumerGroupRefusal>) -> Void
    ) {
        let groupID = next.groupID
        if registry.groups[groupID] == nil {
            registry.insert(.none(groupID))
            scheduleExpiry(&registry)
        }
        guard let entry = registry.groups[groupID] else { return }
        let before = entry.membership
        registry.groups[groupID]?.membership = .consumer(next)
        registry.schedule(groupID)
        guard !records.isEmpty else { return aftermath.then { completion(.success(())) } }
        registry.touch(groupID)
        registry.groups[groupID]?.write = ConsumerGroupWrite(before: before)
        let incarnation = entry.incarnation
        let state = next.state.rawValue
        let finish = { @Sendable [weak self] (error: ErrorCode) in
            self?.finish(groupID, incarnation, Self.errorOfStore(error), completion)
            return
        }
        do {
            let batch = try OffsetsBatch.encode(records, timestamp: now.wall)
            appender.enqueue(CoordinatorAppender.Entry(place: .id(groupID), records: batch, completion: finish))
            aftermath.then { [logger] in
                logger.debug("group \(groupID) is \(state)", metadata: ["epoch": "\(next.epoch)"])
            }
        } catch {
            aftermath.then { [logger] in
                logger.error("group \(groupID) cannot be written: \(error)")
                finish(.unknownServerError)
            }
        }
    }

    /// The log has, or has not, what a group wanted to be written. What waited for it goes on.
    private func finish(
        _ groupID: String, _ incarnation: UInt64, _ error: ErrorCode,
        _ completion: @escaping @Sendable (Result<Void, ConsumerGroupRefusal>) -> Void
    ) {
        if error != .none { logger.warning("group \(groupID) could not be stored: \(error)") }
        act { registry, aftermath in
            aftermath.then {
                completion(
                    error == .none
                        ? .success(())
                        : .failure(ConsumerGroupRefusal(error, "The group's records could not be written: \(error).")))
            }
            guard let entry = registry.groups[groupID], entry.incarnation == incarnation, let write = entry.write else {
                return
            }
            registry.groups[groupID]?.write = nil
            if error != .none { undo(to: write.before, groupID, &registry) }
            registry.touch(groupID)
            for operation in write.waiting { perform(operation, on: groupID, &registry, &aftermath) }
        }
    }

    /// Takes back what could not be written.
    private func undo(to before: Membership, _ groupID: String, _ registry: inout GroupRegistry) {
        guard let entry = registry.groups[groupID] else { return }
        if case .none = before {
            guard entry.hasOffsets else { return registry.remove(groupID) }
            // Somebody commits to it already, without being a member.
            registry.groups[groupID]?.membership = .classic(
                ClassicGroup(groupID: groupID, settings: settings, now: now))
        } else {
            registry.groups[groupID]?.membership = before
        }
        registry.schedule(groupID)
    }

    /// Makes way for a classic group where a KIP-848 group has no members any more; its offsets stay.
    ///
    /// - Parameter isNewcomer: Whether the JoinGroup that wants it is one that could make a group.
    /// - Returns: Why not; none if the group is classic now.
    func makeClassic(_ groupID: String, isNewcomer: Bool, _ registry: inout GroupRegistry) -> ErrorCode {
        guard let entry = registry.groups[groupID] else { return .unknownMemberID }
        // What is being decided may empty the group: the client asks again.
        if entry.write != nil { return .coordinatorLoadInProgress }
        guard entry.isEmpty else { return .inconsistentGroupProtocol }
        guard isNewcomer else { return .unknownMemberID }
        do {
            for batch in try OffsetsBatch.tombstones(
                of: groupID, partitions: [], andGroup: entry.tombstones, timestamp: now.wall)
            {
                appender.enqueue(
                    CoordinatorAppender.Entry(place: .id(groupID), records: batch) { [logger] error in
                        guard error != .none else { return }
                        logger.warning("group \(groupID) is classic now, but not so in the log: \(error)")
                    })
            }
        } catch {
            logger.error("the tombstones of group \(groupID) cannot be written: \(error)")
            return .unknownServerError
        }
        registry.groups[groupID]?.membership = .classic(ClassicGroup(groupID: groupID, settings: settings, now: now))
        registry.touch(groupID)
        return .none
    }
}
