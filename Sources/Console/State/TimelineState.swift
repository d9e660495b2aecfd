package import AlertRules
import Monitor

/// Where the console stands in time, and what it missed of the present meanwhile.
package struct TimelineState: Equatable, Sendable {
    /// A look into the past.
    package struct Rewound: Equatable, Sendable {
        /// The moment that was asked for last, or is shown, wall milliseconds.
        package var wanted: Int64
        /// The board that was asked for and has not come yet; nil when none is under way.
        package var ticket: Int?
    }

    /// Set while the past is looked at.
    package var rewound: Rewound?
    /// The alerts that fired when the picture began to stand still, by id.
    package var known: Set<String> = []
    /// Those that have begun to fire since, the newest board's.
    package var news: [AlertInstance] = []
    /// What is wrong with the kept history, as far as it was said.
    package var saidProblem: String?

    /// The present.
    package init() {}

    /// All alerts that are known to fire, by id.
    var firing: Set<String> { known.union(news.map(\.id)) }
}

extension ConsoleState {
    /// True while the past is looked at; nothing can be changed then.
    package var isRewound: Bool { timeline.rewound != nil }
    /// True while what is drawn does not follow the newest snapshot.
    var standsStill: Bool { isPaused || isRewound }
    /// The newest time known, whatever is shown.
    var present: Int64 { max(waiting?.takenAt ?? 0, snapshot.past == nil ? snapshot.takenAt : 0) }
    /// When the partitions' figures of a board of the past were read, for notes in borders; empty in the present.
    var partitionsNote: String {
        snapshot.past?.partitionsAt.map { "as of \(settings.zone.clock($0)) · " } ?? ""
    }
    /// Why nothing can be changed while the past is looked at; nil in the present.
    var rewoundRefusal: String? {
        isRewound ? "rewound to \(settings.zone.clock(now)): nothing can be changed from the past; 0: live" : nil
    }
}

extension Page {
    /// True for pages whose figures are kept; the others show the present only.
    var isKept: Bool {
        switch self {
        case .dashboard, .topics, .partitions, .topic, .groups, .group, .members, .alerts, .alert, .changes: true
        default: false
        }
    }
}
