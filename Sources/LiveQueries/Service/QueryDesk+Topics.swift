import Cluster
import StreamQuery

/// Topics: those that statements need, and records in and out of them.
extension QueryDesk {
    /// A week: what Kafka keeps by default, and ksqlDB keeps of windowed tables at least.
    private static let week: Int64 = 604_800_000
    /// How many records PRINT shows where it says nothing.
    private static let printed = 20
    /// The most records that PRINT shows.
    private static let mostPrinted = 1000

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
                    topic.name, partitions: topic.partitions, replicas: topic.replicas, settings: settings)
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
            sink.topic, partitions: sink.partitions ?? partitions, replicas: sink.replicas, settings: settings)
    }

    /// Makes a topic where there is none.
    func ensureTopic(
        _ name: String, partitions: Int, replicas: Int? = nil, settings: [(name: String, value: String)] = []
    ) async throws(QueryFailure) {
        do throws(ClusterError) {
            guard try await cluster.topics(named: [name], detail: .layout).isEmpty else { return }
            try await cluster.createTopic(
                NewTopic(
                    name, partitions: Int32(clamping: partitions),
                    replicationFactor: replicas.map { Int16(clamping: $0) },
                    settings: settings), validateOnly: false)
        } catch {
            throw QueryFailure(error)
        }
    }

    /// SHOW TOPICS.
    func topicTable() async throws(DeskFailure) -> StatementAnswer {
        let topics = try await cluster { cluster async throws(ClusterError) in
            try await cluster.topics(named: nil, detail: .layout)
        }
        return .table(
            titles: ["topic", "partitions", "replicas"],
            rows: topics.filter { !$0.isInternal }.map {
                [$0.name, "\($0.partitions.count)", "\($0.partitions.first?.replicas.count ?? 0)"]
            })
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

    /// PRINT: the first records of a topic, or its newest.
    func records(_ print: PrintTopic) async throws(DeskFailure) -> StatementAnswer {
        let limit = min(print.limit ?? Self.printed, Self.mostPrinted)
        var found: [(partition: Int32, record: FetchedRecord)] = []
        do throws(QueryFailure) {
            let topic = print.topic.text
            let partitions = try await SourceFeed.partitions(of: topic, cluster)
            let first = try await SourceFeed.beginning(of: topic, partitions: partitions, .earliest, cluster)
            let end = try await SourceFeed.beginning(of: topic, partitions: partitions, .latest, cluster)
            let wanted = Int64(limit * (print.interval ?? 1))
            var feed = SourceFeed(
                topic, from: print.fromBeginning ? first : zip(first, end).map { max($0, $1 - wanted) })
            let portions = try await feed.read(cluster, waitMilliseconds: 0)
            found = portions.flatMap { portion in portion.records.map { (portion.partition, $0) } }
        } catch {
            throw DeskFailure(error)
        }
        found.sort {
            ($0.record.timestamp, $0.partition, $0.record.offset) < (
                $1.record.timestamp, $1.partition, $1.record.offset
            )
        }
        if let interval = print.interval, interval > 1 {
            found = found.enumerated().filter { $0.offset % interval == 0 }.map(\.element)
        }
        let shown = print.fromBeginning ? Array(found.prefix(limit)) : Array(found.suffix(limit))
        return .table(
            titles: ["rowtime", "partition", "offset", "key", "value"],
            rows: shown.map { partition, record in
                [
                    "\(record.timestamp)", "\(partition)", "\(record.offset)", Self.text(record.key),
                    Self.text(record.value),
                ]
            })
    }

    private static func text(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "<null>" }
        let isText = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
        if isText, let text = String(validating: bytes, as: UTF8.self) { return text }
        let digits = Array("0123456789abcdef")
        return "0x" + bytes.prefix(256).map { String([digits[Int($0 >> 4)], digits[Int($0 & 15)]]) }.joined()
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
