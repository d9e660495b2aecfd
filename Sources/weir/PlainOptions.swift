import ArgumentParser
import Console

/// The options that print a page instead of opening a screen.
struct PlainOptions: ParsableArguments {
    @Flag(help: "Prints a page's tables as text, all rows and figures in full, instead of opening the console.")
    var plain = false

    @Flag(help: "Prints them as JSON: one object on a line, rows as objects by column.")
    var json = false

    @Flag(help: "Goes on printing them whenever they change.")
    var watch = false

    @Argument(
        help: ArgumentHelp(
            "With --plain or --json, the page: dashboard (the default), topics, partitions, topic TOPIC, configuration TOPIC, "
                + "groups, group GROUP, members GROUP, replay GROUP TOPIC, alerts, alert ALERT, broker, broker-configuration ID, "
                + "changes, audit, act ID.", valueName: "page"))
    var page: [String] = []

    /// True where a page is to be printed.
    var isOn: Bool { plain || json }

    func validate() throws {
        guard isOn else {
            guard page.isEmpty else {
                throw ValidationError(
                    "a page belongs to --plain or --json: weir --plain \(page.joined(separator: " "))")
            }
            guard !watch else { throw ValidationError("--watch belongs to --plain or --json") }
            return
        }
        _ = try request()
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
