import Cluster
import ClusterRequests
import KafkaProtocol
import Synchronization

/// Bytes of partitions on each broker, as DescribeLogDirs told last.
struct KnownSizes: Sendable {
    private struct Broker: Sendable {
        var readAt: Int64
        var topics: [String: [Int32: Int64]] = [:]
    }

    private var brokers: [Int32: Broker] = [:]

    /// Bytes of a topic's partitions on a broker, by number.
    func sizes(of topic: String, on broker: Int32) -> [Int32: Int64]? { brokers[broker]?.topics[topic] }

    /// When a broker was asked for all partitions, uptime milliseconds; nil for never.
    func readAt(_ broker: Int32) -> Int64? { brokers[broker]?.readAt }

    /// Takes in what a broker said of all its partitions; nil for nothing, so that it is not asked again at once.
    mutating func replace(_ broker: Int32, with answer: DescribeLogDirsResponse?, readAt: Int64) {
        brokers[broker] = Broker(readAt: readAt)
        if let answer { update(broker, with: answer) }
    }

    /// Takes in what a broker said of some partitions.
    mutating func update(_ broker: Int32, with answer: DescribeLogDirsResponse) {
        // Nothing is known of the rest: an age of its own would hide that.
        var known = brokers[broker] ?? Broker(readAt: .min / 2)
        for directory in answer.results {
            for topic in directory.topics {
                for partition in topic.partitions where !partition.isFutureKey {
                    known.topics[topic.name, default: [:]][partition.partitionIndex] = partition.partitionSize
                }
            }
        }
        brokers[broker] = known
    }

    /// Forgets brokers that are gone.
    mutating func keep(_ present: Set<Int32>) { brokers = brokers.filter { present.contains($0.key) } }
}

/// DescribeLogDirs: how large partitions are.
extension KafkaCluster {
    /// Learns the sizes of partitions on their leaders: of all where what is known is old, of those named each time.
    func readSizes(of topics: [ClusterMap.Topic], areNamed: Bool) async {
        let now = clock.uptimeMilliseconds()
        let leaders = Set(topics.lazy.flatMap(\.partitions).map(\.leader).filter { $0 >= 0 })
        let due =
            areNamed
            ? leaders
            : state.withLock { state in
                state.sizes.keep(Set(state.map.brokers.keys))
                return leaders.filter { now - (state.sizes.readAt($0) ?? .min / 2) >= polling.sizeMilliseconds }
            }
        await withTaskGroup(of: (Int32, Result<DescribeLogDirsResponse, ClusterError>).self) { group in
            for broker in due {
                let request = DescribeLogDirsRequest(
                    topics: areNamed ? Self.partitions(of: topics, ledBy: broker) : nil)
                group.addTask { [self] in (broker, await poll(request, toBroker: broker)) }
            }
            for await (broker, answer) in group {
                // A broker that refuses leaves sizes unknown; whoever wants the reason asks for its log directories.
                let answer = try? answer.get()
                state.withLock { state in
                    if !areNamed {
                        state.sizes.replace(broker, with: answer, readAt: now)
                    } else if let answer {
                        state.sizes.update(broker, with: answer)
                    }
                }
            }
        }
    }

    private static func partitions(
        of topics: [ClusterMap.Topic], ledBy broker: Int32
    ) -> [DescribeLogDirsRequest.Topic] {
        topics.compactMap { topic in
            let numbers = topic.partitions.filter { $0.leader == broker }.map(\.number)
            return numbers.isEmpty ? nil : .init(topic: topic.name, partitions: numbers)
        }
    }
}
