import Cluster
import SeededNumbers
import Synchronization
import WindowedMetrics

/// Eight eventful minutes of a cluster's life, the same again for the same seed.
///
/// A group never commits; commits lie below the log start; a topic is made anew below its commits; a partition is added; topics,
/// groups, the status and one partition cannot be read for a while; the wall clock leaps an hour ahead and back; a consumer
/// stands still and goes on; a topic is compacted; a broker that leads a partition and coordinates a group is dead for a while and back; a
/// partition has no leader; a consumer commits on and on at one place, and then goes back; what is kept of a topic is short; polls become so dear that the budget stretches them; nothing answers at all, and then everything again.
package struct EventfulScript: Sendable {
    /// How many steps it has.
    package static let steps = 460

    /// The cluster it plays on.
    package let cluster: FakeCluster
    /// The clock that moves with each step, and at no other time.
    package let clock = ScriptedClock()
    /// Steps made.
    package private(set) var step = 0
    /// Seconds since the beginning.
    package private(set) var second = 0.0
    /// How far apart polls must be once the world of the newest step has been polled, milliseconds: what the dearest of the last four polls
    /// needs of fifty requests a second, rounded up to half seconds.
    package private(set) var intervalMilliseconds: Int64 = 1000
    private var costs: [Int64] = []
    private var random: SeededGenerator
    private var slowPosition = 0.0

    private static let orders = (0..<2).map { TopicPartition(topic: "orders", partition: $0) }
    private static let added = TopicPartition(topic: "orders", partition: 2)
    private static let reborn = TopicPartition(topic: "reborn", partition: 0)
    private static let balances = TopicPartition(topic: "balances", partition: 0)

    /// The script before its first step.
    package init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        let (orders, reborn, balances) = (Self.orders, Self.reborn, Self.balances)
        var world = World()
        for name in orders { world.logs[name] = Log() }
        world.logs[reborn] = Log()
        world.logs[balances] = Log(isCompacted: true)
        world.groups["keeper"] = WorldGroup(assignment: orders, commits: [orders[0]: 0, orders[1]: 0])
        world.groups["slow"] = WorldGroup(assignment: [orders[0]], commits: [orders[0]: 0])
        world.groups["never-commits"] = WorldGroup(assignment: [orders[1]])
        world.groups["lost"] = WorldGroup(commits: [orders[1]: 10])
        world.groups["ahead"] = WorldGroup(assignment: [reborn], commits: [reborn: 0])
        world.logs[orders[1]]?.leader = 2
        world.groups["slow"]?.coordinator = 2
        world.groups["stuck"] = WorldGroup(assignment: [orders[0]], commits: [orders[0]: 0])
        var short = TopicRetention()
        short.retentionMilliseconds = 200_000
        world.retentions["orders"] = short
        world.groups["projector"] = WorldGroup(assignment: [balances], commits: [balances: 0])
        cluster = FakeCluster(world)
    }

    /// Lets a little more than the polls' interval pass and changes the world.
    ///
    /// - Returns: The world and the wall clock's milliseconds as the next poll finds them.
    @discardableResult
    package mutating func advance() -> (world: World, wall: Int64) {
        let rate = Int64.random(in: 80...120, using: &random)
        let late = Int64.random(in: 0...120, using: &random)
        if step == 130 { clock.leap(milliseconds: 3_600_000) }
        if step == 150 { clock.leap(milliseconds: -3_600_000) }
        clock.pass(milliseconds: intervalMilliseconds + late)
        second += Double(intervalMilliseconds + late) / 1000
        let wall = clock.now().wallMilliseconds
        var world = cluster.world.withLock { $0 }
        fail(&world)
        produce(&world, rate: rate, wall: wall)
        consume(&world, wall: wall)
        charge(&world)
        compact(&world, wall: wall)
        step += 1
        cluster.world.withLock { $0 = world }
        return (world, wall)
    }

    private func produce(_ world: inout World, rate: Int64, wall: Int64) {
        world.logs[Self.orders[0]]?.append(rate, at: wall)
        if world.deadBroker != 2 { world.logs[Self.orders[1]]?.append(rate / 2, at: wall) }
        world.logs[Self.balances]?.append(10, at: wall)
        if step < 60 { world.logs[Self.reborn]?.append(20, at: wall) }
        if step == 60 { world.logs[Self.reborn] = Log(topicID: "second") }
        if step > 60, step < 200 { world.logs[Self.reborn]?.append(15, at: wall) }
        if step == 81 {
            world.logs[Self.added] = Log()
            world.groups["keeper"]?.assignment.append(Self.added)
        }
        if step > 82, world.logs[Self.added]?.leader != -1 { world.logs[Self.added]?.append(30, at: wall) }
    }

    private mutating func consume(_ world: inout World, wall: Int64) {
        // Reads all and commits every fifth second; stands still for 70 s; then goes on.
        if step % 5 == 0, !(180..<250).contains(step) {
            for name in world.groups["keeper"]?.assignment ?? [] {
                guard let log = world.logs[name], log.leader > 0, log.leader != world.deadBroker else { continue }
                world.groups["keeper"]?.commit(log.end, of: name, at: wall - 300)
            }
        }
        // Keeps up at first, then commits on at one place, then goes back, and at last keeps up again.
        if step % 4 == 0 {
            let end = world.logs[Self.orders[0]]?.end
            let standing = world.groups["stuck"]?.commits[Self.orders[0]]
            let place: Int64? = step < 30 || step >= 330 ? end : step < 200 ? standing : 700
            world.groups["stuck"]?.commit(place, of: Self.orders[0], at: wall - 100)
        }
        // Half speed at first, double from the third minute on.
        slowPosition += step < 170 ? 50 : 220
        slowPosition = min(slowPosition, Double(world.logs[Self.orders[0]]?.end ?? 0))
        if world.deadBroker != 2 { world.groups["slow"]?.commits[Self.orders[0]] = Int64(slowPosition) }
        if step < 60 { world.groups["ahead"]?.commits[Self.reborn] = world.logs[Self.reborn]?.end }
        if step % 7 == 0, step < 120 {
            world.groups["projector"]?.commits[Self.balances] = world.logs[Self.balances]?.end
        }
    }

    private func fail(_ world: inout World) {
        if step == 40 { world.logs[Self.orders[1]]?.deleteRecords(below: 500) }
        let isGone = (440..<448).contains(step)
        world.topicsFail = isGone || (100..<105).contains(step)
        world.groupsFail = isGone || (110..<113).contains(step)
        world.statusFails = isGone || (120..<122).contains(step)
        world.deadBroker = (335..<365).contains(step) ? 2 : nil
        // The client may list a lost group with a problem, or not at all.
        world.hidesLostGroups = step >= 350
        world.logs[Self.added]?.leader = (380..<395).contains(step) ? -1 : 1
        world.logs[Self.orders[0]]?.problem = (115..<118).contains(step) ? "no leader" : nil
    }

    private mutating func charge(_ world: inout World) {
        guard step >= 402 else { return }
        if step == 402 { world.cost = RequestCost() }
        world.costOfPoll.requests = (408..<424).contains(step) ? 160 : 12
        world.costOfPoll.bytesReceived = 40_000
        costs.append(world.costOfPoll.requests)
        let halfSeconds = Int64((Double(costs.suffix(4).max() ?? 0) / 50 * 2).rounded(.up))
        intervalMilliseconds = max(1000, halfSeconds * 500)
    }

    private func compact(_ world: inout World, wall: Int64) {
        let balances = Self.balances
        if step == 170, let end = world.logs[balances]?.end {
            // The cleaner leaves every third record below the head; the one at the commit goes.
            world.logs[balances]?.records.removeAll { $0.offset < end - 50 && $0.offset % 3 != 1 }
            world.logs[balances]?.firstDirty = end - 50
            world.logs[balances]?.lastCleanedAt = wall
        }
        if step == 200, let commit = world.groups["projector"]?.commits[balances] {
            world.groups["projector"]?.commits[balances] = commit + 1
        }
        if step == 220 { world.groups["projector"]?.commits[balances] = world.logs[balances]?.end }
    }
}
