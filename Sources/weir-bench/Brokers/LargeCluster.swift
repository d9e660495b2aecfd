import Cluster
import DemoWorkload
import Monitor
import MonitorScript
import Synchronization
import WindowedMetrics

/// A cluster in memory on which everything moves from poll to poll: a monitor's and a console's load without a broker's.
final class LargeCluster: ReadOnlyFake {
    private struct Flow {
        var end: Int64
        var lag: Int64
        /// Records between two polls, about.
        let rate: Int64
    }

    private struct World {
        var flows: [[Flow]]
        var random = SeededRandom(seed: 42)
    }

    private let world: Mutex<World>
    private let names: [String]
    private let ids: [String]
    private let partitionsPerTopic: Int
    private let rowsPerGroup: Int
    private let clock = SystemMonitorClock()

    /// A cluster of topics with so many partitions each, and of groups that read so many partitions each.
    init(topics: Int, partitionsPerTopic: Int, groups: Int, rowsPerGroup: Int) {
        self.partitionsPerTopic = partitionsPerTopic
        self.rowsPerGroup = rowsPerGroup
        names = (0..<topics).map { "\(Self.teams[$0 % Self.teams.count]).events-\($0)" }.sorted()
        ids = (0..<groups).map { "\(Self.teams[$0 % Self.teams.count])-consumer-\($0)" }.sorted()
        var random = SeededRandom(seed: 7)
        let flows = (0..<topics).map { _ in
            (0..<partitionsPerTopic).map { _ in
                Flow(
                    end: Int64.random(in: 1_000_000...90_000_000, using: &random),
                    lag: Int64.random(in: 0...20_000, using: &random), rate: Int64.random(in: 1...400, using: &random))
            }
        }
        world = Mutex(World(flows: flows))
    }

    private static let teams = ["orders", "payments", "shipping", "web", "inventory.eu", "inventory.us", "fraud"]

    func status() async throws(ClusterError) -> ClusterStatus {
        ClusterStatus(
            clusterID: "large", brokers: [BrokerDescription(nodeID: 1, host: "127.0.0.1", port: 9092)])
    }

    func groups(named names: [String]?) async throws(ClusterError) -> [GroupDescription] {
        world.withLock { world in
            for topic in world.flows.indices {
                for place in world.flows[topic].indices {
                    let written = Int64.random(in: 0...(2 * world.flows[topic][place].rate), using: &world.random)
                    let read = Int64.random(in: 0...(2 * world.flows[topic][place].rate), using: &world.random)
                    world.flows[topic][place].end += written
                    world.flows[topic][place].lag = max(0, world.flows[topic][place].lag + written - read)
                }
            }
            return ids.indices.map { group($0, world.flows) }
        }
    }

    private func group(_ number: Int, _ flows: [[Flow]]) -> GroupDescription {
        let now = clock.now().wallMilliseconds
        var commits: [CommittedOffset] = []
        commits.reserveCapacity(rowsPerGroup)
        for row in 0..<rowsPerGroup {
            let index = number * rowsPerGroup + row
            let topic = index / partitionsPerTopic % flows.count
            let flow = flows[topic][index % partitionsPerTopic]
            commits.append(
                CommittedOffset(
                    topicPartition: TopicPartition(
                        topic: names[topic], partition: Int32(index % partitionsPerTopic)),
                    offset: flow.end - flow.lag, committedAt: now))
        }
        let half = rowsPerGroup / 2
        let members = [commits[..<half], commits[half...]].enumerated().map { index, commits in
            GroupMember(
                memberID: "\(ids[number])-\(index)-5f1c", clientID: "\(ids[number])-\(index)", clientHost: "/10.0.0.7",
                assignment: commits.map(\.topicPartition))
        }
        return GroupDescription(
            groupID: ids[number], state: .stable, protocolName: "range", generation: 3, members: members,
            commits: commits)
    }

    func topics(named names: [String]?, detail: TopicDetail) async throws(ClusterError) -> [TopicDescription] {
        world.withLock { world in
            world.flows.indices.map { topic in
                TopicDescription(
                    name: self.names[topic], topicID: self.names[topic],
                    partitions: world.flows[topic].indices.map { place in
                        let end = world.flows[topic][place].end
                        return PartitionDescription(
                            partition: Int32(place), offsets: PartitionOffsets(logStart: 0, highWatermark: end),
                            sizeBytes: end * 100)
                    })
            }
        }
    }

    func fetch(
        _ starts: [FetchStart], limits: FetchLimits
    ) async -> [TopicPartition: Result<FetchedRecords, ClusterError>] {
        let now = clock.now().wallMilliseconds
        var answers: [TopicPartition: Result<FetchedRecords, ClusterError>] = [:]
        for start in starts {
            let record = FetchedRecord(offset: start.offset, timestamp: now - 5000, key: nil, value: nil)
            answers[start.topicPartition] = .success(
                FetchedRecords(
                    records: [record], nextOffset: start.offset + 1,
                    offsets: PartitionOffsets(logStart: 0, highWatermark: .max)))
        }
        return answers
    }
}
