import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import Synchronization

/// A demo group at work: reads at its pace, commits each second, comes and goes as its phases say.
struct DemoConsumer {
    private let group: DemoGroup
    private let broker: Broker
    private let speed: Double
    private let partitions: Int32
    private let membership: GroupMembership
    private var projection: BalanceProjection?
    private var positions: [Int32: Int64] = [:]
    private var sinceCommit = 0.0
    /// Records the pace allows but that were not read yet.
    private var budget = 0.0
    /// Where the next round of reading begins, so that a slow group is fair to its partitions.
    private var nextPartition: Int32 = 0

    /// A group that has not joined yet.
    init(_ group: DemoGroup, partitions: Int32, projection: BalanceProjection?, broker: Broker, speed: Double) {
        self.group = group
        self.broker = broker
        self.speed = speed
        self.partitions = partitions
        self.projection = projection
        membership = GroupMembership(group, partitions: partitions, coordinator: broker.groups)
    }

    /// Starts all partitions at the log's end less a little, so that the group has something to read and to commit.
    mutating func startNearEnd() {
        for partition in 0..<partitions {
            let offsets = broker.offsets(of: TopicPartition(topic: group.topic, partition: partition))
            positions[partition] = offsets.map { max($0.start, $0.end - 20) } ?? 0
        }
    }

    /// Does what the time since the last call wants.
    ///
    /// - Parameters:
    ///   - elapsed: Wall seconds since the last call.
    ///   - seconds: Demo seconds since the start.
    ///   - now: Wall milliseconds.
    mutating func step(elapsed: Double, seconds: Double, now: Int64) {
        let pace = group.pace(at: seconds)
        guard pace != .stopped else { return membership.leave() }
        membership.step()
        guard membership.isSettled else { return }
        if case .reading(let rate) = pace {
            // What could not be read for lack of records is not saved up.
            budget = min(budget + rate * speed * elapsed, rate * speed)
            read(now: now)
        }
        sinceCommit += elapsed
        if sinceCommit >= 1 {
            sinceCommit = 0
            membership.heartbeat()
            if pace != .stuck { membership.commit(positions) }
        }
    }

    /// Leaves the group, keeping its commits.
    func stop() { membership.leave() }

    private mutating func read(now: Int64) {
        var idle: Int32 = 0
        while budget >= 1, idle < partitions {
            let partition = nextPartition
            nextPartition = (nextPartition + 1) % partitions
            idle = read(partition, now: now) ? 0 : idle + 1
        }
    }

    /// Reads one partition's next batches; false when there was nothing.
    private mutating func read(_ partition: Int32, now: Int64) -> Bool {
        let position = positions[partition] ?? 0
        let name = TopicPartition(topic: group.topic, partition: partition)
        let outcome = broker.read(name, from: position, maxBytes: 64 << 10)
        guard outcome.error == .none, let result = outcome.result else {
            // Retention may have passed the position: go on where the log begins.
            if let start = outcome.offsets?.start, start > position { positions[partition] = start }
            return false
        }
        guard result.nextOffset > position else { return false }
        // As the listener counts what it sends to consumers of its own.
        broker.counters.bytesOut.wrappingAdd(Int64(result.records.readableBytes), ordering: .relaxed)
        // A slow consumer stops inside a batch, as a real one may.
        let end = min(result.nextOffset, position + Int64(max(1, budget)))
        projection?.fold(result.records, through: end, to: broker, now: now)
        budget -= Double(end - position)
        positions[partition] = end
        return true
    }
}
