/// An act that changes the cluster, waiting for its confirmation.
package struct Deed: Equatable, Sendable {
    /// What an act costs when it was a mistake; it decides how it is confirmed.
    package enum Consequence: Sendable {
        /// It can be taken back: runs at once, on a production cluster after `enter`.
        case reversible
        /// Its preview was shown and accepted with `enter`; on a production cluster the name is typed too.
        case previewed
        /// It cannot be taken back: takes the typed name, on a production cluster with the cluster's name before it.
        case destructive
    }

    /// How it is confirmed.
    package enum Confirmation: Equatable, Sendable {
        /// Not at all.
        case none
        /// With `enter`.
        case enter
        /// By typing this.
        case typed(String)
    }

    /// The name to be typed: a topic's or a group's.
    package var name: String
    /// What is about to be done, after "type NAME to" and "enter to": `delete it with all its records`.
    package var words: String
    /// What a mistake would cost.
    package var consequence: Consequence
    /// What is done once it is confirmed.
    package var effects: [Effect]

    /// An act.
    package init(_ name: String, words: String, _ consequence: Consequence, effects: [Effect]) {
        self.name = name
        self.words = words
        self.consequence = consequence
        self.effects = effects
    }
}

extension ConsoleState {
    /// Why nothing may be changed from here now; nil where it may.
    package var changeRefusal: String? {
        rewoundRefusal ?? (mayWrite ? nil : "read-only: nothing can be changed from here")
    }

    /// How a deed is confirmed here.
    package func confirmation(of deed: Deed) -> Deed.Confirmation {
        let isProduction = settings.isProduction
        return switch deed.consequence {
        case .reversible: isProduction ? .enter : .none
        case .previewed: isProduction ? .typed(deed.name) : .none
        case .destructive:
            .typed(isProduction && !settings.clusterName.isEmpty ? "\(settings.clusterName)/\(deed.name)" : deed.name)
        }
    }

    /// Does a deed, or asks for what it takes first. Call it once the operator has seen and accepted what it will do.
    mutating func confirm(_ deed: Deed) -> [Effect] {
        if let refusal = changeRefusal {
            say(refusal, .warn)
            return []
        }
        switch confirmation(of: deed) {
        case .none: return deed.effects
        case .enter: dialog = .confirm(deed)
        case .typed: prompt = Prompt(.confirm(deed))
        }
        return []
    }

    /// Takes the name typed for a deed.
    mutating func typed(_ text: String, for deed: Deed) -> [Effect] {
        if let refusal = changeRefusal {
            say(refusal, .warn)
            return []
        }
        if case .typed(let wanted) = confirmation(of: deed), text != wanted {
            say("that is not \(wanted); nothing was changed", .warn)
            return []
        }
        return deed.effects
    }

    /// A key while `enter` is asked for.
    mutating func confirmKey(_ key: Key, _ deed: Deed) -> [Effect] {
        switch key {
        case .enter:
            dialog = nil
            guard let refusal = changeRefusal else { return deed.effects }
            say(refusal, .warn)
        case .escape, "q":
            dialog = nil
            say("nothing was changed")
        default: break
        }
        return []
    }
}
