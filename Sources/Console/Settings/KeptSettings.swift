/// What the console remembers across runs.
package struct KeptSettings: Equatable, Sendable {
    /// The columns chosen, by the table's name; a table that is not named shows its own.
    package var columns: [String: ColumnChoice]
    /// The palette's commands run before, the newest first, each once; at most `mostCommands`.
    package private(set) var commands: [String]
    /// The statements run before, likewise; at most `mostStatements`.
    package private(set) var statements: [String]
    /// The queries whose results stand on the dashboard, in its order; at most `mostPins`.
    package var pins: [PinnedQuery]

    /// How many commands are remembered.
    package static let mostCommands = 50
    /// How many statements are remembered.
    package static let mostStatements = 100
    /// How many results have room on the dashboard.
    package static let mostPins = 4

    /// Settings; without arguments everything as it comes.
    package init(
        columns: [String: ColumnChoice] = [:], commands: [String] = [], statements: [String] = [],
        pins: [PinnedQuery] = []
    ) {
        self.columns = columns
        self.commands = Array(commands.prefix(Self.mostCommands))
        self.statements = Array(statements.prefix(Self.mostStatements))
        self.pins = Array(pins.prefix(Self.mostPins))
    }

    /// Puts a command that was run before the others.
    package mutating func remember(command: String) {
        Self.remember(command, in: &commands, most: Self.mostCommands)
    }

    /// Puts statements that were run before the others.
    package mutating func remember(statement: String) {
        Self.remember(statement, in: &statements, most: Self.mostStatements)
    }

    private static func remember(_ text: String, in texts: inout [String], most: Int) {
        texts.removeAll { $0 == text }
        texts.insert(text, at: 0)
        if texts.count > most { texts.removeLast() }
    }
}
