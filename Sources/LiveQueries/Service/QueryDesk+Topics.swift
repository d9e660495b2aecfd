import Cluster
import StreamQuery

/// Topics: those that statements need, and records in and out of them.
extension QueryDesk {
    /// A week: what Kafka keeps by default, and ksqlDB keeps of windowed tables at least.
    private static let week: Int64 = 604_800_000
    /// Makes the topic that a source asks for, or sees that it is there.
    func ensure(_ topic: TopicRequest?, of source: SourceDefinition) async throws(DeskFailure) {
        do throws(QueryFailure) {
            if let topic {
                var settings: [(name: String, value: String)] = []
                if let retention = topic.retentionMilliseconds {
                    settings = [(name: "retention.ms", value: "\(retention)")]
                }
                if source.kind == .table { settings.append((name: "cleanup.policy", value: "compact")) }
                try await ensureTopic(
                    topic.name, asked: topic.partitions, replicas: topic.replicas, settings: settings)
            } else {
                _ = try await SourceFeed.partitions(of: source.topic, cluster)
            }
        } catch {
            let failure = DeskFailure(error)
            guard topic == nil, failure.reason.hasSuffix("does not exist") else { throw failure }
            throw DeskFailure(reason: failure.reason + "; WITH (PARTITIONS = …) makes it")
        }
    }

    /// Makes a persistent query's topic where there is none: as many partitions as the source; tables are compacted, windowed ones also
    /// deleted behind their retention.
    func ensureSink(_ plan: QueryPlan, partitions: Int) async throws(QueryFailure) {
        guard let sink = plan.sink else { return }
        var settings: [(name: String, value: String)] = []
        if plan.result == .table {
            let isWindowed = sink.window != nil
            settings.append((name: "cleanup.policy", value: isWindowed ? "compact,delete" : "compact"))
            let retention = sink.retentionMilliseconds ?? max(Self.week, plan.aggregation?.window?.retention ?? 0)
            if isWindowed { settings.append((name: "retention.ms", value: "\(retention)")) }
        } else if let retention = sink.retentionMilliseconds {
            settings.append((name: "retention.ms", value: "\(retention)"))
        }
        try await ensureTopic(
            sink.topic, asked: sink.partitions, usual: partitions, replicas: sink.replicas, settings: settings)
    }

    /// Makes a topic where there is none; one that is there must have what is asked for.
    ///
    /// - Parameters:
    ///   - asked: The partitions that the statement asks for; nil where it leaves them open.
    ///   - usual: The partitions of a new topic where the statement leaves them open.
    ///   - replicas: The replicas that the statement asks for; a topic that is there may have more.
    func ensureTopic(
        _ name: String, asked: Int? = nil, usual: Int = 1, replicas: Int? = nil,
        settings: [(name: String, value: String)] = []
    ) async throws(QueryFailure) {
        let known: TopicDescription?
        do throws(ClusterError) {
            known = try await cluster.topics(named: [name], detail: .layout).first
            if known == nil {
                try await cluster.createTopic(
                    NewTopic(
                        name, partitions: Int32(clamping: asked ?? usual),
                        replicationFactor: replicas.map { Int16(clamping: $0) },
                        settings: settings), validateOnly: false)
            }
        } catch {
            throw QueryFailure(error)
        }
        if let known { try Self.check(known, hasPartitions: asked, replicas: replicas) }
    }

    /// ksqlDB's rule of topics that are there already (`TopicValidationUtil`): as many partitions, and no fewer replicas.
    private static func check(
        _ topic: TopicDescription, hasPartitions asked: Int?, replicas: Int?
    ) throws(QueryFailure) {
        let (partitions, copies) = (topic.partitions.count, topic.partitions.first?.replicas.count ?? 0)
        let isFit = (asked ?? partitions) == partitions && (replicas ?? copies) <= copies
        guard !isFit else { return }
        throw .stopped(
            "a Kafka topic with the name '\(topic.name)' already exists, with different partition/replica configuration "
                + "than required: PARTITIONS=\(asked ?? partitions), REPLICAS=\(replicas ?? copies) are asked for, and it "
                + "has PARTITIONS=\(partitions), REPLICAS=\(copies)")
    }

    /// SHOW TOPICS.
    func topicTable() async throws(DeskFailure) -> StatementAnswer {
        let topics = try await cluster { cluster async throws(ClusterError) in
            try await cluster.topics(named: nil, detail: .layout)
        }
        let columns = [("topic", "VARCHAR"), ("partitions", "INTEGER"), ("replicas", "INTEGER")]
        return .table(
            AnswerTable(
                columns.map { QueryColumn(name: $0, type: $1, isKey: false) },
                topics.filter { !$0.isInternal }.map {
                    [$0.name, "\($0.partitions.count)", "\($0.partitions.first?.replicas.count ?? 0)"]
                }))
    }

    /// INSERT INTO … VALUES.
    func insert(_ record: InsertedRecord) async throws(DeskFailure) -> StatementAnswer {
        let partitions: Int
        do throws(QueryFailure) {
            partitions = try await SourceFeed.partitions(of: record.topic, cluster)
        } catch {
            throw DeskFailure(error)
        }
        let partition =
            record.key.map { KeyPartitioner.partition(of: $0, partitions: Int32(clamping: partitions)) } ?? 0
        let place = TopicPartition(topic: record.topic, partition: partition)
        let new = NewRecord(key: record.key, value: record.value, timestamp: record.timestamp)
        let batch = try await cluster { cluster async throws(ClusterError) in
            try await cluster.produce([new], to: place, compression: "none")
        }
        return .done("Written to \(place)" + (batch.baseOffset.map { " at offset \($0)." } ?? "."))
    }

    /// Asks the cluster, with its no as the statement's failure.
    func cluster<Value: Sendable>(
        _ body: (any Cluster) async throws(ClusterError) -> Value
    ) async throws(DeskFailure) -> Value {
        do throws(ClusterError) {
            return try await body(cluster)
        } catch {
            throw DeskFailure(reason: "\(error)")
        }
    }
}
