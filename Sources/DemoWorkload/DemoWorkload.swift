package import BrokerCore
import Cluster
import KafkaProtocol
import Synchronization

/// A living workload on a broker: producers that swell and ebb, groups that keep up, fall behind, recover and stop.
///
/// The records and their order come from the seed; how many are written by when follows the clock.
package final class DemoWorkload: Sendable {
    private let broker: Broker
    private let seed: UInt64
    private let speed: Double
    private let play: DemoGroup.Play
    private let clock: any BrokerCore.Clock
    private let task = Mutex<Task<Void, Never>?>(nil)
    private let producers: Mutex<[DemoProducer]>

    /// Wall milliseconds between two steps.
    private static let stepMilliseconds: Int64 = 200

    /// A workload that has not begun.
    ///
    /// - Parameters:
    ///   - speed: Records a second and phases are this much faster; above 0.
    ///   - play: Whether it plays faults.
    package init(
        on broker: Broker, seed: UInt64, speed: Double, plays play: DemoGroup.Play = .faults,
        clock: any BrokerCore.Clock = SystemClock()
    ) {
        self.play = play
        self.broker = broker
        self.seed = seed
        self.speed = speed
        self.clock = clock
        producers = Mutex(
            DemoTopic.all.compactMap { DemoProducer($0, broker: broker, seed: seed, speed: speed) }
        )
    }

    /// Makes the topics that are missing and writes what there is to see at once, before anybody watches the rates.
    ///
    /// - Throws: `DemoError` with the broker's own words.
    package func prepare() throws(DemoError) {
        try createTopics()
        let now = clock.wallMilliseconds
        producers.withLock { producers in
            for index in producers.indices { producers[index].writeBacklog(now: now) }
        }
    }

    private func createTopics() throws(DemoError) {
        var request = CreateTopicsRequest()
        request.topics = (DemoTopic.all + DemoTopic.ofQueries).map { topic in
            CreateTopicsRequest.Topic(
                name: topic.name,
                numPartitions: topic.partitions,
                replicationFactor: 1,
                configs: topic.settings.map { CreateTopicsRequest.Config(name: $0.key, value: $0.value) }
            )
        }
        for answer in broker.topics.create(request).topics
        where answer.errorCode != .none && answer.errorCode != .topicAlreadyExists {
            throw DemoError(description: "topic \(answer.name): \(answer.errorMessage ?? "\(answer.errorCode)")")
        }
    }

    /// Begins to work.
    package func start() {
        task.withLock { task in
            guard task == nil else { return }
            task = Task { [self] in await run() }
        }
    }

    /// Stops; groups leave, their commits stay.
    package func stop() async {
        let running = task.withLock { task in
            defer { task = nil }
            return task
        }
        running?.cancel()
        await running?.value
    }

    private func run() async {
        await withTaskGroup(of: Void.self) { tasks in
            for producer in producers.withLock({ $0 }) {
                tasks.addTask { [self] in
                    var producer = producer
                    await pace { elapsed, seconds, now in
                        producer.step(elapsed: elapsed, seconds: seconds, now: now)
                    }
                }
            }
            for group in DemoGroup.all(playing: play) {
                guard let topic = DemoTopic.all.first(where: { $0.name == group.topic }) else { continue }
                let target = DemoTopic.all.first { $0.name == group.projectsTo }
                tasks.addTask { [self] in
                    var consumer = DemoConsumer(
                        group,
                        partitions: topic.partitions,
                        projection: target.map { BalanceProjection(into: $0) },
                        broker: broker,
                        speed: speed
                    )
                    consumer.startNearEnd()
                    await pace { elapsed, seconds, now in
                        consumer.step(elapsed: elapsed, seconds: seconds, now: now)
                    }
                    consumer.stop()
                }
            }
        }
    }

    /// Calls `step` at an even pace until the task is cancelled, telling it how much time really went by.
    private func pace(_ step: (_ elapsed: Double, _ seconds: Double, _ now: Int64) -> Void) async {
        let start = clock.monotonicNanoseconds
        var last = start
        while !Task.isCancelled {
            // A producer's own rhythm: nothing else could say when the next records are due.
            try? await Task.sleep(for: .milliseconds(Self.stepMilliseconds))
            let now = clock.monotonicNanoseconds
            let elapsed = Double(now &- last) / 1e9
            last = now
            // After a long sleep of the machine the rates do not make up for it.
            step(min(elapsed, 1), Double(now &- start) / 1e9 * speed, clock.wallMilliseconds)
        }
    }
}

/// Why the demo cannot be set up.
package struct DemoError: Error, CustomStringConvertible {
    /// The sentence to show.
    package let description: String
}
