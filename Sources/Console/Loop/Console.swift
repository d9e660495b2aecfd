package import Cluster
import Glibc
package import Monitor
import RecordFormats

/// The terminal front end.
package enum Console {
    /// Runs the console on this thread, which owns the terminal until it returns.
    ///
    /// Blocks in `poll` on the terminal, on signals and on what background work left; nothing wakes it when nothing changes. Data
    /// is drawn at most ten times a second, keys at once. The terminal is given back whatever the end.
    ///
    /// - Parameters:
    ///   - cluster: Asked when keys ask for something; never while drawing.
    ///   - snapshots: The monitor's; only the newest is looked at.
    ///   - host: The program around the console.
    ///   - options: How it looks.
    /// - Returns: How it ended.
    /// - Throws: `ConsoleError` where the terminal or the theme cannot be used; nothing was drawn then.
    package static func run(
        cluster: any Cluster,
        snapshots: AsyncStream<Snapshot>,
        host: any ConsoleHost,
        options: ConsoleOptions
    ) throws(ConsoleError) -> ConsoleEnd {
        guard let mailbox = Mailbox() else { throw .terminal(.failed) }
        let library = ThemeLibrary(folder: ThemeLibrary.userFolder(environment: options.environment))
        // A theme that was named must be usable before the terminal is touched.
        if let name = options.theme { _ = try load(name, from: library) }
        var screen = try open(options)
        let tier = ThemeChoice.tier(colours: screen.colours, environment: options.environment)
        let glyphs = screen.isUTF8 ? options.glyphs ?? .braille : .ascii
        let name = options.theme ?? ThemeChoice.name(background: screen.background, environment: options.environment)
        let loaded = try load(name, from: library)

        let outlook = Outlook()
        var settings = Settings(
            zone: options.zone,
            themes: library.names,
            theme: name,
            address: options.address,
            isEmbedded: options.isEmbedded,
            version: options.version,
            clusterName: options.clusterName,
            isProduction: options.isProduction,
            schemas: options.schemas
        )
        settings.keys = options.keys
        settings.hasMouse = options.hasMouse
        if options.hasMouse { screen.useMouse() }
        var loop = ConsoleLoop(
            screen: screen,
            runner: EffectRunner(
                cluster: cluster, host: host, mailbox: mailbox, home: options.environment["HOME"],
                stateDirectory: options.stateDirectory, outlook: outlook),
            library: library,
            theme: Theme(loaded.colours.framed(in: options.frameColour), tier: tier),
            tier: tier,
            glyphs: glyphs,
            settings: settings,
            frameColour: options.frameColour,
            kept: options.kept,
            environment: options.environment,
            warning: options.warning ?? library.problems.first ?? loaded.warnings.first
                ?? options.schemas.problems.first,
            frames: options.frames
        )
        let feed = Task.detached {
            for await snapshot in snapshots {
                outlook.prepare(snapshot)
                mailbox.post(snapshot)
            }
        }
        let calls = host.attention
        let caller = Task.detached {
            for await attention in calls { mailbox.post(.attention(attention)) }
        }
        let receivers = host.deliveries
        let deliveries = Task.detached { for await board in receivers { mailbox.post(.deliveries(board)) } }
        let boards = BoardFeed(from: host.queries, to: mailbox)
        defer {
            feed.cancel()
            caller.cancel()
            deliveries.cancel()
            boards.end()
        }
        return loop.run()
    }

    private static func open(_ options: ConsoleOptions) throws(ConsoleError) -> Screen {
        let asks = !ThemeChoice.isSettled(theme: options.theme, environment: options.environment)
        do {
            return try Screen(term: options.environment["TERM"] ?? "", asksBackground: asks)
        } catch {
            throw .terminal(error)
        }
    }

    private static func load(
        _ name: String, from library: ThemeLibrary
    ) throws(ConsoleError) -> (colours: ThemeColours, warnings: [String]) {
        do {
            return try library.load(name)
        } catch {
            throw .theme(error)
        }
    }

    /// Starts the program anew with Swift's backtracer kept from asking questions on the terminal: call it first in `main`.
    ///
    /// After a crash the backtracer of an interactive terminal would wait half a minute for a key. It reads its settings at start
    /// only, so the program is executed again with `SWIFT_BACKTRACE=interactive=no`; where the variable is set nothing happens.
    package static func preventInteractiveBacktrace() {
        guard isatty(0) == 1, isatty(1) == 1, getenv("SWIFT_BACKTRACE") == nil else { return }
        setenv("SWIFT_BACKTRACE", "interactive=no", 1)
        // By its own path, so that `ps` and `pgrep` know it by its name. On failure the program simply goes on, with the backtracer's question in
        // case of a crash.
        if let path = realpath("/proc/self/exe", nil) {
            execv(path, CommandLine.unsafeArgv)
            free(path)
        }
        execv("/proc/self/exe", CommandLine.unsafeArgv)
    }
}

/// Why the console could not start.
package enum ConsoleError: Error, Equatable, CustomStringConvertible {
    /// The terminal cannot be used.
    case terminal(TerminalError)
    /// The theme cannot be used.
    case theme(ThemeError)

    package var description: String {
        switch self {
        case .terminal(let error): "\(error)"
        case .theme(let error): "\(error)"
        }
    }
}
