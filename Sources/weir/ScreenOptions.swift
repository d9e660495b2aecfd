import ArgumentParser
import Console
import Foundation

/// The options of every command that opens the console.
struct ScreenOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The colours; an unknown name lists those there are.", valueName: "name"))
    var theme: String?

    @OptionGroup var schemas: SchemaOptions

    @Flag(help: "Draws with ASCII only, for terminals or fonts without box and braille glyphs.")
    var ascii = false

    @Flag(help: "The console refuses to change anything; clients still may.")
    var readOnly = false

    @Flag(help: "Shows times in the machine's zone instead of UTC; the same as --zone local.")
    var localTime = false

    @Option(
        help: ArgumentHelp(
            "The zone of times: UTC (the default), local, or a name as Europe/Berlin.", valueName: "zone"))
    var zone: String?

    @Flag(help: "Takes clicks and the wheel; shift leaves them to the terminal.")
    var mouse = false

    func validate() throws {
        guard let zone, TimeZoneChoice(zone) == nil else { return }
        let hint = TimeZoneChoice.suggestion(for: zone).map { "; did you mean \($0)?" } ?? ""
        throw ValidationError("--zone: no time zone is called \(zone)\(hint)")
    }

    /// The zone asked for here, or else by the configuration.
    private func chosenZone(_ entries: ConsoleEntries) -> TimeZoneChoice {
        zone.flatMap { TimeZoneChoice($0) } ?? (localTime ? .local : entries.zone ?? .utc)
    }

    /// The console's own options.
    ///
    /// - Parameters:
    ///   - address: Where clients reach the broker, for the header.
    ///   - configuration: What counts where the command line says nothing.
    ///   - kept: What earlier runs left, which counts more than the configuration.
    ///   - warning: A word about it for the first frame.
    func console(
        address: String, _ configuration: Configuration, kept: KeptSettings, warning: String?
    ) -> ConsoleOptions {
        var kept = kept
        kept.columns.merge(configuration.console.columns) { chosen, _ in chosen }
        var options = ConsoleOptions(
            theme: theme ?? configuration.theme,
            glyphs: ascii ? .ascii : nil,
            zone: chosenZone(configuration.console),
            address: address,
            version: Weir.configuration.version,
            kept: kept,
            warning: warning ?? configuration.warnings.first,
            schemas: schemas.with(configuration).catalog(),
            environment: ProcessInfo.processInfo.environment
        )
        options.keys = configuration.console.keys
        options.hasMouse = mouse || configuration.console.hasMouse == true
        return options
    }
}
