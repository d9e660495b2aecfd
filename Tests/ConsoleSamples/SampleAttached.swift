package import Cluster
package import Monitor

extension SampleData {
    /// The sample cluster as one sees it over the wire: three brokers, what the protocol does not tell missing, what asking costs.
    package static func attached() -> Snapshot {
        var snapshot = snapshot()
        snapshot.status = ClusterStatus(
            clusterID: "q1Sh-9_cRBuRZn5fJ8Wc0g",
            brokers: (1...3).map { id in
                BrokerDescription(
                    nodeID: Int32(id), host: "kafka-\(id).internal", port: 9092, rack: "rack-\(id)",
                    isController: id == 2)
            }
        )
        snapshot.capabilities = []
        snapshot.transactions = attachedTransactions()
        snapshot.service = nil
        snapshot.bytesOut = Series()
        snapshot.bytesInQuality = .estimated
        snapshot.poll.load = RequestLoad(requestsPerSecond: 12, bytesPerSecond: 49_152)
        for topic in snapshot.topics.indices {
            snapshot.topics[topic].dirtyRatio = nil
            for place in snapshot.topics[topic].partitions.indices {
                let leader = Int32(place % 3 + 1)
                snapshot.topics[topic].partitions[place].description.leader = leader
                snapshot.topics[topic].partitions[place].description.replicas = [leader, leader % 3 + 1]
                snapshot.topics[topic].partitions[place].description.inSyncReplicas = [leader, leader % 3 + 1]
                snapshot.topics[topic].partitions[place].description.cleaning = nil
                snapshot.topics[topic].partitions[place].description.segmentCount = nil
            }
            snapshot.topics[topic].description.partitions = snapshot.topics[topic].partitions.map(\.description)
        }
        return snapshot
    }

    /// The attached cluster while one broker does not answer: what it leads is old, the rest is live.
    package static func silentBroker() -> Snapshot {
        var snapshot = attached()
        let since = now - 42_000
        snapshot.status?.problems = [3: "connection refused"]
        snapshot.silentBrokers = [3: SilentBroker(since: since, reason: "connection refused")]
        for topic in snapshot.topics.indices {
            for place in snapshot.topics[topic].partitions.indices
            where snapshot.topics[topic].partitions[place].description.leader == 3 {
                snapshot.topics[topic].partitions[place].staleSince = since
                snapshot.topics[topic].partitions[place].description.problem = "broker 3 does not answer"
                snapshot.topics[topic].staleSince = since
            }
            snapshot.topics[topic].description.partitions = snapshot.topics[topic].partitions.map(\.description)
        }
        return snapshot
    }

    /// The attached cluster when nothing of it answers any more.
    package static func outage() -> Snapshot {
        var snapshot = attached()
        let since = now - 95_000
        snapshot.poll.outage = Outage(since: since, reason: "connection refused", retryMilliseconds: 3000)
        snapshot.poll.problems = ["status: connection refused"]
        snapshot.statusStaleSince = since
        for topic in snapshot.topics.indices {
            snapshot.topics[topic].staleSince = since
            for place in snapshot.topics[topic].partitions.indices {
                snapshot.topics[topic].partitions[place].staleSince = since
            }
        }
        for group in snapshot.groups.indices { snapshot.groups[group].staleSince = since }
        return snapshot
    }

    /// A broker's settings, as Kafka tells them.
    package static func brokerConfiguration() -> [ConfigEntry] {
        [
            ConfigEntry(
                name: "advertised.listeners", value: "PLAINTEXT://127.0.0.1:9092", source: .staticBroker,
                documentation: "Specifies the listener addresses that the broker will advertise to clients."),
            ConfigEntry(
                name: "log.cleaner.threads", value: "1", source: .defaultValue,
                documentation: "The number of background threads to use for log cleaning."),
            ConfigEntry(
                name: "log.retention.ms", value: "86400000", source: .dynamicBroker,
                synonyms: [
                    ConfigEntry.Synonym(name: "log.retention.ms", value: "86400000", source: .dynamicBroker),
                    ConfigEntry.Synonym(name: "log.retention.hours", value: "168", source: .defaultValue),
                ],
                documentation: "The number of milliseconds to keep a log file before deleting it (in milliseconds), "
                    + "If not set, the value in log.retention.minutes is used. If set to -1, no time limit is applied."),
            ConfigEntry(name: "num.partitions", value: "3", source: .dynamicDefaultBroker),
            ConfigEntry(
                name: "ssl.keystore.password", value: nil, source: .staticBroker, isSensitive: true, isReadOnly: true),
        ]
    }
}
