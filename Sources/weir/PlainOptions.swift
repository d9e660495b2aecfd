import ArgumentParser
import Cluster
import Console

/// The options that print a page instead of opening a screen.
struct PlainOptions: ParsableArguments {
    @Flag(help: "Prints a page as text instead of opening the console: facts in words, tables with all rows.")
    var plain = false

    @Flag(help: "Prints it as JSON, figures in full: one object on a line, facts by box, rows as objects by column.")
    var json = false

    @Flag(help: "Goes on printing it whenever its tables change.")
    var watch = false

    @Argument(
        help: ArgumentHelp(
            "With --plain or --json, the page: dashboard (the default), topics, partitions, topic TOPIC, configuration TOPIC, "
                + "groups, group GROUP, members GROUP, replay GROUP TOPIC, alerts, alert ALERT, "
                + "queries, query QUERY, broker, broker-configuration ID, "
                + "changes, audit, act ID.", valueName: "page"))
    var page: [String] = []

    /// True where a page is to be printed.
    var isOn: Bool { plain || json }

    func validate() throws {
        guard isOn else {
            guard page.isEmpty else { throw misplaced(page) }
            guard !watch else { throw ValidationError("--watch belongs to --plain or --json") }
            return
        }
        _ = try request()
    }

    /// What to say of words without --plain or --json: a page, or a verb that there is not.
    private func misplaced(_ words: [String]) -> ValidationError {
        if (try? PlainRequest(words)) != nil {
            return ValidationError("a page belongs to --plain or --json: weir --plain \(words.joined(separator: " "))")
        }
        let hint =
            words[0] == "attach"
            ? "--attach HOST:PORT opens the console on another cluster"
            : Suggestion.nearest(to: words[0], among: Weir.verbs).map { "did you mean \"\($0)\"?" }
                ?? "weir --help lists them"
        return ValidationError("there is no verb called \"\(words[0])\"; \(hint)")
    }

    /// The page asked for.
    ///
    /// - Throws: `ValidationError` for words that name none.
    func request() throws -> Page {
        do {
            return try PlainRequest(page).page
        } catch {
            throw ValidationError("\(error)")
        }
    }
}
