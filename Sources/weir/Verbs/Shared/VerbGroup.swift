import ArgumentParser

/// A command that only holds verbs. Alone it does nothing, which a script must not take for success.
protocol VerbGroup: ParsableCommand {}

extension VerbGroup {
    func run() throws {
        let names = Self.configuration.subcommands.compactMap { $0.configuration.commandName }
        throw ValidationError("say what to do: \(names.joined(separator: ", "))")
    }
}
