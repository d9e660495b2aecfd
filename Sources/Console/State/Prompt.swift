package import Cluster

/// A line being typed at the foot of the screen.
package struct Prompt: Equatable, Sendable {
    /// What the line is for.
    package enum Kind: Equatable, Sendable {
        /// Filters the focused list while it is typed; leaving it brings back what was before.
        case filter(before: TextFilter, match: String)
        /// Looks for a text in what cannot be filtered: the inspector, help.
        case search(before: String)
        /// Writes what is shown to the file named.
        case export
        /// Chooses an action, a topic or a group.
        case palette
        /// Goes to an offset in the tail.
        case offset
        /// Goes to a time in the tail.
        case time
        /// Names the target of a reset.
        case replay(ReplayState.Choice)
        /// Names a moment of a topic's past, or a key.
        case travel(TravelState.Question)
        /// Says why alerts are muted.
        case reason
        /// Takes the typed name before a deed is done.
        case confirm(Deed)
    }

    /// What the line is for.
    package var kind: Kind
    /// Most characters of a line; pasted records fit.
    package static let maxLength = 4000
    /// What was typed; at most `maxLength` scalars, no control characters.
    package var text = ""
    /// The chosen suggestion of the palette.
    package var choice = 0
    /// The command of the palette's history that stands on the line, 0 for the newest; nil for what was typed.
    package var recalled: Int?

    /// An empty line.
    package init(_ kind: Kind) { self.kind = kind }

    /// Takes pasted text: line ends and tabs become blanks, other control characters are left out; true when the text changed.
    package mutating func take(pasted: String) -> Bool {
        let before = text
        for scalar in pasted.unicodeScalars {
            let isBlank = scalar == "\n" || scalar == "\r" || scalar == "\t"
            if isBlank, text.isEmpty || text.last == " " { continue }
            _ = edit(.character(isBlank ? " " : scalar))
        }
        if text != before, text.last == " ", pasted.unicodeScalars.last.map({ $0 == "\n" || $0 == "\r" }) == true {
            text.removeLast()
        }
        return text != before
    }

    /// Takes a typed key; true when the text changed.
    package mutating func edit(_ key: Key) -> Bool {
        switch key {
        case .character(let scalar):
            guard text.unicodeScalars.count < Self.maxLength, SafeScalar.shown(scalar) == scalar else { return false }
            text.unicodeScalars.append(scalar)
        case .backspace:
            guard !text.isEmpty else { return false }
            text.unicodeScalars.removeLast()
        case .control("u"): text = ""
        case .control("w"):
            while text.last == " " { text.removeLast() }
            while let last = text.last, last != " " { text.removeLast() }
        default: return false
        }
        choice = 0
        recalled = nil
        return true
    }
}

/// A question or picture over the screen.
package enum Dialog: Equatable, Sendable {
    /// The keys of this screen; scrolled by so many lines.
    case help(HelpView)
    /// Clients are connected: stop the broker, or keep it serving without a screen.
    case quit(clients: Int)
    /// What a compaction would do, and whether to do it.
    case compaction(CompactionDialog)
    /// Which columns a table shows.
    case columns(ColumnsDialog)
    /// A file of that name is there already: write over it, or choose another name.
    case overwrite(ExportJob)
    /// Which alerts are to be left alone, for how long and why.
    case mute(MuteDialog)
    /// Fields to fill in.
    case form(Form)
    /// A deed that takes `enter`.
    case confirm(Deed)
    /// What an act would do.
    case act(ActPreview)
    /// What an act did.
    case done(ActReport)
    /// How a topic's records are read.
    case decoders(DecoderDialog)
}

/// How far help is scrolled and what is looked for in it.
package struct HelpView: Equatable, Sendable {
    /// The first line shown.
    package var scroll = 0
    /// The text that is marked; lower case, empty for none.
    package var match = ""
    /// The line that `[` and `]` went to last.
    package var line: Int?

    /// Help from its first line on.
    package init() {}
}

/// The compaction dialog: which partitions, whether to roll, and the preview once it came.
package struct CompactionDialog: Equatable, Sendable {
    /// The topics; empty where everything due is meant.
    package var topics: [String]
    /// All partitions of the topics.
    package var partitions: [TopicPartition]
    /// The partition under the cursor, if the dialog was opened on one.
    package var selected: TopicPartition?
    /// True to compact all partitions of all topics that are due.
    package var isDue = false
    /// What is due.
    package var due: [TopicPartition] = []
    /// True to compact only the selected one.
    package var isSelectedOnly = false
    /// True to roll the active segment first.
    package var rollsActive = false
    /// The request the preview answers.
    package var ticket = 0
    /// The preview.
    package var previews: Loaded<[CompactionPreview]> = .loading(nil)

    /// A dialog on topics.
    package init(topics: [String], partitions: [TopicPartition], selected: TopicPartition?) {
        self.topics = topics
        self.partitions = partitions
        self.selected = selected
    }

    /// The topic's name, or `3 topics`.
    var topicWords: String { topics.count == 1 ? topics[0] : "\(topics.count) topics" }

    /// What is to be compacted.
    package var scope: [TopicPartition] {
        if isDue { due } else if isSelectedOnly, let selected { [selected] } else { partitions }
    }
}
