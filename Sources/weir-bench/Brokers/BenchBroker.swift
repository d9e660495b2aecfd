import BrokerCore
import Cluster
import KafkaProtocol
import Logging

/// A broker in this process for one figure.
struct BenchBroker {
    /// The broker, started.
    let broker: Broker

    /// Opens a broker on a folder.
    ///
    /// - Parameters:
    ///   - settings: Broker settings by Kafka's keys.
    ///   - storage: The disk.
    /// - Throws: `BrokerError`, `ConfigError`.
    init(at path: String, settings: [(key: String, value: String)] = [], storage: any Storage = DiskStorage()) throws {
        var logger = Logger(label: "weir-bench")
        logger.logLevel = .error
        broker = try Broker.open(
            BrokerConfiguration(dataDirectory: path, settings: BrokerSettings(settings)), storage: storage,
            logger: logger)
        broker.start()
    }

    /// Creates a topic.
    ///
    /// - Throws: `BenchError` with the broker's words.
    func create(_ topic: String, partitions: Int32 = 1, configs: [String: String] = [:]) throws {
        let response = broker.topics.create(
            CreateTopicsRequest(
                topics: [
                    .init(
                        name: topic, numPartitions: partitions, replicationFactor: 1,
                        configs: configs.map { .init(name: $0.key, value: $0.value) })
                ]))
        for topic in response.topics where topic.errorCode != .none {
            throw BenchError("cannot create \(topic.name): \(topic.errorCode) \(topic.errorMessage ?? "")")
        }
    }

    /// Deletes a topic with its files.
    func delete(_ topic: String) {
        _ = broker.topics.delete(DeleteTopicsRequest(topics: [.init(name: topic)]))
    }
}
