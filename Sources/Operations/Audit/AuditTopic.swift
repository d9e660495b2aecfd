package import Cluster

/// The audit log of an embedded broker: the internal topic `__weir_audit`, one event a record, browsable as any other topic.
///
/// Clients cannot write to it, as to Kafka's own internal topics; the broker's own console writes through a door of its own.
package struct AuditTopic: AuditJournal {
    /// The topic's one partition, which keeps all events in order.
    package static let partition = TopicPartition(topic: "__weir_audit", partition: 0)

    private let cluster: any Cluster
    private let write: @Sendable (NewRecord) async throws(ClusterError) -> Void

    /// The topic on a cluster.
    ///
    /// - Parameters:
    ///   - cluster: Where it is read.
    ///   - write: Appends a record to it and creates it first where it is missing; durable when it returns.
    package init(
        on cluster: any Cluster, write: @escaping @Sendable (NewRecord) async throws(ClusterError) -> Void
    ) {
        self.cluster = cluster
        self.write = write
    }

    package func append(_ event: AuditEvent) async throws(ClusterError) {
        try await write(NewRecord(key: Array(event.id.utf8), value: try event.bytes(), timestamp: event.at))
    }

    package func newest(_ count: Int) async throws(ClusterError) -> AuditExcerpt {
        let place = Self.partition
        guard !(try await cluster.topics(named: [place.topic], detail: .layout)).isEmpty else {
            return AuditExcerpt(events: [])
        }
        let end = try await cluster.offset(of: place, at: .latest).offset ?? 0
        let start = try await cluster.offset(of: place, at: .earliest).offset ?? 0
        var next = max(start, end - Int64(clamping: max(0, count)))
        var excerpt = AuditExcerpt(events: [])
        while next < end {
            let fetched = try await cluster.fetch(place, from: next, limits: FetchLimits(maxRecords: 1000))
            for record in fetched.records where record.offset < end {
                if let event = record.value.flatMap({ AuditEvent(line: $0) }) {
                    excerpt.events.append(event)
                } else {
                    excerpt.unreadable += 1
                }
            }
            guard fetched.nextOffset > next else { break }
            next = fetched.nextOffset
        }
        excerpt.events.reverse()
        return excerpt
    }
}
