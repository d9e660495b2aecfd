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

/// `__consumer_offsets` in memory. Appends are acknowledged at once, or one by one when the test says so; a crash loses
/// what was not acknowledged, or keeps it, as the test wishes.
final class MemoryOffsetsTopic: OffsetsTopic {
    struct Waiting: Sendable {
        var partition: Int32
        var records: ByteBuffer
        var completion: @Sendable (ErrorCode) -> Void
    }

    private struct State {
        var partitions: [Int: [ByteBuffer]] = [:]
        var waiting: [Waiting] = []
        var isCreated = false
        var acknowledgesAtOnce = true
        var error = ErrorCode.none
        var appends = 0
    }

    private let state = Mutex(State())
    private let count: Int32

    init(count: Int32 = 50) {
        self.count = count
    }

    var existingPartitionCount: Int32? { state.withLock { $0.isCreated ? count : nil } }

    var partitionCount: Int32 {
        state.withLock { $0.isCreated = true }
        return count
    }

    func append(_ records: ByteBuffer, to partition: Int32, completion: @escaping @Sendable (ErrorCode) -> Void) {
        let error = state.withLock { state -> ErrorCode? in
            state.appends += 1
            guard state.acknowledgesAtOnce else {
                state.waiting.append(Waiting(partition: partition, records: records, completion: completion))
                return nil
            }
            if state.error == .none { state.partitions[Int(partition), default: []].append(records) }
            return state.error
        }
        if let error { completion(error) }
    }

    func forEachBatch(in partition: Int32, _ body: (ByteBuffer) -> Void) {
        for batch in state.withLock({ $0.partitions[Int(partition)] ?? [] }) { body(batch) }
    }

    func hasPartition(_ partition: Int32, of topic: String) -> Bool {
        !topic.hasPrefix("missing") && partition >= 0 && partition < (topic == "probe" ? 3 : 50)
    }

    /// Whether appends are acknowledged at once.
    var acknowledgesAtOnce: Bool {
        get { state.withLock { $0.acknowledgesAtOnce } }
        set { state.withLock { $0.acknowledgesAtOnce = newValue } }
    }

    /// What appends are answered with.
    var error: ErrorCode {
        get { state.withLock { $0.error } }
        set { state.withLock { $0.error = newValue } }
    }

    /// Appends that wait for their acknowledgement.
    var waitingCount: Int { state.withLock { $0.waiting.count } }
    /// Appends so far.
    var appendCount: Int { state.withLock { $0.appends } }

    /// All batches of a partition, in order.
    func batches(in partition: Int32) -> [ByteBuffer] { state.withLock { $0.partitions[Int(partition)] ?? [] } }

    /// Puts batches into a partition.
    func seed(_ batches: [ByteBuffer], in partition: Int32) {
        state.withLock {
            $0.isCreated = true
            $0.partitions[Int(partition), default: []] += batches
        }
    }

    /// Acknowledges the waiting append at an index; the log takes the bytes in the order of appending.
    func acknowledge(at index: Int = 0, error: ErrorCode = .none) {
        let waiting = state.withLock { state -> Waiting in
            let waiting = state.waiting.remove(at: index)
            if error == .none { state.partitions[Int(waiting.partition), default: []].append(waiting.records) }
            return waiting
        }
        waiting.completion(error)
    }

    /// The first appends that wait reach the disk, the rest are lost; nobody is told.
    func crash(keeping kept: Int) {
        state.withLock { state in
            for waiting in state.waiting.prefix(kept) {
                state.partitions[Int(waiting.partition), default: []].append(waiting.records)
            }
            state.waiting = []
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

/// A coordinator with its log and its clock.
struct GroupFixture {
    let clock = ManualClock()
    let topic: MemoryOffsetsTopic
    let coordinator: GroupCoordinator

    init(settings: GroupSettings = GroupSettings(), topic: MemoryOffsetsTopic = MemoryOffsetsTopic()) {
        self.topic = topic
        let counter = Mutex(0)
        let clock = self.clock
        coordinator = GroupCoordinator(settings: settings, topic: topic, clock: clock) {
            counter.withLock {
                $0 += 1
                return "id\($0)"
            }
        }
    }

    /// The same log under a new coordinator, as after a restart.
    func restarted(settings: GroupSettings = GroupSettings()) -> GroupFixture {
        let next = GroupFixture(settings: settings, topic: topic)
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
    func sync(_ group: String = "g", _ joined: JoinGroupResponse?, instance: String? = nil, _ shares: [String: [Int32]] = [:])
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
