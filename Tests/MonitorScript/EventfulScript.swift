import Cluster
import Synchronization
import WindowedMetrics

/// Five and a half eventful minutes of a cluster's life, the same again for the same seed.
///
/// A group never commits; commits lie below the log start; a topic is made anew below its commits; a partition is added; topics,
/// groups, the status and one partition cannot be read for a while; the wall clock leaps an hour ahead and back; a consumer
/// stands still and goes on; a topic is compacted.
package struct EventfulScript: Sendable {
    /// How many steps it has.
    package static let steps = 330

    /// The cluster it plays on.
    package let cluster: FakeCluster
    /// The clock that moves with each step, and at no other time.
    package let clock = ScriptedClock()
    /// Steps made.
    package private(set) var step = 0
    /// Seconds since the beginning.
    package private(set) var second = 0.0
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
        world.groups["projector"] = WorldGroup(assignment: [balances], commits: [balances: 0])
        cluster = FakeCluster(world)
    }

    /// Lets a little more than a second pass and changes the world.
    ///
    /// - Returns: The world and the wall clock's milliseconds as the next poll finds them.
    @discardableResult
    package mutating func advance() -> (world: World, wall: Int64) {
        let rate = Int64.random(in: 80...120, using: &random)
        let late = Int64.random(in: 0...120, using: &random)
        if step == 130 { clock.leap(milliseconds: 3_600_000) }
        if step == 150 { clock.leap(milliseconds: -3_600_000) }
        clock.pass(milliseconds: 1000 + late)
        second += Double(1000 + late) / 1000
        let wall = clock.now().wallMilliseconds
        var world = cluster.world.withLock { $0 }
        produce(&world, rate: rate, wall: wall)
        consume(&world)
        fail(&world)
        compact(&world, wall: wall)
        step += 1
        cluster.world.withLock { $0 = world }
        return (world, wall)
    }

    private func produce(_ world: inout World, rate: Int64, wall: Int64) {
        world.logs[Self.orders[0]]?.append(rate, at: wall)
        world.logs[Self.orders[1]]?.append(rate / 2, at: wall)
        world.logs[Self.balances]?.append(10, at: wall)
        if step < 60 { world.logs[Self.reborn]?.append(20, at: wall) }
        if step == 60 { world.logs[Self.reborn] = Log(topicID: "second") }
        if step > 60, step < 200 { world.logs[Self.reborn]?.append(15, at: wall) }
        if step == 81 {
            world.logs[Self.added] = Log()
            world.groups["keeper"]?.assignment.append(Self.added)
        }
        if step > 82 { world.logs[Self.added]?.append(30, at: wall) }
    }

    private mutating func consume(_ world: inout World) {
        // Reads all and commits every fifth second; stands still for 70 s; then goes on.
        if step % 5 == 0, !(180..<250).contains(step) {
            for name in world.groups["keeper"]?.assignment ?? [] {
                world.groups["keeper"]?.commits[name] = world.logs[name]?.end
            }
        }
        // Half speed at first, double from the third minute on.
        slowPosition += step < 170 ? 50 : 220
        slowPosition = min(slowPosition, Double(world.logs[Self.orders[0]]?.end ?? 0))
        world.groups["slow"]?.commits[Self.orders[0]] = Int64(slowPosition)
        if step < 60 { world.groups["ahead"]?.commits[Self.reborn] = world.logs[Self.reborn]?.end }
        if step % 7 == 0, step < 120 {
            world.groups["projector"]?.commits[Self.balances] = world.logs[Self.balances]?.end
        }
    }

    private func fail(_ world: inout World) {
        if step == 40 { world.logs[Self.orders[1]]?.deleteRecords(below: 500) }
        world.topicsFail = (100..<105).contains(step)
        world.groupsFail = (110..<113).contains(step)
        world.statusFails = (120..<122).contains(step)
        world.logs[Self.orders[0]]?.problem = (115..<118).contains(step) ? "no leader" : nil
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
