import AlertRules
import Cluster
import Monitor
import MonitorScript
import NIOCore
import Testing

@testable import MetricsEndpoint

@Suite("A page for Prometheus")
struct MetricsPageTests {
    private static let partition = TopicPartition(topic: "orders", partition: 0)

    private static func world(group: String = "billing") -> World {
        var world = World()
        world.logs[partition] = Log()
        world.logs[partition]?.append(100, at: ScriptedClock.start)
        world.groups[group] = WorldGroup(assignment: [partition], commits: [partition: 40])
        return world
    }

    private static func text(_ snapshot: Snapshot, parts: Int = .max) -> String {
        var page = MetricsPage(of: snapshot)
        var buffer = ByteBuffer()
        while page.write(atLeast: parts, to: &buffer) {}
        return String(buffer: buffer)
    }

    @Test("families stand with their kind, samples with their labels, and parts of any size make the same page")
    func families() async {
        let monitor = Monitor(of: FakeCluster(Self.world()), clock: ScriptedClock())
        await monitor.poll()
        let text = Self.text(monitor.snapshot)
        #expect(
            text.contains(
                """
                # HELP kafka_consumergroup_lag Records between the committed offset and the end; -1 where nothing is committed.
                # TYPE kafka_consumergroup_lag gauge
                kafka_consumergroup_lag{consumergroup="billing",partition="0",topic="orders"} 60

                """))
        #expect(text.contains("\nkafka_topic_partition_current_offset{partition=\"0\",topic=\"orders\"} 100\n"))
        #expect(
            text.contains("\n# TYPE kafka_producer_record_error_total counter\nkafka_producer_record_error_total 0\n"))
        #expect(text.contains("\nweir_cluster_up 1\n") && !text.contains("\nup "))
        for bytes in [1, 100, 4096] { #expect(Self.text(monitor.snapshot, parts: bytes) == text) }
    }

    @Test(
        "a summary's sum and count stand under its one head, also while there are no quantiles; broker figures have their labels"
    )
    func brokerFigures() async {
        let monitor = Monitor(of: FakeCluster(Self.world()), clock: ScriptedClock())
        await monitor.poll()
        var snapshot = monitor.snapshot
        snapshot.status?.embedded?.service = ServiceStatus(
            requests: [RequestTotals(api: "Produce", requests: 4, errors: 1, microseconds: 10_500)],
            refusedConnections: 3)
        snapshot.status?.embedded?.recordsIn = 7
        snapshot.topics[0].partitions[0].description.traffic = PartitionTraffic(recordsIn: 7, bytesIn: 70)
        let text = Self.text(snapshot)
        #expect(
            text.contains(
                """
                # TYPE kafka_network_requestmetrics_totaltimems summary
                kafka_network_requestmetrics_totaltimems_sum{request="Produce"} 10.5
                kafka_network_requestmetrics_totaltimems_count{request="Produce"} 4

                """), "\(text)")
        #expect(!text.contains("# TYPE kafka_network_requestmetrics_totaltimems_"))
        #expect(text.contains("\nkafka_network_requestmetrics_errors_total{request=\"Produce\"} 1\n"))
        #expect(text.contains("\nweir_client_connections_refused_total 3\n"))
        #expect(
            text.contains(
                """

                kafka_server_brokertopicmetrics_messagesin_total 7
                kafka_server_brokertopicmetrics_messagesin_total{topic="orders"} 7

                """))
    }

    @Test("ALERTS_FOR_STATE is when an alert became active, in whole seconds, pending and firing")
    func activeSince() async {
        let text = "groups: [{name: g, interval: 1s, rules: [{alert: Many, expr: kafka_brokers > 0, for: 30s}]}]\n"
        let (rules, problems) = RuleFileReader.read(text: text, file: "r.yaml")
        #expect(problems.isEmpty)
        let clock = ScriptedClock()
        let monitor = Monitor(
            of: FakeCluster(Self.world()), rules: RuleKeeper(LoadedRules(files: [rules])), clock: clock)
        clock.pass(milliseconds: 500)
        await monitor.poll()
        let sample = "\nALERTS_FOR_STATE{alertname=\"Many\"} \(ScriptedClock.start / 1000)\n"
        #expect(Self.text(monitor.snapshot).contains("\nALERTS{alertname=\"Many\",alertstate=\"pending\"} 1\n"))
        #expect(Self.text(monitor.snapshot).contains(sample), "\(Self.text(monitor.snapshot))")
        for _ in 0..<40 {
            clock.pass(milliseconds: 1000)
            await monitor.poll()
        }
        #expect(Self.text(monitor.snapshot).contains("\nALERTS{alertname=\"Many\",alertstate=\"firing\"} 1\n"))
        #expect(Self.text(monitor.snapshot).contains(sample), "\(Self.text(monitor.snapshot))")
    }

    @Test("a name with quotes, line breaks and backslashes stays one label")
    func escapes() async {
        let monitor = Monitor(of: FakeCluster(Self.world(group: "a\"b\\c\nd")), clock: ScriptedClock())
        await monitor.poll()
        #expect(Self.text(monitor.snapshot).contains(#"kafka_consumergroup_members{consumergroup="a\"b\\c\nd"} 1"#))
    }

    @Test("while nothing answers there are no old figures, only that nothing does")
    func outage() async {
        let monitor = Monitor(of: FakeCluster(Self.world()), clock: ScriptedClock())
        await monitor.poll()
        var snapshot = monitor.snapshot
        snapshot.poll.outage = Outage(since: snapshot.takenAt, reason: "connection refused", retryMilliseconds: 1000)
        let text = Self.text(snapshot)
        #expect(text.contains("\nweir_cluster_up 0\n"))
        #expect(!text.contains("orders") && !text.contains("kafka_brokers"))
    }

    @Test(
        "numbers read back as the ones they are",
        arguments: [
            (0, "0"), (-1, "-1"), (1e15, "1000000000000000"), (0.25, "0.25"), (.nan, "NaN"), (.infinity, "+Inf"),
            (-.infinity, "-Inf"), (1.5e300, "1.5e+300"), (9_007_199_254_740_992, "9007199254740992.0"),
        ] as [(Double, String)])
    func numbers(value: Double, text: String) {
        #expect(TextFormat.number(value) == text)
    }

    @Test("all that a snapshot has as series is in the catalogue with the same names, and the other way round")
    func catalogue() {
        let published = MetricCatalogue.all.filter { $0.scope != .rules }.map(\.name).sorted()
        #expect(published == SnapshotSeries.names)
    }
}
