package import Cluster
package import Monitor

/// What must be shown of every group of a world after each poll, worked out without the monitor.
package struct ClusterModel {
    /// A group as a whole.
    package struct Total: Equatable {
        /// The sum of its rows.
        package let lag: Lag
        /// The age of its oldest unread record.
        package let age: LagAge
        /// When its slowest row will have caught up.
        package let catchUp: CatchUp
        /// The worst status of a row.
        package let status: ConsumerStatus
        /// The worst verdict of a row.
        package let verdict: LossVerdict
        /// How old the oldest of these figures is, milliseconds; nil when all are of the newest poll.
        package let staleMilliseconds: Int64?
    }

    /// Where a rule stands for a group.
    package enum AlertState: String, CaseIterable {
        case quiet, pending, firing
    }

    /// A rule on groups, with how long it must hold.
    package struct Rule: Hashable {
        /// The rule's name.
        package let name: String
        let holdMilliseconds: Int64
    }

    /// Judges how old the oldest unread record is.
    package static let late = Rule(name: "group.age", holdMilliseconds: 15_000)
    /// Judges how long nothing was committed.
    package static let stopped = Rule(name: "group.stopped", holdMilliseconds: 0)
    /// Judges whether it will ever catch up.
    package static let falling = Rule(name: "group.catch-up", holdMilliseconds: 30_000)
    /// Judges whether records go before they are read.
    package static let losing = Rule(name: "group.loss", holdMilliseconds: 30_000)
    /// Judges whether records went.
    package static let lost = Rule(name: "group.lost", holdMilliseconds: 0)
    /// All rules on groups.
    package static let rules = [late, stopped, falling, losing, lost]

    private struct Alert {
        var past: [(milliseconds: Int64, holds: Bool)] = []
        var value: Double?
    }

    /// Every group's rows.
    package private(set) var rows: [String: [TopicPartition: RowModel]] = [:]
    /// Seconds since the beginning, of the newest poll.
    package private(set) var second = 0.0
    /// True when the newest poll could not read what the rules need.
    package private(set) var hasProblem = false
    private var wasActive: Set<String> = []
    private var alerts: [Rule: [String: Alert]] = [:]

    /// A model that has seen nothing.
    package init() {}

    /// Takes a world as a poll finds it.
    package mutating func learn(_ world: World, second: Double, wall: Int64) {
        self.second = second
        hasProblem = world.topicsFail || world.groupsFail || world.statusFails
        if !world.groupsFail { learnCommits(world) }
        learnLogs(world, wall)
        if !world.topicsFail, !world.groupsFail { learnAlerts() }
    }

    private mutating func learnCommits(_ world: World) {
        for (id, group) in world.groups where !world.hasLostCoordinator(group) {
            var known = rows[id] ?? [:]
            let names = Set(group.commits.keys).union(group.assignment)
            known = known.filter { names.contains($0.key) }
            for name in names {
                var row = known[name] ?? RowModel()
                if let commit = group.commits[name] {
                    if let before = row.commits.last?.value, Double(commit) > before { row.moves.append(second) }
                    row.commits.append(RowModel.Sample(time: second, value: Double(commit)))
                }
                known[name] = row
            }
            rows[id] = known
            if !group.assignment.isEmpty { wasActive.insert(id) }
        }
    }

    private mutating func learnLogs(_ world: World, _ wall: Int64) {
        for (id, known) in rows {
            let isLost = world.groups[id].map(world.hasLostCoordinator) ?? false
            for name in known.keys {
                let log = world.logs[name]
                let hasProblem = log.map { world.problem(of: $0) != nil } ?? false
                if !world.topicsFail, let log, !hasProblem {
                    // A topic made anew is another log: its ends start again.
                    if rows[id]?[name]?.topicID == log.topicID || rows[id]?[name]?.topicID == nil {
                        rows[id]?[name]?.ends.append(RowModel.Sample(time: second, value: Double(log.end)))
                    }
                }
                guard !world.topicsFail, !world.groupsFail, !hasProblem, !isLost else {
                    rows[id]?[name]?.isUnseen = true
                    continue
                }
                let isNewLog = log.map { rows[id]?[name]?.topicID ?? $0.topicID != $0.topicID } ?? false
                let group = world.groups[id]
                rows[id]?[name]?.look(
                    commit: group?.commits[name], committedAt: group?.committedAt[name],
                    hasCommitters: group?.assignment.isEmpty == false || group?.protocolType.isEmpty == true, log: log,
                    retention: world.retention(of: name.topic), now: second, wall: wall)
                if isNewLog, let log { rows[id]?[name]?.ends = [.init(time: second, value: Double(log.end))] }
            }
        }
    }

    private mutating func learnAlerts() {
        for (id, known) in rows {
            let shown = known.values.compactMap(\.shown)
            // What is known of old rows counts as long as others are live.
            guard shown.contains(where: { $0.readAtSecond == second }) else { continue }
            let ages = shown.compactMap(\.age.milliseconds)
            let oldest = ages.max() ?? 0
            // Caught up and unknown together say nothing; then the state stays.
            if oldest > 0 || !shown.contains(where: { if case .unknown = $0.age { true } else { false } }) {
                note(Self.late, id, value: ages.isEmpty ? nil : Double(oldest) / 1000, holds: oldest > 30_000)
            }
            guard shown.contains(where: { $0.lag.records != nil }) else {
                let isUnknown = shown.contains { if case .unknown = $0.lag { true } else { false } }
                noteLost(id, shown)
                if !isUnknown {
                    for rule in [Self.stopped, Self.falling, Self.losing] { note(rule, id, value: nil, holds: false) }
                }
                continue
            }
            noteLost(id, shown)
            let rest = wasActive.contains(id) ? known.values.map { $0.rest(now: second) }.max() ?? 0 : 0
            // While too little was seen to say, nobody says that it works.
            if rest > 0 || total(of: id).status != .unknown { note(Self.stopped, id, value: rest, holds: rest > 0) }
            let isNever = shown.contains { $0.catchUp == .never }
            note(Self.falling, id, value: isNever ? 1 : 0, holds: isNever)
            let soonest = shown.filter(\.loss.isLosingMore).compactMap(\.loss.horizon).min().map { Double($0) / 1000 }
            note(Self.losing, id, value: soonest, holds: soonest.map { $0 < 86_400 } ?? false)
        }
    }

    private mutating func noteLost(_ id: String, _ shown: [RowModel.Shown]) {
        let lost = shown.map(\.loss.lost).reduce(0, +)
        note(Self.lost, id, value: Double(lost), holds: lost > 0)
    }

    private mutating func note(_ rule: Rule, _ id: String, value: Double?, holds: Bool) {
        alerts[rule, default: [:]][id, default: Alert()].past.append((Int64((second * 1000).rounded()), holds))
        alerts[rule]?[id]?.value = value
    }

    /// Where a rule stands for a group, judged from the whole past.
    package func state(of rule: Rule, for id: String) -> AlertState {
        let past = alerts[rule]?[id]?.past ?? []
        guard past.last?.holds == true else { return .quiet }
        let run = past.reversed().prefix { $0.holds }
        guard let first = run.last, let last = run.first else { return .quiet }
        return last.milliseconds - first.milliseconds >= rule.holdMilliseconds ? .firing : .pending
    }

    /// What a rule last measured on a group, in its unit; nil when there was nothing to measure.
    package func value(of rule: Rule, for id: String) -> Double? { alerts[rule]?[id]?.value }

    /// How old a row's figures are, milliseconds; nil when they are of the newest poll.
    package func staleMilliseconds(_ shown: RowModel.Shown) -> Int64? {
        shown.readAtSecond == second ? nil : Int64(((second - shown.readAtSecond) * 1000).rounded())
    }

    /// A group is the sum of its rows, as old as the oldest and as late as the latest.
    package func total(of id: String) -> Total {
        let shown = (rows[id] ?? [:]).values.compactMap(\.shown)
        let isBlind = shown.contains { if case .unknown = $0.lag { true } else { false } }
        let latest = shown.map(\.catchUp).max() ?? .unknown
        let live = shown.count { $0.readAtSecond == second }
        let isMixed = live > 0 && live < shown.count
        return Total(
            lag: Self.sum(shown, isBlind: isBlind, isMixed: isMixed),
            age: Self.oldest(shown, isMixed: isMixed),
            catchUp: isBlind && latest <= .steady ? .unknown : latest,
            status: shown.map(\.status).max() ?? .none,
            verdict: shown.map(\.loss.verdict).max() ?? .none,
            staleMilliseconds: shown.compactMap(staleMilliseconds).max()
        )
    }

    private static func sum(_ shown: [RowModel.Shown], isBlind: Bool, isMixed: Bool) -> Lag {
        let counts = shown.compactMap(\.lag.records)
        guard !counts.isEmpty else { return isBlind ? .unknown("") : .noCommit }
        // What is unknown, or was never committed though there are records, can only add to it.
        let isLeast = isBlind || shown.contains(where: \.hidesRecords)
        // Live and old figures together are no sum of one moment.
        let isRough = isMixed || shown.contains { if case .records(_, .estimated) = $0.lag { true } else { false } }
        return .records(counts.reduce(0, +), isLeast ? .lowerBound : isRough ? .estimated : .exact)
    }

    private static func oldest(_ shown: [RowModel.Shown], isMixed: Bool) -> LagAge {
        let isBlind = shown.contains { if case .unknown = $0.age { true } else { false } }
        var oldest: (age: Int64, quality: Quality)?
        for case .milliseconds(let age, let quality) in shown.map(\.age) where age > oldest?.age ?? -1 {
            oldest = (age, quality)
        }
        if let oldest {
            let quality: Quality = isBlind ? .lowerBound : oldest.quality
            return .milliseconds(oldest.age, isMixed && quality == .exact ? .estimated : quality)
        }
        if isBlind { return .unknown("") }
        return shown.contains { $0.age == .caughtUp } ? .caughtUp : .noCommit
    }
}
