/// A dialog with fields to fill in.
///
/// The field under the cursor takes the keys: a text is edited, a choice moves with `←` and `→`. `enter` submits, and what is wrong
/// stays in the form as its problem, with nothing lost that was typed.
package struct Form: Equatable, Sendable {
    /// One field.
    package struct Field: Equatable, Sendable {
        /// What a field takes.
        package enum Kind: Equatable, Sendable {
            /// A line of text.
            case text
            /// One of some words.
            case choice([String])
        }

        /// The field's name in code.
        package var id: String
        /// The field's name on the screen; at most 16 columns.
        package var label: String
        /// What it takes.
        package var kind: Kind
        /// What belongs in it, shown while its text is empty.
        package var hint: String
        /// What was typed or chosen.
        package var text: String
        /// True when it must not stay empty.
        package var isRequired: Bool

        /// A field.
        package init(
            _ id: String, _ label: String, _ kind: Kind = .text, text: String = "", hint: String = "",
            isRequired: Bool = false
        ) {
            self.id = id
            self.label = label
            self.kind = kind
            self.hint = hint
            self.text = text
            self.isRequired = isRequired
            if case .choice(let words) = kind, !words.contains(text) { self.text = words.first ?? "" }
        }
    }

    /// What it is for.
    package var purpose: FormPurpose
    /// The title of the box.
    package var title: String
    /// The fields, at least one.
    package var fields: [Field]
    /// Explaining lines above the fields.
    package var lead: [String]
    /// Lines below the fields: what submitting would do.
    package var preview: [String] = []
    /// Why it was not taken; nil while nothing is wrong.
    package var problem: String?
    /// The field under the cursor.
    package var cursor = 0
    /// What `enter` does, for the footer.
    package var verb: String

    /// A form with the cursor on the first field.
    package init(_ purpose: FormPurpose, title: String, verb: String, lead: [String] = [], fields: [Field]) {
        self.purpose = purpose
        self.title = title
        self.verb = verb
        self.lead = lead
        self.fields = fields
    }

    /// What a field holds, without blanks at its ends; empty for one that is not there.
    package subscript(_ id: String) -> String {
        let text = fields.first { $0.id == id }?.text ?? ""
        return text.trimmingBlanks
    }

    /// The first required field that is empty.
    package var missing: Field? { fields.first { $0.isRequired && $0.text.trimmingBlanks.isEmpty } }

    /// Takes a key other than `enter` and `esc`; true when a field's text changed.
    package mutating func take(_ key: Key) -> Bool {
        guard fields.indices.contains(cursor) else { return false }
        switch key {
        case .tab, .down: cursor = (cursor + 1) % fields.count
        case .backTab, .up: cursor = (cursor + fields.count - 1) % fields.count
        default:
            switch fields[cursor].kind {
            case .text: return edit { $0.edit(key) }
            case .choice(let words): return choose(key, words)
            }
        }
        return false
    }

    /// Takes pasted text into the field under the cursor; true when its text changed.
    package mutating func take(pasted: String) -> Bool {
        guard fields.indices.contains(cursor), fields[cursor].kind == .text else { return false }
        return edit { $0.take(pasted: pasted) }
    }

    private mutating func edit(_ change: (inout Prompt) -> Bool) -> Bool {
        var line = Prompt(.reason)
        line.text = fields[cursor].text
        guard change(&line) else { return false }
        fields[cursor].text = line.text
        problem = nil
        return true
    }

    private mutating func choose(_ key: Key, _ words: [String]) -> Bool {
        guard !words.isEmpty, let index = words.firstIndex(of: fields[cursor].text) else { return false }
        switch key {
        case .right, " ": fields[cursor].text = words[(index + 1) % words.count]
        case .left: fields[cursor].text = words[(index + words.count - 1) % words.count]
        default: return false
        }
        problem = nil
        return true
    }
}
