/// What the console remembers across runs.
package struct KeptSettings: Equatable, Sendable {
    /// The columns chosen, by the table's name; a table that is not named shows its own.
    package var columns: [String: ColumnChoice]
    /// The palette's commands run before, the newest first, each once; at most `mostCommands`.
    package private(set) var commands: [String]

    /// How many commands are remembered.
    package static let mostCommands = 50

    /// Settings; without arguments everything as it comes.
    package init(columns: [String: ColumnChoice] = [:], commands: [String] = []) {
        self.columns = columns
        self.commands = Array(commands.prefix(Self.mostCommands))
    }

    /// Puts a command that was run before the others.
    package mutating func remember(command: String) {
        commands.removeAll { $0 == command }
        commands.insert(command, at: 0)
        if commands.count > Self.mostCommands { commands.removeLast() }
    }
}
