/// A consumer group of the demo: what it reads, with how many members, and how it fares as time goes by.
package struct DemoGroup: Sendable {
    /// What the group's consumers do at one time.
    package enum Pace: Sendable, Equatable {
        /// Reads up to this many records a second, all members together, at speed 1.
        case reading(recordsPerSecond: Double)
        /// Its members are connected and heartbeat, but handle nothing.
        case stuck
        /// Its members have left.
        case stopped
    }

    /// The group id.
    package var groupID: String
    /// The topic it reads.
    package var topic: String
    /// Its members while it runs.
    package var memberCount: Int
    /// The topic its results go to, if it is a projection.
    package var projectsTo: String?
    /// Phases in order, each with its length in demo seconds; they start over after the last.
    package var phases: [(seconds: Double, pace: Pace)]

    /// The demo's groups: one that keeps up, one that falls behind for ever, one that sticks and recovers, one that stops and returns.
    package static let all: [DemoGroup] = [
        DemoGroup(
            groupID: "page-view-analytics",
            topic: "page-views",
            memberCount: 3,
            phases: [(3600, .reading(recordsPerSecond: 3000))]
        ),
        DemoGroup(
            groupID: "balance-projection",
            topic: "account-events",
            memberCount: 1,
            projectsTo: "account-balances",
            phases: [(3600, .reading(recordsPerSecond: 1000))]
        ),
        DemoGroup(
            groupID: "fraud-scorer",
            topic: "order-events",
            memberCount: 3,
            phases: [(3600, .reading(recordsPerSecond: 60))]
        ),
        DemoGroup(
            groupID: "search-indexer",
            topic: "page-views",
            memberCount: 2,
            phases: [
                (10, .reading(recordsPerSecond: 3000)), (50, .stuck), (120, .reading(recordsPerSecond: 4000)),
            ]
        ),
        DemoGroup(
            groupID: "sensor-archiver",
            topic: "sensors",
            memberCount: 1,
            phases: [(40, .reading(recordsPerSecond: 1500)), (180, .stopped), (60, .reading(recordsPerSecond: 1500))]
        ),
    ]

    /// What is played.
    package enum Play: Sendable {
        /// Groups fall behind, stick and stop: what the console is for.
        case faults
        /// Every group reads faster than its topic is written, all the time.
        case health
    }

    /// The groups of a play.
    package static func all(playing play: Play) -> [DemoGroup] {
        switch play {
        case .faults: all
        case .health: all.map(\.healthy)
        }
    }

    /// The same group without its faults.
    private var healthy: DemoGroup {
        var group = self
        let fastest = phases.compactMap { if case .reading(let rate) = $0.pace { rate } else { nil } }.max() ?? 0
        // What is written swells by a third; a group that was away for a moment must come back.
        let written = DemoTopic.all.first { $0.name == topic }?.recordsPerSecond ?? 0
        group.phases = [(3600, .reading(recordsPerSecond: max(fastest, 8 * written)))]
        return group
    }

    /// What the group does at a moment of the demo.
    ///
    /// - Parameter seconds: Demo seconds since the start (wall seconds times the speed).
    package func pace(at seconds: Double) -> Pace {
        let cycle = phases.reduce(0) { $0 + $1.seconds }
        guard cycle > 0, let last = phases.last else { return .stopped }
        var left = seconds.truncatingRemainder(dividingBy: cycle)
        for phase in phases {
            if left < phase.seconds { return phase.pace }
            left -= phase.seconds
        }
        return last.pace
    }
}
