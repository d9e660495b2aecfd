/// What is remembered of alert rules for people, from evaluation to evaluation: the value of everything they look at, how it went lately, and what happened.
///
/// `(ledger, reports, time) -> ledger`, nothing else. Times are milliseconds on the rules' line of time.
package struct AlertLedger: Sendable {
    /// Fired and resolved events kept.
    package static let historyLimit = 500
    /// Memory bounds.
    enum Bounds {
        /// Milliseconds between two kept samples of an instance: ten minutes in all.
        static let recentStep: Int64 = 5000
        /// Quiet instances remembered of a rule; what is pending or firing always is.
        static let quietInstances = 1000
    }

    /// One series that a rule looks at.
    struct Entry: Sendable {
        let key: LabelSet
        let labels: [String: String]
        let subject: String
        var state = AlertInstance.State.quiet
        /// As in `AlertInstance`, on the rules' line of time.
        var activeSince: Int64?
        var keptSince: Int64?
        var value: Double?
        /// The last value for which the condition held.
        var lastActiveValue: Double?
        var changedAt: Int64?
        /// The evaluation that last saw it.
        var seen: UInt64 = 0
        var recent: [Double] = []
        var recentAt: Int64?
        var events: [AlertEvent] = []
        var annotations: [String: String] = [:]
    }

    private struct Book: Sendable {
        var rule: AlertRule
        var entries: [Entry] = []
        var places: [LabelSet: Int] = [:]
        /// What stands in the way of trusting it.
        var problem: RuleProblem?
        /// Where the rule stands as a whole.
        var word = ""
        var isRecording: Bool
    }

    /// Fired and resolved events, newest first.
    package private(set) var history: [AlertEvent] = []

    private var books: [Book] = []
    private var turn: UInt64 = 0
    /// What became active before this was told by an earlier run.
    private var toldUntil = Int64.min

    /// Nothing remembered.
    package init() {}

    /// The rules that alert, in the order of their files.
    package var rules: [AlertRule] { books.lazy.filter { !$0.isRecording }.map(\.rule) }

    /// Takes a history over from an earlier run, older than what is there. Alerts that became active before `time` are no news.
    package mutating func restore(history kept: [AlertEvent], toldUntil time: Int64) {
        history = Array((history + kept).prefix(Self.historyLimit))
        toldUntil = time
    }

    /// Takes how the rules stand after an evaluation, in the order they were loaded.
    package mutating func take(_ reports: [RuleReport], at time: Int64) {
        turn &+= 1
        fit(to: reports)
        var events: [AlertEvent] = []
        for (place, report) in reports.enumerated() {
            books[place].problem = report.problem
            books[place].word = report.word
            if report.rule.kind == .alert { take(report, of: place, at: time, &events) }
        }
        if !events.isEmpty { history = Array((events.reversed() + history).prefix(Self.historyLimit)) }
    }

    /// Makes one book a rule; a rule that is still there keeps its own.
    private mutating func fit(to reports: [RuleReport]) {
        let isSame =
            books.count == reports.count
            && zip(books, reports).allSatisfy { book, report in
                book.rule.name == report.rule.name && book.rule.group == report.group && book.rule.file == report.file
            }
        guard !isSame || turn == 1 else { return }
        var former = Dictionary(books.map { (Self.identity($0.rule), $0) }) { first, _ in first }
        books = reports.map { report in
            let rule = AlertRule(report.rule, group: report.group, file: report.file)
            var book = former.removeValue(forKey: Self.identity(rule)) ?? Book(rule: rule, isRecording: false)
            book.rule = rule
            book.isRecording = report.rule.kind == .record
            return book
        }
    }

    /// Forgets how rules were written: after other files were loaded.
    package mutating func reload() { turn = 0 }

    private static func identity(_ rule: AlertRule) -> [String] {
        [rule.file, rule.group, rule.name, rule.expression]
            + rule.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    // MARK: One rule

    private mutating func take(_ report: RuleReport, of book: Int, at time: Int64, _ events: inout [AlertEvent]) {
        for series in report.observed {
            guard let place = place(of: series.labels, in: book, isActive: false) else { continue }
            books[book].entries[place].value = series.value
            books[book].entries[place].seen = turn
        }
        for alert in report.alerts where alert.state != .inactive {
            guard let place = place(of: alert.labels, in: book, isActive: true) else { continue }
            let isSeen = books[book].entries[place].seen == turn
            if !isSeen { books[book].entries[place].value = alert.value }
            books[book].entries[place].seen = turn
            books[book].entries[place].lastActiveValue = alert.value
            books[book].entries[place].annotations = alert.annotations
            books[book].entries[place].activeSince = alert.activeAt
            books[book].entries[place].keptSince = alert.missingSince
            move(place, of: book, to: Self.state(of: alert), at: time, &events)
        }
        let active = Set(report.alerts.lazy.filter { $0.state != .inactive }.map(\.labels))
        for place in books[book].entries.indices {
            if !active.contains(books[book].entries[place].key) {
                missed(place, of: book, report.gaps, at: time)
                move(place, of: book, to: .quiet, at: time, &events)
            }
            remember(place, of: book, at: time)
        }
        forget(book, at: time, report.gaps)
    }

    private static func state(of alert: ActiveAlert) -> AlertInstance.State {
        alert.firedAt.map { .firing(since: $0) } ?? .pending(since: alert.activeAt)
    }

    /// Finds an entry or makes it; nil where there are too many to remember one more.
    private mutating func place(of labels: LabelSet, in book: Int, isActive: Bool) -> Int? {
        if let place = books[book].places[labels] { return place }
        let place = books[book].entries.count
        guard isActive || place < Bounds.quietInstances else { return nil }
        let own = labels.removing([RuleRun.alertNameLabel])
        books[book].places[labels] = place
        books[book].entries.append(
            Entry(key: labels, labels: own.values, subject: own.subject ?? books[book].rule.topic))
        return place
    }

    /// What is not there has no value, unless it only could not be read.
    private mutating func missed(_ place: Int, of book: Int, _ gaps: [ReadingGap], at time: Int64) {
        guard books[book].entries[place].seen != turn else { return }
        let key = books[book].entries[place].key
        if gaps.contains(where: { $0.covers(key) }) {
            books[book].entries[place].seen = turn
        } else {
            books[book].entries[place].value = nil
        }
    }

    private mutating func move(
        _ place: Int, of book: Int, to state: AlertInstance.State, at time: Int64, _ events: inout [AlertEvent]
    ) {
        let before = books[book].entries[place].state
        guard before != state else { return }
        books[book].entries[place].state = state
        let rule = books[book].rule
        if before == .quiet, let since = state.since, since < toldUntil {
            books[book].entries[place].changedAt = since
            return
        }
        switch (before, state) {
        case (.quiet, .pending(let since)):
            note(.pending, place, of: book, Self.firedText(books[book].entries[place], rule), at: since)
        case (.firing, .firing), (.pending, .pending), (.untold, _), (_, .untold): break
        case (_, .firing(let since)):
            events.append(note(.fired, place, of: book, Self.firedText(books[book].entries[place], rule), at: since))
        case (.firing(let since), _):
            let text = Self.resolvedText(books[book].entries[place], rule, after: time - since)
            events.append(note(.resolved, place, of: book, text, at: time))
        case (.pending(let since), _):
            let text = Self.resolvedText(books[book].entries[place], rule, after: time - since)
            note(.passed, place, of: book, text, at: time)
        case (.quiet, .quiet): break
        }
        guard state == .quiet else { return }
        books[book].entries[place].annotations = [:]
        books[book].entries[place].activeSince = nil
        books[book].entries[place].keptSince = nil
    }

    /// Notes that an instance changed its state.
    @discardableResult
    private mutating func note(
        _ kind: AlertEvent.Kind, _ place: Int, of book: Int, _ detail: String, at time: Int64
    ) -> AlertEvent {
        let event = AlertEvent(
            at: time, kind: kind, rule: books[book].rule.name, subject: books[book].entries[place].subject,
            detail: detail)
        books[book].entries[place].changedAt = time
        books[book].entries[place].events.insert(event, at: 0)
        if books[book].entries[place].events.count > AlertInstance.eventLimit {
            books[book].entries[place].events.removeLast()
        }
        return event
    }

    private mutating func remember(_ place: Int, of book: Int, at time: Int64) {
        guard let value = books[book].entries[place].value else { return }
        if let last = books[book].entries[place].recentAt, time - last < Bounds.recentStep { return }
        if books[book].entries[place].recent.count >= AlertInstance.recentLimit {
            books[book].entries[place].recent.removeFirst()
        }
        books[book].entries[place].recent.append(value)
        books[book].entries[place].recentAt = time
    }

    /// Forgets what is gone, and has been quiet for as long as Prometheus remembers what resolved.
    private mutating func forget(_ book: Int, at time: Int64, _ gaps: [ReadingGap]) {
        let isForgettable = { [turn] (entry: Entry) in
            entry.seen != turn && entry.state == .quiet
                && (entry.changedAt.map { time - $0 > ActiveAlert.resolvedRetention } ?? true)
        }
        guard books[book].entries.contains(where: isForgettable) else { return }
        books[book].entries.removeAll(where: isForgettable)
        books[book].places = Dictionary(books[book].entries.enumerated().map { ($0.element.key, $0.offset) }) {
            first, _ in first
        }
    }

    private static func firedText(_ entry: Entry, _ rule: AlertRule) -> String {
        let value = entry.value.map(rule.valueText) ?? "?"
        let condition = rule.conditionText
        return condition.isEmpty ? value : "\(value) \(condition)"
    }

    private static func resolvedText(_ entry: Entry, _ rule: AlertRule, after milliseconds: Int64) -> String {
        let duration = AlertRule.Unit.durationText(milliseconds: Double(milliseconds))
        let value = entry.value.map(rule.valueText) ?? "gone"
        return "\(value) (was \(entry.lastActiveValue.map(rule.valueText) ?? "?") for \(duration))"
    }
}

// MARK: The board

extension AlertLedger {
    /// The board as of the last evaluation: firing instances first (worst severity first), then pending, then what nothing can be said of, then quiet,
    /// each in the rules' order.
    ///
    /// - Parameters:
    ///   - shift: From the rules' line of time to the wall clock, milliseconds.
    ///   - fileProblems: What is wrong with files of rules.
    package func board(shiftedBy shift: Int64, fileProblems: [String] = []) -> AlertBoard {
        var firing: [(AlertRule.Severity, AlertInstance)] = []
        var pending: [(AlertRule.Severity, AlertInstance)] = []
        var untold: [AlertInstance] = []
        var quiet: [AlertInstance] = []
        var problems: [String: String] = [:]
        for book in books {
            if let problem = book.problem { problems[book.rule.name] = problem.description }
            if let alone = ruleAlone(of: book) { untold.append(alone) }
            for entry in book.entries {
                let shown = Self.shown(entry, of: book.rule, shift)
                switch shown.state {
                case .firing: firing.append((book.rule.severity, shown))
                case .pending: pending.append((book.rule.severity, shown))
                case .quiet, .untold: quiet.append(shown)
                }
            }
        }
        return AlertBoard(
            rules: rules,
            instances: Self.worstFirst(firing) + Self.worstFirst(pending) + untold + quiet,
            history: history.map { Self.shifted($0, shift) },
            problems: problems,
            fileProblems: fileProblems
        )
    }

    /// The instance of a rule that looks at nothing, so that every rule is in the list: the rule alone, on no series.
    private func ruleAlone(of book: Book) -> AlertInstance? {
        let hasStructuralProblem: Bool =
            switch book.problem {
            case .noSuchMetric, .needsHistory: !book.entries.contains { $0.state != .quiet }
            case .failed, .unreadable, nil: false
            }
        guard hasStructuralProblem || (book.entries.isEmpty && (!book.isRecording || book.problem != nil)) else {
            return nil
        }
        return AlertInstance(
            rule: book.rule.name, subject: book.rule.topic, labels: [:],
            state: book.word == "quiet" ? .quiet : .untold(book.word), value: nil)
    }

    private static func shown(_ entry: Entry, of rule: AlertRule, _ shift: Int64) -> AlertInstance {
        let state: AlertInstance.State =
            switch entry.state {
            case .pending(let since): .pending(since: since + shift)
            case .firing(let since): .firing(since: since + shift)
            case .quiet, .untold: entry.state
            }
        return AlertInstance(
            rule: rule.name,
            subject: entry.subject,
            labels: entry.labels,
            state: state,
            value: entry.value,
            activeSince: entry.activeSince.map { $0 + shift },
            keptSince: entry.keptSince.map { $0 + shift },
            changedAt: entry.changedAt.map { $0 + shift },
            recent: entry.recent,
            events: entry.events.map { shifted($0, shift) },
            annotations: entry.annotations
        )
    }

    private static func shifted(_ event: AlertEvent, _ shift: Int64) -> AlertEvent {
        var event = event
        event.at += shift
        return event
    }

    /// Orders by severity, keeping the order within one.
    private static func worstFirst(_ instances: [(AlertRule.Severity, AlertInstance)]) -> [AlertInstance] {
        [AlertRule.Severity.critical, .warning, .info].flatMap { severity in
            instances.lazy.filter { $0.0 == severity }.map(\.1)
        }
    }
}

extension AlertBoard {
    /// The rule of an instance: by its name, and among rules of one name by its severity.
    package func rule(of instance: AlertInstance) -> AlertRule? {
        var found: AlertRule?
        for rule in rules where rule.name == instance.rule {
            if rule.labels["severity"] == instance.labels["severity"] { return rule }
            found = found ?? rule
        }
        return found
    }
}
