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

    @Flag(help: "Shows times in the machine's zone instead of UTC.")
    var localTime = false

    /// The same, with what the configuration file says where the command line says nothing.
    func with(_ configuration: Configuration) -> ScreenOptions {
        var options = self
        options.theme = theme ?? configuration.theme
        options.schemas = schemas.with(configuration)
        return options
    }

    /// The console's own options.
    ///
    /// - Parameters:
    ///   - address: Where clients reach the broker, for the header.
    ///   - kept: What earlier runs left.
    ///   - warning: A word about it for the first frame.
    func console(address: String, kept: KeptSettings, warning: String?) -> ConsoleOptions {
        ConsoleOptions(
            theme: theme,
            glyphs: ascii ? .ascii : nil,
            zone: localTime ? .local : .utc,
            address: address,
            version: Weir.configuration.version,
            kept: kept,
            warning: warning,
            schemas: schemas.catalog(),
            environment: ProcessInfo.processInfo.environment
        )
    }
}
