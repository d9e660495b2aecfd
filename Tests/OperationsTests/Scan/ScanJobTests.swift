import Cluster
import Operations
import Synchronization
import Testing

@Suite("A scan over partitions")
struct ScanJobTests {
    private static let orders = (0..<3).map { TopicPartition(topic: "orders", partition: $0) }

    /// A clock that stands still but for waits, which it only counts.
    private static func clock() -> ScanClock {
        let time = Time()
        return ScanClock(now: { time.value.withLock { $0 } }, sleep: { wait in time.value.withLock { $0 += wait } })
    }

    private final class Time: Sendable { let value = Mutex<Int64>(0) }

    @Test(
        "reads exactly the records of its stretches, whatever the logs, portions and passing failures",
        arguments: 1...40)
    func model(seed: UInt64) async {
        print("seed", seed)
        var random = SeededRandom(seed: seed)
        var logs: [TopicPartition: MemoryLogs.Log] = [:]
        for number in 0..<random.number(1...6) {
            logs[TopicPartition(topic: "t", partition: Int32(number))] = .random(&random)
        }
        let failing = UInt64(random.number(2...9))
        let cluster = MemoryLogs(logs) { place, fetch in
            // A failure in a row is never longer than what a scan puts up with.
            UInt64(fetch) % failing == 0 && place.partition == 0 ? .unavailable("no leader for a moment") : nil
        }
        var from = ScanBound.logStart
        if random.chance(2) { from = .offset(Int64(random.number(0...90))) }
        var to = ScanBound.end
        if random.chance(2) { to = .offset(Int64(random.number(0...120))) }
        var limits = ScanPlan.usualLimits
        limits.maxRecords = random.number(1...20)
        var plan = await ScanPlan.make(on: cluster, Array(logs.keys), from: from, to: to, limits: limits)
        plan.partitionsAtOnce = random.number(1...4)

        var seen: [TopicPartition: [FetchedRecord]] = [:]
        var told: [ScanProgress] = []
        let end = await ScanJob(cluster, plan, clock: Self.clock()).run(
            onBatch: { place, fetched in
                #expect(!fetched.records.isEmpty && fetched.records.count <= limits.maxRecords)
                seen[place, default: []] += fetched.records
                return .goOn
            },
            progress: { told.append($0) })

        var bytes = 0
        for (place, log) in logs {
            let low = max(log.bounds.logStart, from.number ?? log.bounds.logStart)
            let high = min(log.bounds.highWatermark, to.number ?? log.bounds.highWatermark)
            let wanted = log.records.filter { $0.offset >= low && $0.offset < high }
            #expect(seen[place] ?? [] == wanted, "\(place)")
            bytes += wanted.reduce(0) { $0 + ($1.key?.count ?? 0) + $1.valueSize }
        }
        #expect(end.phase == .finished && end.share == 1 && end.problems.isEmpty)
        #expect(end.records == Int64(seen.values.reduce(0) { $0 + $1.count }) && end.bytes == Int64(bytes))
        #expect(told.last == end)
        #expect(zip(told, told.dropFirst()).allSatisfy { $0.offsetsDone <= $1.offsetsDone })
    }

    @Test("a time bound begins at the first record of that time, and the time reached is the latest read at the end")
    func times() async {
        let cluster = MemoryLogs([Self.orders[0]: .plain(100), Self.orders[1]: .plain(10)])
        let plan = await ScanPlan.make(on: cluster, [Self.orders[0], Self.orders[1]], from: .time(1_050_000))
        #expect(plan.stretches.map(\.offsets) == [50..<100, 10..<10])
        var count = 0
        let end = await ScanJob(cluster, plan, clock: Self.clock()).run(
            onBatch: {
                count += $1.records.count; return .goOn
            }, progress: { _ in })
        #expect(count == 50)
        #expect(end.timeReached == 1_099_000)
    }

    @Test("a partition that is missing or stays silent is named, and the others are read to their end")
    func partial() async {
        let cluster = MemoryLogs([Self.orders[0]: .plain(30), Self.orders[1]: .plain(30)]) { place, _ in
            place.partition == 1 ? .unavailable("broker 2 does not answer") : nil
        }
        let plan = await ScanPlan.make(on: cluster, Self.orders)
        var count = 0
        let end = await ScanJob(cluster, plan, clock: Self.clock()).run(
            onBatch: {
                count += $1.records.count; return .goOn
            }, progress: { _ in })
        #expect(count == 30)
        #expect(end.phase == .finished)
        #expect(end.problems == ["orders-1: broker 2 does not answer", "orders-2: orders-2 does not exist"])
    }

    @Test("records deleted while it reads are counted as such, not as read")
    func deleted() async {
        let cluster = MemoryLogs([Self.orders[0]: .plain(100)])
        var limits = ScanPlan.usualLimits
        limits.maxRecords = 10
        let plan = await ScanPlan.make(on: cluster, [Self.orders[0]], limits: limits)
        var offsets: [Int64] = []
        let end = await ScanJob(cluster, plan, clock: Self.clock()).run(
            onBatch: { _, fetched in
                offsets += fetched.records.map(\.offset)
                cluster.change(Self.orders[0]) { $0.bounds.logStart = 40 }
                return .goOn
            },
            progress: { _ in })
        #expect(offsets == Array(0..<10) + Array(40..<100))
        #expect(end.records == 70)
        #expect(end.problems == ["orders-0: 30 offsets were deleted before they were read"])
    }

    @Test("it ends when enough was seen, and says that it did not read everything")
    func enough() async {
        let cluster = MemoryLogs([Self.orders[0]: .plain(100)])
        var limits = ScanPlan.usualLimits
        limits.maxRecords = 10
        let plan = await ScanPlan.make(on: cluster, [Self.orders[0]], limits: limits)
        var portions = 0
        let end = await ScanJob(cluster, plan, clock: Self.clock()).run(
            onBatch: { _, _ in
                portions += 1
                return portions == 3 ? .stop : .goOn
            }, progress: { _ in })
        #expect(end.phase == .stopped && end.records == 30 && cluster.fetches == 3)
        #expect(end.share == 0.3)
    }

    @Test("paused it stands still; resumed it goes on where it stood; stopped while paused it ends")
    func pausing() async {
        for isStopped in [false, true] {
            let cluster = MemoryLogs([Self.orders[0]: .plain(100)])
            var limits = ScanPlan.usualLimits
            limits.maxRecords = 10
            let plan = await ScanPlan.make(on: cluster, [Self.orders[0]], limits: limits)
            let job = ScanJob(cluster, plan, clock: Self.clock())
            var phases: [ScanProgress.Phase] = []
            var count = 0
            let end = await job.run(
                onBatch: { _, fetched in
                    count += fetched.records.count
                    if count == 30 { job.control.pause() }
                    return .goOn
                },
                progress: {
                    phases.append($0.phase)
                    guard $0.phase == .paused else { return }
                    #expect($0.records == 30)
                    if isStopped { job.control.stop() } else { job.control.resume() }
                })
            #expect(phases.contains(.paused))
            #expect(end.phase == (isStopped ? .stopped : .finished) && count == (isStopped ? 30 : 100))
        }
    }

    @Test("a cancelled task ends its scan, also a paused one")
    func cancelled() async {
        let cluster = MemoryLogs([Self.orders[0]: .plain(100)])
        let plan = await ScanPlan.make(on: cluster, [Self.orders[0]])
        let job = ScanJob(cluster, plan, clock: Self.clock())
        job.control.pause()
        let task = Task { await job.run(onBatch: { _, _ in .goOn }, progress: { _ in }).phase }
        task.cancel()
        #expect(await task.value == .stopped)
    }

    @Test("bounds that a broker made up never trap")
    func madeUp() async {
        var log = MemoryLogs.Log.plain(3)
        log.bounds = PartitionOffsets(logStart: 0, highWatermark: .max)
        let cluster = MemoryLogs([Self.orders[0]: log, Self.orders[1]: log])
        let plan = await ScanPlan.make(on: cluster, [Self.orders[0], Self.orders[1]])
        #expect(plan.offsetCount == .max)
        let end = await ScanJob(cluster, plan, clock: Self.clock()).run(onBatch: { _, _ in .goOn }, progress: { _ in })
        #expect(end.records == 6 && end.share == 1 && end.remainingMilliseconds == nil)
    }
}

extension ScanBound {
    /// The offset, where it is one.
    fileprivate var number: Int64? {
        if case .offset(let offset) = self { offset } else { nil }
    }
}
