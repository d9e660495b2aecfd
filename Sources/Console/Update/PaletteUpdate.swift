import Operations

/// The palette: choosing, running, and what was run before.
extension ConsoleState {
    /// Takes a key that moves in the palette; nil for any other. On an empty line `↑` goes back through the commands run before.
    func paletteKey(_ key: Key, _ open: Prompt) -> Prompt? {
        var it = open
        switch key {
        case .up where it.choice == 0 && (it.text.isEmpty || it.recalled != nil):
            let place = min((it.recalled ?? -1) + 1, kept.commands.count - 1)
            return recall(place, in: it)
        case .down where it.recalled != nil: return recall((it.recalled ?? 0) - 1, in: it)
        case .down, .tab: it.choice = min(it.choice + 1, max(0, Palette.entries(self, it.text).count - 1))
        case .up, .backTab: it.choice = max(0, it.choice - 1)
        default: return nil
        }
        return it
    }

    /// Puts a command of the history, 0 for the newest, on the line; the empty line below the newest one.
    private func recall(_ place: Int, in open: Prompt) -> Prompt {
        var it = open
        it.choice = 0
        guard kept.commands.indices.contains(place) else {
            if place < 0 { (it.text, it.recalled) = ("", nil) }
            return it
        }
        (it.text, it.recalled) = (kept.commands[place], place)
        return it
    }

    /// Runs the chosen entry, and remembers it also for other days.
    mutating func runPalette(_ prompt: Prompt) -> [Effect] {
        let entries = Palette.entries(self, prompt.text)
        guard entries.indices.contains(prompt.choice) else {
            if !prompt.text.isEmpty { say(unknownCommand(prompt.text), .warn) }
            return []
        }
        let entry = entries[prompt.choice]
        let before = kept
        kept.remember(command: entry.text)
        let keeping: [Effect] = kept == before ? [] : [.keep(kept)]
        return keeping + run(entry.target)
    }

    private mutating func run(_ target: Palette.Target) -> [Effect] {
        switch target {
        case .action(let id):
            guard
                let action = ActionTable.actions(for: page, settings.keys).first(where: {
                    $0.id == id && $0.isVisible(self)
                })
            else {
                return []
            }
            return run(action)
        case .page(let page): return open(page)
        case .theme(let name): return [.useTheme(name)]
        case .reloadThemes: return [.reloadThemes]
        case .zone(let zone): return use(zone)
        case .goto(let text): return Self.isOffset(text) ? seekOffset(text) : seekTime(text)
        }
    }

    private func unknownCommand(_ text: String) -> String {
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        if words.count == 2, words[0] == "tz" || words[0] == "zone" {
            let hint = TimeZoneChoice.suggestion(for: words[1]).map { "; did you mean \($0)?" } ?? ""
            return "no time zone is called \(words[1])\(hint)"
        }
        if ActionTable.actions(for: page, settings.keys).contains(where: { $0.id == text }) {
            return "\(text) has nothing to do here now"
        }
        return "nothing is called \(text)"
    }

    /// Shows times in another zone from now on.
    private mutating func use(_ zone: TimeZoneChoice) -> [Effect] {
        settings.zone = zone
        say("times are in \(zone.name(at: now)), \(zone == .utc ? "UTC" : RFC3339.zone(zone.offset(at: now)))")
        return []
    }

    /// True for `123` and `3:123`: an offset, not a time. Numbers of ten digits and more are offsets, too.
    static func isOffset(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isNumber) }) else {
            return false
        }
        // `14:02` is a time of day.
        return parts.count == 1 || parts[1].count != 2
    }

    /// Takes in themes that were read again.
    mutating func themesRead(_ names: [String], _ result: Result<String, ThemeError>) {
        settings.themes = names
        switch result {
        case .success(let name): say("theme \(name) was read again")
        case .failure(let error): say("\(error)", .warn)
        }
    }
}
