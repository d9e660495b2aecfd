import AlertRules
import Cluster
import Monitor
import MonitorScript
import Synchronization
import Testing
import WindowedMetrics

/// A clock on which time stands, and waiting ends only when it is cut short.
private final class StandingClock: MonitorClock {
    private let time = Mutex<Int64>(0)

    func now() -> Moment {
        time.withLock { time in
            time += 1_000_000
            return Moment(wallMilliseconds: ScriptedClock.start + time / 1_000_000, monotonicNanoseconds: time)
        }
    }

    func sleep(milliseconds: Int64) async {
        // Far longer than the test may take: only cancellation ends it.
        try? await Task.sleep(for: .seconds(3600))
    }
}

@Suite("Monitor's life", .timeLimit(.minutes(5)))
struct MonitorLifeTests {
    static func world() -> World {
        var world = World()
        let partition = TopicPartition(topic: "orders", partition: 0)
        world.logs[partition] = Log()
        world.logs[partition]?.append(100, at: ScriptedClock.start)
        world.groups["billing"] = WorldGroup(assignment: [partition], commits: [partition: 40])
        return world
    }

    @Test("each poll wakes its subscribers, and a refresh does not wait for the interval")
    func wakes() async {
        let cluster = FakeCluster(Self.world())
        let monitor = Monitor(of: cluster, clock: StandingClock())
        let (stream, wakes) = AsyncStream.makeStream(of: Void.self)
        var arrivals = stream.makeAsyncIterator()
        let subscription = monitor.subscribe { wakes.yield() }
        #expect(monitor.snapshot.sequence == 0)
        monitor.start()
        monitor.start()
        _ = await arrivals.next()
        #expect(monitor.snapshot.sequence >= 1)
        #expect(monitor.snapshot.groups.first?.lag == .records(60, .exact))

        for turn in 2...4 as ClosedRange<UInt64> {
            cluster.world.withLock {
                $0.groups["billing"]?.commits[TopicPartition(topic: "orders", partition: 0)]? += 10
            }
            monitor.refreshNow()
            _ = await arrivals.next()
            #expect(monitor.snapshot.sequence == turn)
        }
        #expect(monitor.snapshot.groups.first?.lag == .records(30, .exact))
        monitor.unsubscribe(subscription)
        await monitor.stop()
        let after = monitor.snapshot.sequence
        monitor.refreshNow()
        #expect(monitor.snapshot.sequence == after)
    }

    @Test("a paused monitor polls only when asked to, and goes on when resumed")
    func pausing() async {
        let monitor = Monitor(of: FakeCluster(Self.world()), clock: StandingClock())
        let (stream, wakes) = AsyncStream.makeStream(of: Void.self)
        var arrivals = stream.makeAsyncIterator()
        _ = monitor.subscribe { wakes.yield() }
        monitor.pause()
        monitor.start()
        _ = await arrivals.next()
        monitor.refreshNow()
        _ = await arrivals.next()
        #expect(monitor.snapshot.sequence == 2)
        monitor.resume()
        _ = await arrivals.next()
        #expect(monitor.snapshot.sequence == 3)
        await monitor.stop()
    }

    @Test("polls asked for at once come one after the other")
    func serialised() async {
        let monitor = Monitor(of: FakeCluster(Self.world()), clock: StandingClock())
        let sequences = await withTaskGroup(of: UInt64.self) { group in
            for _ in 0..<20 { group.addTask { await monitor.poll().sequence } }
            return await group.reduce(into: Set<UInt64>()) { $0.insert($1) }
        }
        #expect(sequences == Set(1...20))
        #expect(monitor.snapshot.sequence == 20)
    }

    @Test("a failed poll zeroes nothing and names what failed")
    func failures() async {
        let cluster = FakeCluster(Self.world())
        let monitor = Monitor(of: cluster, clock: StandingClock())
        let before = await monitor.poll()
        cluster.world.withLock {
            $0.topicsFail = true
            $0.groupsFail = true
            $0.statusFails = true
        }
        let after = await monitor.poll()
        #expect(after.topics.map(\.description) == before.topics.map(\.description))
        #expect(after.groups.map(\.lag) == before.groups.map(\.lag))
        #expect(after.status == before.status)
        #expect(after.topics.first?.staleSince == before.takenAt)
        #expect(after.topics.first?.partitions.first?.staleSince == before.takenAt)
        #expect(after.groups.first?.staleSince == before.takenAt)
        #expect(after.statusStaleSince == before.takenAt)
        #expect(
            after.poll.problems == [
                "status: no answer", "topics: metadata timed out", "groups: the coordinator does not answer",
            ]
        )
    }

    @Test("point reads that fail leave an estimate and a problem, and are tried again")
    func failingReads() async {
        var world = Self.world()
        world.fetchesFail = true
        let cluster = FakeCluster(world)
        let monitor = Monitor(of: cluster, clock: StandingClock())
        let first = await monitor.poll()
        #expect(first.poll.problems == ["reading orders-0 at 40: fetch timed out"])
        #expect(first.poll.pointReads == 1)
        if case .milliseconds(_, .exact) = first.groups.first?.age { Issue.record("exact without having been read") }
        cluster.world.withLock { $0.fetchesFail = false }
        let second = await monitor.poll()
        #expect(second.groups.first?.age.milliseconds == second.takenAt - ScriptedClock.start)
        let third = await monitor.poll()
        #expect(third.poll.pointReads == 0)
    }
}

@Suite("Series of a snapshot")
struct SnapshotSeriesTests {
    @Test("series carry the exporters' names, labels and habits")
    func namesAndLabels() async {
        var world = MonitorLifeTests.world()
        let silent = TopicPartition(topic: "orders", partition: 1)
        world.logs[silent] = Log()
        world.groups["billing"]?.assignment.append(silent)
        world.isOffline = true
        let monitor = Monitor(of: FakeCluster(world), clock: StandingClock())
        let snapshot = await monitor.poll()
        var series = SnapshotSeries(snapshot: snapshot)
        func labels(_ partition: String) -> LabelSet {
            LabelSet(["consumergroup": "billing", "topic": "orders", "partition": partition])
        }
        #expect(
            series.read("kafka_consumergroup_lag")
                == .samples([
                    SeriesSample(labels: labels("0"), value: 60), SeriesSample(labels: labels("1"), value: -1),
                ])
        )
        #expect(
            series.read("kafka_topic_partition_current_offset")
                == .samples([
                    SeriesSample(labels: LabelSet(["topic": "orders", "partition": "0"]), value: 100),
                    SeriesSample(labels: LabelSet(["topic": "orders", "partition": "1"]), value: 0),
                ])
        )
        #expect(
            series.read("kafka_log_logmanager_offlinelogdirectorycount")
                == .samples([SeriesSample(labels: LabelSet(), value: 1)])
        )
        #expect(
            series.read("weir_disk_used_ratio")
                == .samples([SeriesSample(labels: LabelSet(["directory": "/data"]), value: 0.5)])
        )
        #expect(series.read("kafka_network_requestmetrics_requestqueuetimems") == .noSuchSeries)
        for name in SnapshotSeries.names { #expect(series.read(name) != .noSuchSeries, "\(name)") }
        // Fires at once: a log directory that is offline needs no second look.
        #expect(snapshot.alerts.history.map(\.rule) == ["broker.log-directory"])
    }

    @Test("figures of the embedded broker alone are no metric elsewhere, not a green light")
    func attached() {
        var snapshot = Snapshot.empty
        snapshot.status = ClusterStatus(clusterID: "c", brokers: [])
        var series = SnapshotSeries(snapshot: snapshot)
        #expect(series.read("kafka_producer_record_error_total") == .noSuchSeries)
        #expect(series.read("kafka_brokers") == .samples([SeriesSample(labels: LabelSet(), value: 0)]))
    }

    @Test("the catalogue names what is published")
    func catalogue() {
        let published = MetricCatalogue.all.filter { $0.scope != .rules }.map(\.name)
        #expect(
            published.sorted() == SnapshotSeries.names, "the catalogue names what is published, no more and no less")
    }
}
