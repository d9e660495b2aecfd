import AlertRules
import Cluster
import ClusterRequests
import Foundation
import Logging
import MonitorScript
import Synchronization
import Testing
import WindowedMetrics

@testable import BrokerCore
@testable import Monitor

/// One clock for the broker and for the monitor, which moves when the test says so.
private final class SteppedClock: BrokerCore.Clock, MonitorClock {
    private let passed = Mutex<Int64>(0)
    static let start: Int64 = 1_795_000_000_000

    var wallMilliseconds: Int64 { Self.start + passed.withLock { $0 } }
    var monotonicNanoseconds: UInt64 { UInt64(passed.withLock { $0 } + 7000) * 1_000_000 }
    func now() -> Moment {
        Moment(wallMilliseconds: wallMilliseconds, monotonicNanoseconds: Int64(monotonicNanoseconds))
    }
    func sleep(milliseconds: Int64) async { await Task.yield() }
    func pass(milliseconds: Int64) { passed.withLock { $0 += milliseconds } }
}

/// A broker with one topic on a stepped clock, a group that reads it, and a monitor that watches both.
private final class Weir {
    static let partition = TopicPartition(topic: "orders", partition: 0)

    let clock = SteppedClock()
    let broker: Broker
    let cluster: EmbeddedCluster
    let monitor: Monitor
    private let folder: URL
    /// Where the group stands.
    private(set) var committed: Int64 = 0

    init(_ settings: [(name: String, value: String)]) async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-loss-\(UUID().uuidString)")
        let configuration = try BrokerConfiguration(
            dataDirectory: folder.path, settings: BrokerSettings([("weir.flush.mode", "os")]), backgroundJobs: false)
        broker = try Broker.open(
            configuration, storage: DiskStorage(descriptorLimit: 64), clock: clock,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        cluster = EmbeddedCluster(broker)
        monitor = Monitor(of: cluster, clock: clock)
        try await cluster.createTopic(
            NewTopic("orders", partitions: 1, settings: [("segment.bytes", "4000")] + settings), validateOnly: false)
    }

    deinit {
        broker.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// A second passes, in which ten records of a hundred bytes are written.
    func second() async throws {
        clock.pass(milliseconds: 1000)
        let record = NewRecord(key: nil, value: Array(repeating: 120, count: 100))
        _ = try await cluster.produce(Array(repeating: record, count: 10), to: Self.partition, compression: "none")
    }

    func commit(_ offset: Int64) async throws {
        committed = offset
        _ = try await cluster.commit([Self.partition: offset], group: "reader")
    }

    /// What the monitor says of the group's one partition.
    func row() async throws -> GroupPartitionFigures {
        let snapshot = await monitor.poll()
        #expect(snapshot.poll.problems.isEmpty)
        return try #require(snapshot.groups.first { $0.description.groupID == "reader" }?.partitions.first)
    }

    /// A check of retention, as the broker makes it at intervals; why segments went.
    func enforce() throws -> [RetentionReason] {
        let partition = try #require(broker.directory[Self.partition])
        let result = try partition.log().enforceRetention()
        if !result.removals.isEmpty { partition.touch() }
        return result.removals.map(\.reason)
    }

    var logStart: Int64 { broker.offsets(of: Self.partition)?.start ?? 0 }
    var end: Int64 { broker.offsets(of: Self.partition)?.highWatermark ?? 0 }
}

@Suite("Data-loss horizon against a broker's deletions")
struct LossAgainstBrokerTests {
    /// The limits, and how fast the group reads (records a second; ten are written).
    static let limits: [(name: String, settings: [(name: String, value: String)])] = [
        ("time", [("retention.ms", "60000")]),
        ("size", [("retention.ms", "-1"), ("retention.bytes", "30000")]),
        ("both, time first", [("retention.ms", "20000"), ("retention.bytes", "60000")]),
        ("both, size first", [("retention.ms", "600000"), ("retention.bytes", "20000")]),
    ]

    @Test(
        "no record goes before its horizon, the last horizon seen is the truth, and the loss is counted with its limit",
        arguments: 0..<4)
    func deletion(place: Int) async throws {
        let (name, settings) = Self.limits[place]
        let weir = try await Weir(settings)
        try await weir.second()
        try await weir.commit(0)
        /// The latest moment up to which each unread record was said to stay, by its offset.
        var promised: [Int64: Int64] = [:]
        var losses = 0
        var lost: Int64 = 0
        var last: LossHorizon?
        for second in 0..<400 {
            try await weir.second()
            let row = try await weir.row()
            let now = weir.clock.wallMilliseconds
            if let left = row.loss.horizon.milliseconds {
                let offset = max(weir.committed, weir.logStart)
                promised[offset] = max(promised[offset] ?? 0, now + left)
            }
            #expect(row.loss.lost?.records ?? 0 == lost, "\(name) at \(second)")
            #expect((row.loss.verdict == .lost) == (lost > 0), "\(name) at \(second)")
            last = row.loss.horizon
            let reasons = try weir.enforce()
            if weir.logStart > weir.committed {
                // Rates are estimates: two seconds are granted where size decides.
                let slack: Int64 = name == "time" || name == "both, time first" ? 0 : 2500
                #expect(promised[weir.committed] ?? 0 <= now + slack, "\(name) at \(second)")
                guard case .after(let left, let limit, .lowerBound) = last else {
                    Issue.record("\(name) at \(second): \(String(describing: last))")
                    return
                }
                // The broker looks each second: what goes now was said to go within the next one or two.
                #expect(left <= 2500, "\(name) at \(second)")
                #expect(reasons.contains(limit == .time ? .time : .size), "\(name) at \(second): \(reasons)")
                losses += 1
                lost += weir.logStart - weir.committed
                // The next poll sees it, before the consumer jumps on.
                let seen = try await weir.row()
                #expect(seen.loss.lost?.records == lost)
                #expect(seen.loss.lost?.cause == .retention(limit), "\(name) at \(second)")
                try await weir.commit(weir.logStart + 5)
            }
        }
        #expect(losses >= 5, "\(name)")
        #expect(lost > 0)
    }

    @Test("nothing is lost, and SAFE is said, while the group keeps up with short retention")
    func keepsUp() async throws {
        let weir = try await Weir([("retention.ms", "20000")])
        var verdicts: Set<LossVerdict> = []
        for _ in 0..<120 {
            try await weir.second()
            try await weir.commit(weir.end - 3)
            verdicts.insert(try await weir.row().loss.verdict)
            _ = try weir.enforce()
        }
        #expect(verdicts.subtracting([.none, .safe]).isEmpty)
        #expect(verdicts.contains(.safe))
    }

    @Test("a loss stays told after the consumer jumped on, until it is acknowledged; DeleteRecords is named")
    func latch() async throws {
        let weir = try await Weir([("retention.ms", "600000")])
        for _ in 0..<30 { try await weir.second() }
        try await weir.commit(50)
        #expect(try await weir.row().loss.lost == nil)
        weir.clock.pass(milliseconds: 1000)
        _ = try await weir.cluster.deleteRecords(before: [Weir.partition: 180])[Weir.partition]?.get()
        let gone = try await weir.row()
        #expect(gone.loss.verdict == .lost)
        #expect(gone.loss.lost?.records == 130)
        #expect(gone.loss.lost?.cause == .deletedRecords)
        #expect(gone.loss.lost?.since == weir.clock.wallMilliseconds)
        #expect(gone.unreadable == 130)

        weir.clock.pass(milliseconds: 1000)
        try await weir.commit(200)
        let onwards = try await weir.row()
        #expect(onwards.unreadable == 0)
        #expect(onwards.loss.lost?.records == 130)

        weir.monitor.acknowledge([AlertMarks.Loss(group: "reader", topic: "orders", partition: 0, upTo: 180)])
        weir.clock.pass(milliseconds: 1000)
        let known = try await weir.row()
        #expect(known.loss.lost == nil)
        #expect(known.loss.verdict != .lost)
        weir.clock.pass(milliseconds: 1000)
        _ = try await weir.cluster.deleteRecords(before: [Weir.partition: 250])[Weir.partition]?.get()
        #expect(try await weir.row().loss.lost?.records == 50)
    }

    @Test("an acknowledged loss is not told again by a monitor that is started anew")
    func acknowledgedBefore() async throws {
        let weir = try await Weir([("retention.ms", "600000")])
        for _ in 0..<10 { try await weir.second() }
        try await weir.commit(20)
        _ = try await weir.cluster.deleteRecords(before: [Weir.partition: 60])[Weir.partition]?.get()
        let fresh = try await weir.row()
        #expect(fresh.loss.lost == LossFigure(records: 40, since: nil, cause: .deletedRecords, upTo: 60))
        let other = Monitor(of: weir.cluster, clock: weir.clock)
        other.acknowledge([AlertMarks.Loss(group: "reader", topic: "orders", partition: 0, upTo: 60)])
        let row = await other.poll().groups.first { $0.description.groupID == "reader" }?.partitions.first
        #expect(row?.loss.lost == nil)
        #expect(row?.unreadable == 40)
    }

    @Test("compacted topics and topics kept for ever have no horizon and no verdict")
    func noRetention() async throws {
        for settings in [[("cleanup.policy", "compact")], [("retention.ms", "-1")]] as [[(name: String, value: String)]]
        {
            let weir = try await Weir(settings)
            let record = NewRecord(key: [1], value: [2])
            _ = try await weir.cluster.produce([record], to: Weir.partition, compression: "none")
            try await weir.commit(0)
            let row = try await weir.row()
            #expect(row.loss.verdict == .none)
            guard case .never = row.loss.horizon else {
                Issue.record("\(row.loss.horizon)")
                continue
            }
        }
    }
}
