import AlertRules

/// Somebody who is told of alerts.
package struct Receiver: Sendable, Equatable {
    /// How the receiver is told.
    package enum Way: Sendable, Equatable {
        /// The terminal of the console: its bell, a message of the desktop (OSC 9), or both.
        case terminal(TerminalSignal)
        /// A program, which reads the message as JSON.
        case command(CommandTarget)
        /// A web server, which is posted the message as JSON: Alertmanager's webhook payload, version 4.
        case webhook(HTTPTarget)
        /// An Alertmanager, told by its v2 API.
        case alertmanager(HTTPTarget)
    }

    /// Its name in the configuration.
    package var name: String
    /// How it is told.
    package var way: Way
    /// When it is told; an Alertmanager has rules of its own.
    package var policy: GroupingPolicy

    /// A receiver.
    package init(name: String, way: Way, policy: GroupingPolicy = GroupingPolicy()) {
        self.name = name
        self.way = way
        self.policy = policy
    }

    /// What is at the other end, for people; nothing secret is in it.
    package var target: String {
        switch way {
        case .terminal(let signal): signal.words
        case .command(let command): command.arguments.first ?? ""
        case .webhook(let target), .alertmanager(let target): target.place
        }
    }

    /// The kind, in the configuration's word.
    package var kind: String {
        switch way {
        case .terminal: "terminal"
        case .command: "command"
        case .webhook: "webhook"
        case .alertmanager: "alertmanager"
        }
    }
}

/// How a terminal is to draw attention.
package struct TerminalSignal: Sendable, Equatable {
    /// Rings the bell (BEL).
    package var rings = true
    /// Shows a message of the desktop (OSC 9), which not every terminal knows.
    package var showsMessage = false

    /// The bell alone.
    package init() {}

    /// In words.
    var words: String {
        switch (rings, showsMessage) {
        case (true, true): "bell and message"
        case (true, false): "bell"
        case (false, true): "message"
        case (false, false): "nothing"
        }
    }
}

/// What a terminal is asked to show.
package struct TerminalNote: Sendable, Equatable {
    /// How.
    package var signal: TerminalSignal
    /// One line, of any characters: whoever shows it makes it harmless.
    package var text: String
}

/// A program that is told.
package struct CommandTarget: Sendable, Equatable {
    /// The program's path, or its name to be found in `PATH`, and its arguments. No shell reads them.
    package var arguments: [String]
    /// It is ended when it takes longer, milliseconds.
    package var timeLimit: Int64 = 30_000

    /// A program.
    package init(arguments: [String]) { self.arguments = arguments }
}

extension ReceiverStatus {
    /// A receiver that was told nothing yet.
    init(_ receiver: Receiver) {
        self.init(name: receiver.name, kind: receiver.kind, target: receiver.target)
    }
}
