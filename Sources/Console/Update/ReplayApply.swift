import Cluster
import Monitor
import Operations

/// Carrying a reset out, and taking one back.
extension ConsoleState {
    /// `R`: looks anew, then asks.
    mutating func prepareReset() -> [Effect] {
        guard let request = replayRequest, replay?.choice != nil else {
            say("choose a target first: tab and enter, @ for a time, o for an offset", .warn)
            return []
        }
        guard let ticket = beginActing() else { return [] }
        return [.replay(.prepare(request, ticket: ticket))]
    }

    /// `U`: looks what taking the newest reset back would mean, then asks.
    mutating func prepareUndo() -> [Effect] {
        guard let it = replay, let clusterID = clusterIDForUndo, let ticket = beginActing() else { return [] }
        return [.replay(.prepareUndo(group: it.group, topic: it.topic, clusterID: clusterID, ticket: ticket))]
    }

    /// The cluster's id, which names its undo files; says so where it is not known yet.
    private var clusterIDForUndo: String? {
        mutating get {
            guard let id = snapshot.status?.clusterID else {
                say("the cluster's id is not known yet, and its undo files are kept under it", .warn)
                return nil
            }
            return id
        }
    }

    /// A ticket for an act; nil where none may begin now, with why.
    private mutating func beginActing() -> Int? {
        guard mayWrite else {
            say("read-only: nothing can be changed from here", .warn)
            return nil
        }
        if let lock = replayLock {
            say(lock, .warn)
            return nil
        }
        guard replay?.isBusy == false else {
            say("a reset is under way", .warn)
            return nil
        }
        replay?.isBusy = true
        let ticket = nextTicket()
        replay?.ticket = ticket
        return ticket
    }

    /// What came of a wish.
    mutating func replayTook(_ news: ReplayNews) -> [Effect] {
        switch news {
        case .looked(let ticket, let result):
            looked(ticket: ticket, result)
            return []
        case .prepared(let ticket, let request, let result):
            guard replay?.ticket == ticket else { return [] }
            replay?.isBusy = false
            switch result {
            case .failure(let error):
                say("\(error)", .warn)
                return []
            case .success(let preview): return ask(request, preview)
            }
        case .applied(let ticket, let request, let result):
            return applied(ticket: ticket, request, result)
        }
    }

    /// Shows what was looked at and asks for what the act takes.
    private mutating func ask(_ request: ReplayRequest, _ preview: ReplayPreview) -> [Effect] {
        replay?.look = .ready(preview)
        replay?.results = [:]
        if let refusal = preview.refusal {
            say("\(refusal)", .warn)
            return []
        }
        let changed = preview.changed
        guard !changed.isEmpty else {
            say("nothing to move: every partition stands there already")
            return []
        }
        guard let clusterID = clusterIDForUndo else { return [] }
        let shown = Dictionary(
            preview.rows.compactMap { row in row.committed.map { (row.topicPartition, $0) } }
        ) { first, _ in first }
        let deed = Deed(
            request.group, words: words(for: preview, changed.count), .destructive,
            effects: [.replay(.apply(request, shown: shown, clusterID: clusterID, ticket: nextTicket()))])
        return confirm(deed)
    }

    /// `move 12 partitions, ≈10.1M records read again`.
    private func words(for preview: ReplayPreview, _ count: Int) -> String {
        let places = count == 1 ? "1 partition" : "\(count) partitions"
        func figure(_ estimate: Estimate) -> String {
            (estimate.isExact ? "" : "≈") + Figures.short(estimate.value)
        }
        guard let undo = preview.undo else {
            let skipped = preview.skipped.value > 0 ? ", skip \(figure(preview.skipped))" : ""
            return "move \(places): read \(figure(preview.reread)) again\(skipped)"
        }
        let zone = settings.zone
        let isToday = zone.date(undo.writtenAt) == zone.date(now)
        let time = isToday ? zone.clock(undo.writtenAt) : zone.dateAndClock(undo.writtenAt)
        let moved = preview.movedSince.count
        return "undo the reset of \(time) on \(places)" + (moved > 0 ? ", \(moved) read on since" : "")
    }

    /// What became of a reset.
    private mutating func applied(
        ticket: Int, _ request: ReplayRequest, _ result: Result<ReplayJob.Outcome, ReplayError>
    ) -> [Effect] {
        let isHere = replay?.group == request.group && replay?.topic == request.topic
        if isHere { replay?.isBusy = false }
        switch result {
        case .failure(let error):
            say("nothing was changed: \(error)", .crit)
        case .success(let outcome):
            let count = outcome.outcomes.count
            if isHere {
                replay?.results = Dictionary(
                    outcome.outcomes.map { ($0.topicPartition, ReplayResult($0)) }
                ) { first, _ in first }
                replay?.undoPath = outcome.undo?.path
            }
            if outcome.failures == 0 {
                say("\(count == 1 ? "1 partition" : "\(count) partitions") of \(request.group) moved; U takes it back")
            } else {
                say("\(outcome.failures) of \(count) partitions of \(request.group) were not moved", .crit)
            }
        }
        return [.refresh] + (isHere ? lookAtReplay(isSame: true) : [])
    }

    /// `.`: polls and looks anew.
    mutating func lookAgain() -> [Effect] {
        replay?.results = [:]
        return [.refresh] + lookAtReplay(isSame: true)
    }

    /// `t`: the records at the target under the cursor, or at the commit before one is chosen.
    mutating func tailAtReplay() -> [Effect] {
        guard let place = replayPlace else { return openTail() }
        let row = replay?.look.value?.rows.first { $0.topicPartition == place }
        let offset = row?.target ?? row?.committed
        return openTail(place, at: offset)
    }

    /// Opens the tail of a partition at an offset; a little before its end without one.
    mutating func openTail(_ place: TopicPartition, at offset: Int64?) -> [Effect] {
        let opening = open(.tail(topic: place.topic, partition: place.partition))
        guard let offset, offset >= 0 else { return opening }
        // What opening asked for is not looked at: the ticket is another one now.
        return seekOffset("\(offset)")
    }
}

extension ReplayResult {
    init(_ outcome: ResetJob.Outcome) {
        switch outcome.result {
        case .success: self.init(text: outcome.offset == nil ? "● no commit" : "● moved", isFailure: false)
        case .failure(let error): self.init(text: "▲ \(error)", isFailure: true)
        }
    }
}

extension ReplayState.Choice {
    /// What the prompt asks.
    var question: String {
        switch self {
        case .earliest, .latest: " "
        case .time: " reset to time: "
        case .back: " reset to so long ago: 30s, 90m, 2h, 1d, PT1H30M  "
        case .offset: " reset to offset  "
        case .shift: " shift by so many offsets, − for back  "
        case .group: " reset to where this group is  "
        case .file: " reset to a CSV file of topic,partition,offset  "
        }
    }
}
