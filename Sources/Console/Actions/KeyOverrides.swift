import Cluster

/// The user's own keys for actions, in the place of the table's.
package struct KeyOverrides: Equatable, Sendable {
    /// The keys by action id; none at all leaves an action to the palette.
    package var keys: [String: [Key]]

    /// The table's own keys.
    package static let none = KeyOverrides([:])

    /// Keys by action id.
    package init(_ keys: [String: [Key]]) { self.keys = keys }

    /// The actions with these keys in the place of theirs.
    func applied(to actions: [Action]) -> [Action] {
        guard !keys.isEmpty else { return actions }
        return actions.map { action in keys[action.id].map { action.with(keys: $0) } ?? action }
    }

    /// What is wrong with an override.
    package enum Problem: Equatable, Sendable, CustomStringConvertible {
        /// No action has this id.
        case unknown(String, suggestion: String?)
        /// Two actions of a page would have the same key.
        case conflict(String, Key, with: String, on: String)
        /// An action that changes the cluster must have a capital.
        case notCapital(String, Key)
        /// The way out of the console is not to be lost.
        case reserved(String)

        /// The action it is about.
        package var action: String {
            switch self {
            case .unknown(let id, _), .conflict(let id, _, _, _), .notCapital(let id, _), .reserved(let id): id
            }
        }

        /// True where the overrides cannot be used so.
        package var isError: Bool { if case .unknown = self { false } else { true } }

        package var description: String {
            switch self {
            case .unknown(let id, let suggestion):
                "no action is called \"\(id)\"" + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "")
            case .conflict(let id, let key, let other, let page):
                "\(key.label) of \(id) is the key of \(other), too, on the page \(page); give one of them another"
            case .notCapital(let id, let key):
                "\(id) changes the cluster: its key must be a capital letter, not \(key.label)"
            case .reserved(let id): "\(id) keeps ctrl-c, so that there is always a way out"
            }
        }
    }

    /// What is wrong, by action id and page; empty where all can be used.
    package func problems() -> [Problem] {
        var problems: [Problem] = []
        let all = PageKind.allCases.map { ($0.rawValue, ActionTable.parts(of: $0.example)) }
        let known = Dictionary(all.flatMap { $0.1.own + $0.1.general }.map { ($0.id, $0) }) { first, _ in first }
        for (id, keys) in keys.sorted(by: { $0.key < $1.key }) {
            guard let action = known[id] else {
                problems.append(.unknown(id, suggestion: Suggestion.nearest(to: id, among: known.keys.sorted())))
                continue
            }
            if id == "exit" { problems.append(.reserved(id)) }
            if action.section == .cluster, let key = keys.first(where: { !$0.isCapital }) {
                problems.append(.notCapital(id, key))
            }
        }
        for (page, parts) in all { problems += conflicts(on: page, parts, among: problems) }
        return problems
    }

    /// Keys that two actions of a page would have, and did not have before.
    private func conflicts(
        on page: String, _ parts: (own: [Action], general: [Action]), among known: [Problem]
    ) -> [Problem] {
        let before = Self.shared(parts.own + parts.general)
        var found: [Problem] = []
        for (key, ids) in Self.shared(applied(to: parts.own + parts.general)).sorted(by: { $0.key.label < $1.key.label }
        )
        where before[key] != ids {
            // The one that was given the key is the one to be named, once for all pages.
            guard let id = ids.first(where: { keys[$0]?.contains(key) == true }),
                let other = ids.first(where: { $0 != id }),
                !known.contains(where: { if case .conflict(id, key, other, _) = $0 { true } else { false } })
            else { continue }
            found.append(.conflict(id, key, with: other, on: page))
        }
        return found
    }

    /// Keys that several actions have, with the actions' ids in order.
    private static func shared(_ actions: [Action]) -> [Key: [String]] {
        var ids: [Key: [String]] = [:]
        for action in actions {
            for key in action.keys where ids[key]?.contains(action.id) != true {
                ids[key, default: []].append(action.id)
            }
        }
        return ids.filter { $0.value.count > 1 }
    }
}

extension Action {
    /// The same action on other keys.
    func with(keys: [Key]) -> Action {
        Action(
            id, keys, title, in: section, footer: footer, label: nil, hintNow: hint, visible: isVisible,
            offered: isOffered,
            run: run)
    }
}

extension Key {
    /// The key of a name as footer and help write it, and as configurations do: `T`, `ctrl-r`, `space`, `pgdn`; nil for none.
    package init?(name: String) {
        let scalars = Array(name.unicodeScalars)
        if scalars.count == 1, let key = Key(code: scalars[0].value), case .character = key {
            self = key
            return
        }
        let lower = name.lowercased()
        if lower.hasPrefix("ctrl-"), let letter = lower.unicodeScalars.last, lower.unicodeScalars.count == 6,
            ("a"..."z").contains(letter)
        {
            self = .control(letter)
            return
        }
        let named: [String: Key] = [
            "space": " ", "enter": .enter, "return": .enter, "esc": .escape, "escape": .escape, "tab": .tab,
            "shift-tab": .backTab, "up": .up, "down": .down, "left": .left, "right": .right, "home": .home, "end": .end,
            "pgup": .pageUp, "pgdn": .pageDown, "backspace": .backspace, "del": .delete, "delete": .delete,
        ]
        guard let key = named[lower] else { return nil }
        self = key
    }

    /// True for a capital letter.
    package var isCapital: Bool {
        if case .character(let scalar) = self { scalar.properties.isUppercase } else { false }
    }
}
