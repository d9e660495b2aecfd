import Cluster
import Monitor

/// Takes what happened and says what is to be done outside. Pure: the same state and input give the same result.
package func update(_ state: inout ConsoleState, _ input: Input) -> [Effect] {
    switch input {
    case .resized(let size):
        state.size = size
        return []
    case .snapshot(let snapshot):
        guard !state.isPaused else {
            state.waiting = snapshot
            return []
        }
        return state.accept(snapshot)
    case .key(let key):
        return state.pressed(key) + state.segmentsNeeded(again: false)
    case .paste(let text):
        return state.pasted(text)
    case .arrived(let arrival):
        return state.received(arrival)
    }
}

extension ConsoleState {
    /// Shows a snapshot.
    mutating func accept(_ new: Snapshot) -> [Effect] {
        snapshot = new
        watchGroup()
        return marksSaw(new) + tailSaw(new) + segmentsNeeded(again: true)
    }

    /// Asks for the segments of the selected partition when they are shown and not asked for already.
    mutating func segmentsNeeded(again: Bool) -> [Effect] {
        guard case .topic = page, snapshot.capabilities.contains(.segments), let place = selectedPartition else {
            return []
        }
        switch segments[place] {
        case .loading: return []
        case .ready, .failed: if !again { return [] }
        case nil: break
        }
        segments[place] = .loading(segments[place]?.value)
        return [.loadSegments(place)]
    }

    /// A key, wherever it belongs: the open question, the line being typed, or the page.
    mutating func pressed(_ key: Key) -> [Effect] {
        message = nil
        viewTicket = nil
        // A line is typed above whatever it was opened from.
        if let prompt { return promptKey(key, prompt) }
        if let dialog { return dialogKey(key, dialog) }
        guard let action = ActionTable.action(for: key, in: self) else { return [] }
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
        case .palette, .offset, .time, .export, .reason, .confirm: break
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
            case .palette, .offset, .time, .export, .reason, .confirm: break
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
            case .reason: return []
            case .confirm(let deed): return typed(it.text, for: deed)
            }
        case .down where it.kind == .palette, .tab where it.kind == .palette:
            it.choice = min(it.choice + 1, max(0, Palette.entries(self, it.text).count - 1))
        case .up where it.kind == .palette, .backTab where it.kind == .palette: it.choice = max(0, it.choice - 1)
        default:
            let changed = it.edit(key)
            if changed { promptChanged(it) }
        }
        prompt = it
        return []
    }

    private mutating func runPalette(_ prompt: Prompt) -> [Effect] {
        let entries = Palette.entries(self, prompt.text)
        guard entries.indices.contains(prompt.choice) else {
            if !prompt.text.isEmpty { say("nothing is called \(prompt.text)", .warn) }
            return []
        }
        switch entries[prompt.choice].target {
        case .action(let id):
            guard let action = ActionTable.actions(for: page).first(where: { $0.id == id && $0.isVisible(self) }) else {
                return []
            }
            return action.run(&self)
        case .page(let page): return open(page)
        case .theme(let name): return [.useTheme(name)]
        }
    }

    /// What an effect brought.
    mutating func received(_ arrival: Arrival) -> [Effect] {
        switch arrival {
        case .segments(let place, let result): segments[place] = Self.loaded(result)
        case .configuration(let topic, let result): configurations[topic] = Self.loaded(result)
        case .brokerConfiguration(let id, let result): brokerConfigurations[id] = Self.loaded(result)
        case .marks(let cluster, let result): return marksArrived(cluster: cluster, result)
        case .marksKept(.success(let aside)):
            if let aside { say("the file that could not be read is now \(aside)", .warn) }
        case .marksKept(.failure(let error)): say("\(error)", .warn)
        case .preview(let ticket, let result): previewArrived(ticket: ticket, result)
        case .acted(.success(let text)):
            say(text)
            return [.refresh]
        case .acted(.failure(let error)): say("\(error)", .crit)
        case .tail(let batch): return tailTook(batch)
        case .tailWake(let ticket): return tailWoke(ticket: ticket)
        case .time(let ticket, let found): return tailFound(ticket: ticket, found)
        case .searched(let news): searchTold(news)
        case .compared(let comparison): compared(comparison)
        case .clients(let count):
            if count == 0 { return [.quit] }
            prompt = nil
            dialog = .quit(clients: count)
        case .notKept(let reason): say(reason, .warn)
        case .exported(let job, let result): exported(job, result)
        case .record(let ticket, let place, let result): return recordArrived(ticket: ticket, place, result)
        case .theme(.success(let name)):
            settings.theme = name
            say("theme \(name)")
        case .theme(.failure(let error)): say("\(error)", .warn)
        }
        return []
    }

    private static func loaded<Value>(_ result: Result<Value, ClusterError>) -> Loaded<Value> {
        switch result {
        case .success(let value): .ready(value)
        case .failure(let error): .failed("\(error)")
        }
    }
}
