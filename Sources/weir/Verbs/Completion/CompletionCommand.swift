import ArgumentParser

/// `weir completion`: the script by which a shell completes the command line.
struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Prints a shell's completion script.",
        discussion: """
            Topics and groups are completed, too, when their cluster answers within a second.

              bash  weir completion bash > ~/.local/share/bash-completion/completions/weir
              zsh   weir completion zsh > "${fpath[1]}/_weir"
              fish  weir completion fish > ~/.config/fish/completions/weir.fish
            """
    )

    /// The shells that there are scripts for.
    enum Dialect: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Dialect

    func run() throws {
        let dialect: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        print(Weir.completionScript(for: dialect))
    }
}
