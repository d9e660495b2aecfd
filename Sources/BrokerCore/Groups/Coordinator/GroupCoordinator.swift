import KafkaProtocol
package import Logging
import NIOCore
import OrderedCollections
import Synchronization

/// Coordinates consumer groups, classic ones and those of KIP-848: membership, committed offsets, and their records in
/// `__consumer_offsets`.
///
/// It speaks the protocol's messages, as Kafka's `GroupCoordinator` interface does. One lock guards all groups; it is
/// never held while something is written or answered. Whatever waits for other members or for the log takes a
/// completion, which runs exactly once, on the thread that brought the answer about. ``close()`` answers what still
/// waits.
///
/// Nothing happens without a call: somebody sends ``tick()`` when ``nextDeadline`` has come (``CoordinatorTimer`` does).
package final class GroupCoordinator: TimedCoordinator {
    let settings: GroupSettings
    let topic: any OffsetsTopic
    let clock: any Clock
    let logger: Logger
    let makeID: @Sendable () -> String
    let appender: CoordinatorAppender
    let registry = Mutex(GroupRegistry())
    let snapshots = Mutex(GroupSnapshotCache())
    /// Wakes the timer.
    package let alarm = CoordinatorAlarm()

    /// A coordinator without groups; ``load()`` brings those of the log.
    ///
    /// - Parameters:
    ///   - settings: The broker settings that groups obey.
    ///   - topic: Where groups and offsets are kept.
    ///   - clock: Tells the time.
    ///   - logger: Is told of rebalances and of records that cannot be used.
    ///   - makeID: Makes the unique end of a member id; by default a random UUID, as Kafka's.
    package init(
        settings: GroupSettings,
        topic: any OffsetsTopic,
        clock: any Clock,
        logger: Logger = Logger(label: "weir.groups"),
        makeID: @escaping @Sendable () -> String = MemberIDs.random
    ) {
        self.settings = settings
        self.topic = topic
        self.clock = clock
        self.logger = logger
        self.makeID = makeID
        appender = CoordinatorAppender(topic: topic)
    }

    /// The present moment on both clocks.
    var now: GroupInstant {
        GroupInstant(wall: clock.wallMilliseconds, monotonic: Int64(clock.monotonicNanoseconds / 1_000_000))
    }

    /// The present on the clock of deadlines, milliseconds.
    package var monotonicMilliseconds: Int64 { now.monotonic }

    // MARK: Acting

    /// What is left to do once the lock is released.
    struct Aftermath {
        /// Answers to give.
        var answers: [@Sendable () -> Void] = []

        /// Adds an answer.
        mutating func then(_ answer: @escaping @Sendable () -> Void) { answers.append(answer) }
    }

    /// Does something to the groups, then writes and answers what follows from it.
    @discardableResult
    func act<Result: Sendable>(_ body: (inout GroupRegistry, inout Aftermath) -> Result) -> Result {
        var aftermath = Aftermath()
        let (result, deadline) = registry.withLock { registry in
            let result = body(&registry, &aftermath)
            return (result, registry.nextDeadline)
        }
        appender.drain()
        for answer in aftermath.answers { answer() }
        alarm.wake(for: deadline)
        return result
    }

    /// Passes an event to a classic group and carries out what it wants, but for answers to heartbeats and leavings: those are
    /// returned, since nobody waits for them.
    func send(
        _ event: GroupEvent,
        to groupID: String,
        _ registry: inout GroupRegistry,
        _ aftermath: inout Aftermath
    ) -> GroupEffect? {
        let now = self.now
        guard let before = registry.groups[groupID].map(VisibleState.init) else { return nil }
        var immediate: GroupEffect?
        for effect in registry.handle(event, in: groupID, now: now) {
            switch effect {
            case .answerJoin(let request, let answer):
                guard let completion = registry.groups[groupID]?.joins.removeValue(forKey: request) else { break }
                aftermath.then { completion(answer) }
            case .answerSync(let request, let answer):
                guard let completion = registry.groups[groupID]?.syncs.removeValue(forKey: request) else { break }
                aftermath.then { completion(answer) }
            case .answerHeartbeat, .answerLeave:
                immediate = effect
            case .store(let group, let purpose):
                guard let entry = registry.groups[groupID] else { break }
                store(group, purpose, of: entry, now, &aftermath)
            }
        }
        if let after = registry.groups[groupID].map(VisibleState.init), after != before {
            registry.touch(groupID)
            if after.state != before.state { aftermath.then { self.log(after, groupID) } }
        }
        return immediate
    }

    /// What of a group's membership a screen shows, in short.
    private struct VisibleState: Equatable, Sendable {
        var state: String
        var stateTimestamp: Int64?
        var generation: Int32
        var memberCount: Int

        init(_ entry: GroupEntry) {
            state = entry.stateName
            stateTimestamp = entry.classic?.stateTimestamp
            generation = entry.generation
            memberCount = entry.memberCount
        }
    }

    private func log(_ group: VisibleState, _ groupID: String) {
        logger.debug(
            "group \(groupID) is \(group.state)",
            metadata: ["generation": "\(group.generation)", "members": "\(group.memberCount)"]
        )
    }

    /// Queues a group's metadata for the log; the outcome comes back as an event.
    private func store(
        _ group: StoredGroup,
        _ purpose: StorePurpose,
        of entry: GroupEntry,
        _ now: GroupInstant,
        _ aftermath: inout Aftermath
    ) {
        let groupID = entry.groupID
        let incarnation = entry.incarnation
        let finish = { @Sendable [weak self] (error: ErrorCode) -> Void in
            self?.stored(purpose, Self.errorOfStore(error), groupID, incarnation)
        }
        do {
            let batch = try OffsetsBatch.encode(group, of: groupID, timestamp: now.wall)
            appender.enqueue(CoordinatorAppender.Entry(place: .id(groupID), records: batch, completion: finish))
        } catch {
            aftermath.then { [logger] in
                logger.error("group \(groupID) cannot be written: \(error)")
                finish(.unknownServerError)
            }
        }
    }

    private func stored(_ purpose: StorePurpose, _ error: ErrorCode, _ groupID: String, _ incarnation: UInt64) {
        if error != .none {
            logger.warning("group \(groupID) could not be stored: \(error)")
        }
        act { registry, aftermath in
            guard registry.groups[groupID]?.incarnation == incarnation else { return }
            _ = send(.stored(purpose, error), to: groupID, &registry, &aftermath)
            registry.touch(groupID)
        }
    }

    /// What members are told when group metadata cannot be written (Kafka's `storeGroup`).
    static func errorOfStore(_ error: ErrorCode) -> ErrorCode {
        switch error {
        case .unknownTopicOrPartition, .notEnoughReplicas, .notEnoughReplicasAfterAppend: .coordinatorNotAvailable
        case .notLeaderOrFollower, .kafkaStorageError: .notCoordinator
        case .requestTimedOut: .rebalanceInProgress
        case .messageTooLarge, .recordListTooLarge, .invalidFetchSize: .unknownServerError
        default: error
        }
    }

    // MARK: Time

    /// When ``tick()`` is worth calling next, monotonic milliseconds; nil as long as nothing can become due.
    package var nextDeadline: Int64? { registry.withLock { $0.nextDeadline } }

    /// Lets everything happen that is due: sessions that end, rebalances whose time is up, offsets that expire.
    package func tick() {
        let now = self.now
        act { registry, aftermath in
            while let groupID = registry.popDue(now.monotonic) {
                if registry.groups[groupID]?.consumer != nil {
                    perform(.tick, on: groupID, &registry, &aftermath)
                } else {
                    _ = send(.tick, to: groupID, &registry, &aftermath)
                }
            }
            expire(now, &registry, &aftermath)
        }
    }

    /// Answers every request that still waits with COORDINATOR_NOT_AVAILABLE, so that clients look for the coordinator
    /// anew. Members and offsets stay as the log has them.
    package func close() {
        act { registry, aftermath in
            for groupID in Array(registry.groups.keys) {
                guard let entry = registry.groups[groupID] else { continue }
                for completion in entry.joins.values {
                    aftermath.then { completion(.failure(.coordinatorNotAvailable, memberID: "")) }
                }
                for completion in entry.syncs.values {
                    aftermath.then { completion(.failure(.coordinatorNotAvailable)) }
                }
                for operation in entry.write?.waiting ?? [] {
                    let refusal = ConsumerGroupRefusal(.coordinatorNotAvailable, "The coordinator is not available.")
                    aftermath.then { operation.completion?(.failure(refusal)) }
                }
                registry.groups[groupID]?.joins = [:]
                registry.groups[groupID]?.syncs = [:]
                registry.groups[groupID]?.write?.waiting = []
            }
        }
    }
}

/// Makes the unique ends of member ids.
package enum MemberIDs {
    /// A random UUID (version 4) in the usual form, in lower case.
    package static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return make(generator.next(), generator.next())
    }

    /// A UUID (version 4) from 128 bits.
    package static func make(_ high: UInt64, _ low: UInt64) -> String {
        let high = high & ~0xF000 | 0x4000
        let low = low & ~(0xC000 << 48) | (0x8000 << 48)
        let digits = Array("0123456789abcdef")
        var text = ""
        text.reserveCapacity(36)
        for (word, dashes) in [(high, [8, 12]), (low, [0, 4])] {
            for position in 0..<16 {
                if dashes.contains(position) { text.append("-") }
                text.append(digits[Int(word >> UInt64(60 - position * 4) & 0xF)])
            }
        }
        return text
    }
}
