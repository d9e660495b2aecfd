import AlertRules
import Cluster

/// A series of the embedded broker with several samples.
struct BrokerFamily: Sendable {
    /// Its samples.
    var samples: @Sendable (Snapshot, EmbeddedStatus) -> [SeriesSample]
}

extension SnapshotSeries {
    /// What the embedded broker tells of its requests, listeners, topics and its cleaner.
    static let brokerFamilies: [String: BrokerFamily] = [
        "kafka_server_brokertopicmetrics_bytesin_total": BrokerFamily { snapshot, broker in
            byTopic(snapshot, all: broker.bytesIn) { $0.bytesIn }
        },
        "kafka_server_brokertopicmetrics_messagesin_total": BrokerFamily { snapshot, broker in
            byTopic(snapshot, all: broker.recordsIn) { $0.recordsIn }
        },
        "kafka_log_logcleaner_max_clean_time_secs": BrokerFamily { _, broker in
            alone(lastRun(broker).map { Double($0.ended &- $0.began) / 1000 })
        },
        "kafka_log_logcleanermanager_max_dirty_percent": BrokerFamily { snapshot, _ in
            alone(snapshot.topics.compactMap(\.dirtyRatio).max().map { $0 * 100 })
        },
        "weir_log_cleaner_idle_seconds": BrokerFamily { snapshot, broker in
            alone(lastRun(broker).map { Double(max(snapshot.takenAt &- $0.ended, 0)) / 1000 })
        },
        "kafka_network_requestmetrics_requests_total": byRequest { Double($0.requests) },
        "kafka_network_requestmetrics_errors_total": byRequest { Double($0.errors) },
        "kafka_network_requestmetrics_totaltimems_count": byRequest { Double($0.requests) },
        "kafka_network_requestmetrics_totaltimems_sum": byRequest { Double($0.microseconds) / 1000 },
        "kafka_network_requestmetrics_totaltimems": BrokerFamily { snapshot, _ in requestQuantiles(snapshot) },
        "kafka_log_logflushstats_logflushrateandtimems": BrokerFamily { _, _ in [] },
        "kafka_log_logflushstats_logflushrateandtimems_count": BrokerFamily { alone(Double($1.flushes.count)) },
        "kafka_log_logflushstats_logflushrateandtimems_sum": BrokerFamily {
            alone(Double($1.flushes.nanoseconds) / 1e6)
        },
        "weir_listener_connections": BrokerFamily { _, broker in
            (broker.service?.listeners ?? []).map {
                SeriesSample(labels: LabelSet(["listener": $0.name]), value: Double($0.connections))
            }
        },
        "weir_client_connections_refused_total": BrokerFamily {
            alone($1.service.map { Double($0.refusedConnections) })
        },
        "weir_requests_refused_total": BrokerFamily { alone($1.service.map { Double($0.refusedRequests) }) },
    ]

    private static func alone(_ value: Double?) -> [SeriesSample] {
        value.map { [SeriesSample(labels: .empty, value: $0)] } ?? []
    }

    private static func byRequest(_ value: @escaping @Sendable (RequestTotals) -> Double) -> BrokerFamily {
        BrokerFamily { _, broker in
            (broker.service?.requests ?? []).map {
                SeriesSample(labels: LabelSet(["request": $0.api]), value: value($0))
            }
        }
    }

    private static func requestQuantiles(_ snapshot: Snapshot) -> [SeriesSample] {
        (snapshot.service?.requests ?? []).flatMap { figures in
            [("0.5", figures.medianMilliseconds), ("0.99", figures.p99Milliseconds), ("1", figures.maxMilliseconds)]
                .compactMap { quantile, value in
                    value.map {
                        SeriesSample(labels: LabelSet(["request": figures.api, "quantile": quantile]), value: $0)
                    }
                }
        }
    }

    /// A sample of all topics together, without labels, and one of each; JMX has both, too.
    private static func byTopic(
        _ snapshot: Snapshot, all: Int64, _ value: (PartitionTraffic) -> Int64
    ) -> [SeriesSample] {
        alone(Double(all))
            + snapshot.topics.map { topic in
                let sum = topic.partitions.reduce(0.0) { $0 + Double($1.description.traffic.map(value) ?? 0) }
                return SeriesSample(labels: LabelSet(["topic": topic.description.name]), value: sum)
            }
    }

    /// The run of the cleaner that ended last, wall milliseconds.
    private static func lastRun(_ broker: EmbeddedStatus) -> (began: Int64, ended: Int64)? {
        broker.compactionRuns.compactMap { run in run.endedAt.map { (run.startedAt, $0) } }.max { $0.1 < $1.1 }
    }

    /// The samples of a family now.
    func read(_ family: BrokerFamily) -> SeriesReading {
        if let problem = topicsProblem ?? statusProblem { return .unavailable(problem) }
        guard let status = snapshot.status else { return .unavailable("the status has not been read yet") }
        guard let broker = status.embedded else { return .noSuchSeries }
        return .samples(family.samples(snapshot, broker))
    }
}
