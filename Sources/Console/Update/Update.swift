import Cluster
import Monitor

/// Takes what happened and says what is to be done outside. Pure: the same state and input give the same result.
package func update(_ state: inout ConsoleState, _ input: Input) -> [Effect] {
    var effects = happened(&state, input)
    state.showWaitingBoard()
    let isLeaving = effects.contains { $0 == .quit || $0 == .keepServing }
    effects = state.closeUnused(isLeaving: isLeaving) + state.allowed(effects)
    state.noteRunning(effects)
    return effects
}

private func happened(_ state: inout ConsoleState, _ input: Input) -> [Effect] {
    switch input {
    case .resized(let size):
        state.size = size
        return []
    case .snapshot(let snapshot):
        guard !state.standsStill else {
            state.waiting = snapshot
            state.watch(snapshot)
            return []
        }
        return state.accept(snapshot)
    case .queries(let board): return state.accept(board)
    case .key(let key):
        return state.pressed(key) + state.segmentsNeeded(again: false)
    case .mouse(let mouse): return state.pointed(mouse)
    case .paste(let text):
        return state.pasted(text)
    case .arrived(let arrival):
        return state.received(arrival)
    }
}

extension ConsoleState {
    /// Shows a snapshot.
    mutating func accept(_ new: Snapshot) -> [Effect] {
        let seen = listState(list).selected == nil ? selectedID : nil
        snapshot = new
        hold(seen)
        watchGroup()
        sayHistoryProblem()
        return marksSaw(new) + tailSaw(new) + replaySaw(new) + segmentsNeeded(again: true) + stopsNeeded()
            + producersNeeded()
    }

    /// Asks for the segments of the selected partition when they are shown and not asked for already.
    mutating func segmentsNeeded(again: Bool) -> [Effect] {
        guard showsSegments, snapshot.capabilities.contains(.segments), let place = selectedPartition else { return [] }
        switch segments[place] {
        case .loading: return []
        case .ready, .failed: if !again { return [] }
        case nil: break
        }
        segments[place] = .loading(segments[place]?.value)
        return [.loadSegments(place)]
    }

    /// Asks for the producers of the partition whose page is open, unless an answer is awaited.
    mutating func producersNeeded() -> [Effect] {
        guard case .producers(let place) = page, !isRewound else { return [] }
        if case .loading = producers[place] { return [] }
        producers[place] = .loading(producers[place]?.value)
        return [.loadProducers(place)]
    }

    /// True on pages that draw the segments of the selected partition.
    private var showsSegments: Bool {
        if case .topic = page { true } else { page == .compaction && box == 0 }
    }

    /// A key, wherever it belongs: the open question, the line being typed, or the page.
    mutating func pressed(_ key: Key) -> [Effect] {
        message = nil
        viewTicket = nil
        // A line is typed above whatever it was opened from.
        if let prompt { return promptKey(key, prompt) }
        if let dialog { return dialogKey(key, dialog) }
        if isTypingStatement { return statementKey(key) }
        if let refusal = rewoundRefusal, key.isChanging {
            say(refusal, .warn)
            return []
        }
        guard let action = ActionTable.action(for: key, in: self) else { return [] }
        return run(action)
    }

    /// Does an action, unless it would change something from the past.
    mutating func run(_ action: Action) -> [Effect] {
        if let refusal = rewoundRefusal, action.isChanging {
            say(refusal, .warn)
            return []
        }
        return action.run(&self)
    }

    /// A paste: text for the line being typed; elsewhere it does nothing, least of all what its letters are keys of.
    mutating func pasted(_ text: String) -> [Effect] {
        if case .mute(var open) = dialog {
            _ = open.reason.take(pasted: text)
            dialog = .mute(open)
            return []
        }
        if prompt == nil, case .form(var form) = dialog {
            let changed = form.take(pasted: text)
            dialog = .form(form)
            return changed ? formChanged(form) : []
        }
        if prompt == nil, dialog == nil, isTypingStatement {
            pasteStatement(text)
            return []
        }
        guard dialog == nil, var open = prompt else {
            say("pasted text is taken where a line is typed: after / or :", .warn)
            return []
        }
        guard open.take(pasted: text) else { return [] }
        prompt = open
        promptChanged(open)
        return []
    }

    /// Filters and searches follow what is typed.
    private mutating func promptChanged(_ prompt: Prompt) {
        switch prompt.kind {
        case .filter: setFilter(TextFilter(prompt.text))
        case .search: setMatch(prompt.text.lowercased())
        case .palette, .offset, .time, .export, .reason, .replay, .travel, .confirm: break
        }
    }

    private mutating func dialogKey(_ key: Key, _ open: Dialog) -> [Effect] {
        if key == .control("c") {
            if case .quit = open { return [.quit] }
            dialog = nil
            return [.askToQuit]
        }
        switch open {
        case .help(let view): return helpKey(key, view)
        case .quit:
            switch key {
            case "s": return [.quit]
            case "k": return [.keepServing]
            case .escape, "q":
                dialog = nil
                return []
            default: return []
            }
        case .compaction(let it): return compactionKey(key, it)
        case .columns(let it): return columnsKey(key, it)
        case .overwrite(let job): return overwriteKey(key, job)
        case .mute(let it): return muteKey(key, it)
        case .form(let form): return formKey(key, form)
        case .act(let it): return previewKey(key, it)
        case .done(let report): return reportKey(key, report)
        case .confirm(let deed): return confirmKey(key, deed)
        case .decoders(let it): return decodersKey(key, it)
        }
    }

    private mutating func promptKey(_ key: Key, _ open: Prompt) -> [Effect] {
        var it = open
        switch key {
        case .escape, .control("c"):
            prompt = nil
            switch it.kind {
            case .filter(let before, let match):
                setFilter(before)
                setMatch(match)
            case .search(let before): setMatch(before)
            case .palette, .offset, .time, .export, .reason, .replay, .travel, .confirm: break
            }
            return []
        case .enter:
            prompt = nil
            switch it.kind {
            case .filter: return finishFilter(it)
            case .search: return it.text.isEmpty ? [] : goToMatch(1)
            case .export: return export(to: it.text)
            case .palette: return runPalette(it)
            case .offset: return seekOffset(it.text)
            case .time: return seekTime(it.text)
            case .replay(let choice): return chooseTarget(choice, it.text)
            case .travel(let question): return answerTravel(question, it.text)
            case .reason: return []
            case .confirm(let deed): return typed(it.text, for: deed)
            }
        default:
            if it.kind == .palette, let moved = paletteKey(key, it) {
                prompt = moved
                return []
            }
            let changed = it.edit(key)
            if changed { promptChanged(it) }
        }
        prompt = it
        return []
    }

    /// What an effect brought.
    mutating func received(_ arrival: Arrival) -> [Effect] {
        switch arrival {
        case .segments(let place, let result): segments[place] = Self.loaded(result)
        case .configuration(let topic, let result): configurations[topic] = Self.loaded(result)
        case .producers(let place, let result): producers[place] = Self.loaded(result)
        case .brokerConfiguration(let id, let result): brokerConfigurations[id] = Self.loaded(result)
        case .marks(let cluster, let result): return marksArrived(cluster: cluster, result)
        case .marksKept(.success(let aside)):
            if let aside { say("the file that could not be read is now \(aside)", .warn) }
        case .marksKept(.failure(let error)): say("\(error)", .warn)
        case .audit(let result): return auditArrived(result)
        case .preview(let ticket, let result): previewArrived(ticket: ticket, result)
        case .acted(.success(let text)):
            say(text)
            return [.refresh]
        case .acted(.failure(let error)): say("\(error)", .crit)
        case .checked(let ticket, let result): return actChecked(ticket: ticket, result)
        case .done(let act, let result): return acted(act, result)
        case .purgePlan(let ticket, let request, let result): return purgePlanned(ticket: ticket, request, result)
        case .statistics(let topic, let ticket, let progress, let report):
            statisticsArrived(topic: topic, ticket: ticket, progress, report)
        case .tail(let batch): return tailTook(batch)
        case .stops(let ticket, let found): stops?.take(found, ticket: ticket)
        case .tailWake(let ticket): return tailWoke(ticket: ticket)
        case .time(let ticket, let found): return tailFound(ticket: ticket, found)
        case .searched(let news): searchTold(news)
        case .compared(let comparison): compared(comparison)
        case .replay(let news): return replayTook(news)
        case .travel(let news): travelTook(news)
        case .query(let news): return queriesTook(news)
        case .past(let ticket, let place): return lookedBack(ticket: ticket, place)
        case .attention(let attention): return [.call(attention)]
        case .deliveries(let board): deliveries = board
        case .clients(let count):
            if count == 0 { return [.quit] }
            prompt = nil
            dialog = .quit(clients: count)
        case .notKept(let reason):
            // The palette's history is kept with each command: what is in its way is said once.
            if reason != keepingProblem { say(reason, .warn) }
            keepingProblem = reason
        case .exported(let job, let result): exported(job, result)
        case .record(let ticket, let place, let result): return recordArrived(ticket: ticket, place, result)
        case .theme(.success(let name)):
            settings.theme = name
            say("theme \(name)")
        case .theme(.failure(let error)): say("\(error)", .warn)
        case .themesRead(let names, let result): themesRead(names, result)
        }
        return []
    }

    static func loaded<Value>(_ result: Result<Value, ClusterError>) -> Loaded<Value> {
        switch result {
        case .success(let value): .ready(value)
        case .failure(let error): .failed("\(error)")
        }
    }
}
