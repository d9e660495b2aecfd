import Foundation
import KafkaProtocol
import NIOCore
import Synchronization

@testable import BrokerCore

/// A clock that stands still until it is moved.
final class ManualClock: Clock {
    private let time: Mutex<(wall: Int64, monotonic: Int64)>

    init(wall: Int64 = 1_700_000_000_000) {
        time = Mutex((wall, 1_000))
    }

    var wallMilliseconds: Int64 { time.withLock { $0.wall } }
    var monotonicNanoseconds: UInt64 { time.withLock { UInt64($0.monotonic) * 1_000_000 } }

    /// Lets both clocks run on.
    func advance(milliseconds: Int64) {
        time.withLock {
            $0.wall += milliseconds
            $0.monotonic += milliseconds
        }
    }

    /// Sets the wall clock only, as an administrator might.
    func setWall(_ wall: Int64) {
        time.withLock { $0.wall = wall }
    }
}

/// Topics in memory.
struct MemoryCatalog: TopicCatalog {
    var version: Int64 = 1
    var topics: [String: CatalogTopic] = [:]

    var names: [String] { Array(topics.keys) }
    func catalogTopic(named name: String) -> CatalogTopic? { topics[name] }
    func topicName(of id: KafkaUUID) -> String? { topics.first { $0.value.id == id }?.key }

    /// Makes a topic, or gives it more partitions.
    mutating func make(_ name: String, partitions: Int32, racks: [Int32: [String]] = [:]) {
        let id = topics[name]?.id ?? KafkaUUID(high: UInt64(version), low: UInt64(topics.count + 1))
        topics[name] = CatalogTopic(id: id, partitionCount: partitions, racks: racks)
    }
}

/// `__consumer_offsets` in memory. Appends are acknowledged at once, or one by one when the test says so. The log keeps
/// the order of appending whatever the order of acknowledging; a crash loses appends from the end of what was never
/// acknowledged.
final class MemoryOffsetsTopic: OffsetsTopic {
    private struct Entry {
        var records: ByteBuffer
        /// Nil once acknowledged.
        var completion: (@Sendable (ErrorCode) -> Void)?
    }

    private struct State {
        var partitions: [Int32: [Entry]] = [:]
        var isCreated = false
        /// Who waits for the topic, where a test creates it by hand.
        var waitsForCreation: (@Sendable () -> Void)?
        var createsAtOnce = true
        var acknowledgesAtOnce = true
        var error = ErrorCode.none
        var appends = 0

        /// Where the appends are that wait, oldest first within a partition.
        var waiting: [(partition: Int32, index: Int)] {
            partitions.sorted { $0.key < $1.key }.flatMap { partition, entries in
                entries.indices.filter { entries[$0].completion != nil }.map { (partition, $0) }
            }
        }
    }

    private let state = Mutex(State())
    private let topics = Mutex(MemoryCatalog())
    private let count: Int32

    init(count: Int32 = 50) {
        self.count = count
    }

    var existingPartitionCount: Int32? { state.withLock { $0.isCreated ? count : nil } }

    func create(_ done: @escaping @Sendable () -> Void) {
        let isDone = state.withLock { state in
            guard state.createsAtOnce else {
                state.waitsForCreation = done
                return false
            }
            state.isCreated = true
            return true
        }
        if isDone { done() }
    }

    /// Lets creation wait for ``finishCreation(succeeds:)``.
    func holdCreation() { state.withLock { $0.createsAtOnce = false } }

    /// Ends a creation that waits; false if none does.
    func finishCreation(succeeds: Bool) -> Bool {
        let done = state.withLock { state in
            state.isCreated = succeeds
            defer { state.waitsForCreation = nil }
            return state.waitsForCreation
        }
        done?()
        return done != nil
    }

    func append(
        _ records: ByteBuffer, to partition: Int32, acks: Int16, verification: TransactionVerification?,
        completion: @escaping @Sendable (ErrorCode) -> Void
    ) {
        let error = state.withLock { state -> ErrorCode? in
            state.appends += 1
            if state.acknowledgesAtOnce, state.error != .none { return state.error }
            let waiter = state.acknowledgesAtOnce ? nil : completion
            state.partitions[partition, default: []].append(Entry(records: records, completion: waiter))
            return state.acknowledgesAtOnce ? ErrorCode.none : nil
        }
        if let error { completion(error) }
    }

    func forEachBatch(in partition: Int32, _ body: (ByteBuffer) -> Void) {
        for batch in batches(in: partition) { body(batch) }
    }

    var catalog: any TopicCatalog { topics.withLock { $0 } }

    /// Changes the topics that groups subscribe to.
    func changeTopics(_ change: (inout MemoryCatalog) -> Void) {
        topics.withLock {
            change(&$0)
            $0.version += 1
        }
    }

    func hasPartition(_ partition: Int32, of topic: String) -> Bool {
        !topic.hasPrefix("missing") && partition >= 0 && partition < (topic == "probe" ? 3 : 50)
    }

    /// Whether appends are acknowledged at once.
    var acknowledgesAtOnce: Bool {
        get { state.withLock { $0.acknowledgesAtOnce } }
        set { state.withLock { $0.acknowledgesAtOnce = newValue } }
    }

    /// What appends are answered with at once; none lets them in.
    var error: ErrorCode {
        get { state.withLock { $0.error } }
        set { state.withLock { $0.error = newValue } }
    }

    /// Appends that wait for their acknowledgement.
    var waitingCount: Int { state.withLock { $0.waiting.count } }
    /// Appends so far.
    var appendCount: Int { state.withLock { $0.appends } }

    /// All batches of a partition, in order.
    func batches(in partition: Int32) -> [ByteBuffer] {
        state.withLock { $0.partitions[partition]?.map(\.records) ?? [] }
    }

    /// Puts batches into a partition.
    func seed(_ batches: [ByteBuffer], in partition: Int32) {
        state.withLock {
            $0.isCreated = true
            $0.partitions[partition, default: []] += batches.map { Entry(records: $0, completion: nil) }
        }
    }

    /// Acknowledges one of the appends that wait; with an error its records are not in the log.
    func acknowledge(at index: Int = 0, error: ErrorCode = .none) {
        let completion = state.withLock { state -> (@Sendable (ErrorCode) -> Void)? in
            let (partition, place) = state.waiting[index]
            let completion = state.partitions[partition]?[place].completion
            if error == .none {
                state.partitions[partition]?[place].completion = nil
            } else {
                state.partitions[partition]?.remove(at: place)
            }
            return completion
        }
        completion?(error)
    }

    /// Of the appends behind the last acknowledged one of each partition some reach the disk, the rest are lost; nobody
    /// is told.
    func crash(keeping choose: (Int) -> Int) {
        state.withLock { state in
            for partition in state.partitions.keys.sorted() {
                guard var entries = state.partitions[partition] else { continue }
                let durable = (entries.lastIndex { $0.completion == nil } ?? -1) + 1
                entries.removeSubrange((durable + choose(entries.count - durable))...)
                for index in entries.indices { entries[index].completion = nil }
                state.partitions[partition] = entries
            }
        }
    }
}

/// Keeps the answers of requests that may wait.
final class Answers<Answer: Sendable>: Sendable {
    private let answers = Mutex<[Answer]>([])

    /// What came in, in order.
    var all: [Answer] { answers.withLock { $0 } }
    /// The only answer; nil as long as there is none.
    var first: Answer? { all.first }

    /// Takes an answer.
    func take(_ answer: Answer) { answers.withLock { $0.append(answer) } }
}

/// Makes the ends of member ids: id1, id2, and so on.
final class CountedIDs: Sendable {
    private let count = Mutex(0)

    func next() -> String {
        count.withLock {
            $0 += 1
            return "id\($0)"
        }
    }
}

/// A coordinator with its log and its clock.
struct GroupFixture {
    let clock: ManualClock
    let topic: MemoryOffsetsTopic
    let coordinator: GroupCoordinator
    private let ids: CountedIDs

    init(
        settings: GroupSettings = GroupSettings(),
        topic: MemoryOffsetsTopic = MemoryOffsetsTopic(),
        clock: ManualClock = ManualClock(),
        ids: CountedIDs = CountedIDs()
    ) {
        self.topic = topic
        self.clock = clock
        self.ids = ids
        coordinator = GroupCoordinator(settings: settings, topic: topic, clock: clock) { ids.next() }
    }

    /// The same log under a new coordinator, as after a restart.
    func restarted(settings: GroupSettings = GroupSettings()) -> GroupFixture {
        let next = GroupFixture(settings: settings, topic: topic, clock: clock, ids: ids)
        next.coordinator.load()
        return next
    }

    static func context(_ version: Int16 = 9, client: String = "client") -> RequestContext {
        RequestContext(clientID: client, clientHost: "/127.0.0.1", apiVersion: version)
    }

    func advance(milliseconds: Int64) {
        clock.advance(milliseconds: milliseconds)
        coordinator.tick()
    }

    /// Sends JoinGroup.
    func join(
        _ group: String = "g",
        member: String = "",
        instance: String? = nil,
        protocols: [String] = ["range"],
        topics: [String] = ["t"],
        session: Int32 = 10_000,
        rebalance: Int32 = 30_000,
        version: Int16 = 9
    ) -> Answers<JoinGroupResponse> {
        let answers = Answers<JoinGroupResponse>()
        let request = JoinGroupRequest(
            groupID: group,
            sessionTimeoutMs: session,
            rebalanceTimeoutMs: rebalance,
            memberID: member,
            groupInstanceID: instance,
            protocolType: "consumer",
            protocols: protocols.map { .init(name: $0, metadata: Self.subscription(topics)) }
        )
        coordinator.join(request, context: Self.context(version)) { answers.take($0) }
        return answers
    }

    /// Joins a dynamic member, going back with the id it is given.
    func joinNew(_ group: String = "g", protocols: [String] = ["range"], topics: [String] = ["t"])
        -> Answers<JoinGroupResponse>
    {
        let id = join(group, protocols: protocols, topics: topics).first?.memberID ?? ""
        return join(group, member: id, protocols: protocols, topics: topics)
    }

    /// Sends SyncGroup; leaders give every member named its partitions of topic `t`.
    func sync(
        _ group: String = "g", _ joined: JoinGroupResponse?, instance: String? = nil, _ shares: [String: [Int32]] = [:]
    )
        -> Answers<SyncGroupResponse>
    {
        let answers = Answers<SyncGroupResponse>()
        let request = SyncGroupRequest(
            groupID: group,
            generationID: joined?.generationID ?? -1,
            memberID: joined?.memberID ?? "",
            groupInstanceID: instance,
            protocolType: joined?.protocolType,
            protocolName: joined?.protocolName,
            assignments: shares.map { .init(memberID: $0.key, assignment: Self.assignment("t", $0.value)) }
        )
        coordinator.sync(request, context: Self.context(5)) { answers.take($0) }
        return answers
    }

    func heartbeat(_ group: String = "g", _ joined: JoinGroupResponse?, instance: String? = nil) -> ErrorCode {
        let request = HeartbeatRequest(
            groupID: group,
            generationID: joined?.generationID ?? -1,
            memberID: joined?.memberID ?? "",
            groupInstanceID: instance
        )
        return coordinator.heartbeat(request, context: Self.context(4)).errorCode
    }

    /// Sends OffsetCommit for one partition.
    func commit(
        _ group: String = "g",
        _ offset: Int64,
        partition: Int32 = 0,
        topic: String = "t",
        member: JoinGroupResponse? = nil,
        metadata: String? = nil,
        retention: Int64 = -1
    ) -> Answers<ErrorCode> {
        let answers = Answers<ErrorCode>()
        let request = OffsetCommitRequest(
            groupID: group,
            generationIDOrMemberEpoch: member?.generationID ?? -1,
            memberID: member?.memberID ?? "",
            retentionTimeMs: retention,
            topics: [
                .init(
                    name: topic,
                    partitions: [
                        .init(partitionIndex: partition, committedOffset: offset, committedMetadata: metadata)
                    ]
                )
            ]
        )
        coordinator.commitOffsets(request, context: Self.context(8)) { answer in
            answers.take(answer.topics.first?.partitions.first?.errorCode ?? .unknownServerError)
        }
        return answers
    }

    /// Sends OffsetFetch for one partition.
    func fetch(_ group: String = "g", partition: Int32 = 0, topic: String = "t", requireStable: Bool = false)
        -> OffsetFetchResponse.Partition?
    {
        let request = OffsetFetchRequest(
            groups: [.init(groupID: group, topics: [.init(name: topic, partitionIndexes: [partition])])],
            requireStable: requireStable
        )
        return coordinator.fetchOffsets(request, context: Self.context(8)).groups.first?.topics.first?.partitions.first
    }

    func state(_ group: String = "g") -> String {
        let request = DescribeGroupsRequest(groups: [group])
        return coordinator.describeGroups(request, context: Self.context(5)).groups.first?.groupState ?? ""
    }

    static func subscription(_ topics: [String]) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeInteger(Int16(0))
        bytes.writeInteger(Int32(topics.count))
        for topic in topics {
            bytes.writeInteger(Int16(topic.utf8.count))
            bytes.writeString(topic)
        }
        bytes.writeInteger(Int32(-1))
        return bytes
    }

    static func assignment(_ topic: String, _ partitions: [Int32]) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeInteger(Int16(0))
        bytes.writeInteger(Int32(1))
        bytes.writeInteger(Int16(topic.utf8.count))
        bytes.writeString(topic)
        bytes.writeInteger(Int32(partitions.count))
        for partition in partitions { bytes.writeInteger(partition) }
        bytes.writeInteger(Int32(-1))
        return bytes
    }
}
