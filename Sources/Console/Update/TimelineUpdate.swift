import AlertRules
import Monitor

/// Looking back: stepping through the kept history, and alerts that break through while the picture stands still.
extension ConsoleState {
    /// How far one step goes at an age, milliseconds: as far apart as moments are kept, and as is of use there.
    static func stepMilliseconds(atAge age: Int64) -> Int64 {
        switch age {
        case ..<600_000: 10_000
        case ..<3_600_000: 60_000
        default: 600_000
        }
    }

    /// Steps back.
    mutating func stepBack() -> [Effect] {
        guard present > 0 else {
            say("nothing is kept yet", .warn)
            return []
        }
        let from = timeline.rewound?.wanted ?? now
        return step(from: from, by: -Self.stepMilliseconds(atAge: from.distance(upTo: present)))
    }

    /// Steps forth; past the newest board lies the present.
    mutating func stepForth() -> [Effect] {
        guard let rewound = timeline.rewound else {
            say("this is the present; < looks back")
            return []
        }
        let age = rewound.wanted.distance(upTo: present)
        return step(from: rewound.wanted, by: Self.stepMilliseconds(atAge: max(age - 1, 0)))
    }

    private mutating func step(from moment: Int64, by distance: Int64) -> [Effect] {
        if !isRewound {
            if snapshot.past == nil { waiting = waiting ?? snapshot }
            if !isPaused { beginWatching() }
        }
        let ticket = nextTicket()
        timeline.rewound = TimelineState.Rewound(wanted: moment &+ distance, ticket: ticket)
        return [.lookBack(from: moment, by: distance, ticket: ticket)]
    }

    /// The screen of what a change happened to: its group, else its topic, as far as they are there.
    var changeTarget: Page? {
        let table = ChangeTables.table(self, listState(list), .plain)
        guard let cursor = table.cursor(listState(list)) else { return nil }
        let change = table.items[cursor]
        if let id = change.group, group(id) != nil { return .group(id) }
        return change.topic.flatMap { topic($0) != nil ? .topic($0) : nil }
    }

    /// Back to the present.
    mutating func goLive() -> [Effect] {
        timeline.rewound = nil
        timeline.news = []
        isPaused = false
        guard let newest = waiting else { return [] }
        waiting = nil
        return accept(newest)
    }

    /// Shows the board that was asked for, if no other was asked for since.
    mutating func lookedBack(ticket: Int, _ place: Timeline.Place?) -> [Effect] {
        guard timeline.rewound?.ticket == ticket else { return [] }
        timeline.rewound?.ticket = nil
        switch place {
        case .moment(let board):
            snapshot = board
            timeline.rewound?.wanted = board.takenAt
        case .present: return goLive()
        case .beginning: return stay(saying: "nothing is kept from before", .ok)
        case .unreadable(let reason): return stay(saying: reason, .warn)
        case nil: return stay(saying: "no history is kept here", .warn)
        }
        return []
    }

    private mutating func stay(saying text: String, _ level: Theme.Level) -> [Effect] {
        let effects: [Effect]
        if snapshot.past == nil {
            effects = goLive()
        } else {
            let shown = now
            timeline.rewound?.wanted = shown
            effects = []
        }
        say(level == .ok ? "\(text) \(settings.zone.clock(now))" : text, level)
        return effects
    }

    /// Notes which alerts fire while the picture begins to stand still.
    mutating func beginWatching() {
        timeline.known = Set(firingAlerts(in: waiting ?? snapshot).keys)
        timeline.news = []
    }

    /// Looks in a snapshot that is not shown for alerts that have begun to fire; muted and acknowledged ones are no news.
    mutating func watch(_ hidden: Snapshot) {
        let firing = firingAlerts(in: hidden)
        let known = timeline.known.filter { firing[$0] != nil }
        if known.count < timeline.known.count { timeline.known = known }
        timeline.news = firing.filter { !known.contains($0.key) }.values.sorted()
            .map { hidden.alerts.instances[$0] }.filter { standing(of: $0) == .firing }
    }

    /// The places of firing alerts by their ids.
    func firingAlerts(in snapshot: Snapshot) -> [String: Int] {
        kept(.firingAlerts, of: TableBasis().and(snapshot.alerts.instances)) {
            let all = snapshot.alerts.instances
            return Dictionary(all.indices.lazy.filter { all[$0].isFiring }.map { (all[$0].id, $0) }) { first, _ in first
            }
        }
    }

    /// The ids of firing alerts.
    static func firing(_ snapshot: Snapshot) -> Set<String> {
        Set(snapshot.alerts.instances.lazy.filter(\.isFiring).map(\.id))
    }

    /// Keeps back effects that would change something from the past, and says why.
    mutating func allowed(_ effects: [Effect]) -> [Effect] {
        guard let refusal = rewoundRefusal, effects.contains(where: \.changesCluster) else { return effects }
        say(refusal, .warn)
        return effects.filter { !$0.changesCluster }
    }

    /// Says once what is wrong with the kept history.
    mutating func sayHistoryProblem() {
        guard let problem = snapshot.historyProblem, problem != timeline.saidProblem else { return }
        timeline.saidProblem = problem
        if message == nil { say(problem, .warn) }
    }
}

extension Key {
    /// Whether it changes something, by the key law: capitals do, but for `G` and `S`.
    var isChanging: Bool {
        guard case .character(let scalar) = self else { return false }
        return ("A"..."Z").contains(scalar) && scalar != "G" && scalar != "S"
    }
}

extension Action {
    /// Whether it leads to a change: by its key, or as the preview that asks for one, or because it changes how alerts count.
    var isChanging: Bool {
        section == .cluster || id == "acknowledge" || id == "compact" || keys.contains(where: \.isChanging)
    }
}

extension Effect {
    /// Whether it changes the cluster or what is kept of alerts. Each effect is named, so that a new one cannot slip through.
    var changesCluster: Bool {
        switch self {
        case .compact, .stopCompaction, .act, .keepMarks, .acknowledgeLosses, .produce, .replay(.apply),
            .query(.act), .query(.run(_, .changes, ticket: _)):
            true
        case .quit, .keepServing, .askToQuit, .redraw, .refresh, .copy, .call, .keep, .export, .view, .loadRecord,
            .useTheme,
            .reloadThemes, .loadSegments, .loadConfiguration, .loadBrokerConfiguration, .loadProducers,
            .previewCompaction,
            .loadMarks, .loadAudit, .fetch, .loadStops, .wakeTail, .replay(.look), .replay(.prepare),
            .replay(.prepareUndo),
            .lookBack, .findTime, .checkAct, .planPurge, .startStatistics, .controlScan, .search, .compare, .travel,
            .query(.run(_, .reads, ticket: _)), .query(.describe), .query(.restart), .query(.close):
            false
        }
    }
}
