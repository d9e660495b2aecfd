import Glibc
import Monitor

/// The terminal's thread: waits, folds what happened into the state, draws.
struct ConsoleLoop: ~Copyable {
    private let runner: EffectRunner
    private var library: ThemeLibrary
    private let tier: ColourTier
    private let glyphs: GlyphSet
    private let environment: [String: String]
    private let frameColour: Colour?
    private var theme: Theme
    private var screen: Screen
    private var reader = KeyReader()
    private var state: ConsoleState
    private var end: ConsoleEnd?
    /// True while part of a frame waits for the terminal.
    private var isPending = false
    /// A frame is due, and from when on it may be drawn (monotonic nanoseconds).
    private var dueAt: UInt64?
    private var drawnAt: UInt64 = 0
    /// Keys taken so far.
    private var keysTaken = 0
    private let frames: (@Sendable (FrameReport) -> Void)?

    /// Nanoseconds between two frames that data alone asks for: ten a second; one a second on a line that is slow.
    private static let dataFrame: UInt64 = 100_000_000
    private static let slowFrame: UInt64 = 1_000_000_000
    private var isSlow = false

    /// A loop on a terminal that was taken over.
    ///
    /// - Parameters:
    ///   - environment: Names the editor and the temporary directory.
    ///   - frameColour: The colour of all borders in the place of the theme's.
    ///   - warning: A word about themes or settings for the first frame.
    init(
        screen: consuming Screen,
        runner: EffectRunner,
        library: ThemeLibrary,
        theme: Theme,
        tier: ColourTier,
        glyphs: GlyphSet,
        settings: Settings,
        frameColour: Colour?,
        kept: KeptSettings,
        environment: [String: String],
        warning: String?,
        frames: (@Sendable (FrameReport) -> Void)?
    ) {
        self.environment = environment
        self.frames = frames
        self.runner = runner
        self.library = library
        self.tier = tier
        self.glyphs = glyphs
        self.theme = theme
        self.frameColour = frameColour
        state = ConsoleState(size: screen.size, settings: settings, kept: kept)
        if let warning { state.say(warning, .warn) }
        self.screen = screen
        runner.outlook.follow(state)
    }

    /// Runs until something ends it.
    mutating func run() -> ConsoleEnd {
        draw()
        while end == nil {
            wait()
            if end == nil { drawIfDue() }
        }
        // However it ended: nobody looks at them any more, and the broker may go on.
        for effect in state.closeUnused(isLeaving: true) { runner.run(effect) }
        runner.finishWriting()
        return end ?? .quit
    }

    private mutating func wait() {
        let now = Self.now()
        var timeout: Int32 = -1
        if let dueAt, !isPending { timeout = dueAt > now ? Int32(min(60_000, (dueAt - now) / 1_000_000 + 1)) : 0 }
        var watched = [
            pollfd(fd: 0, events: Int16(POLLIN), revents: 0),
            pollfd(fd: runner.mailbox.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: screen.signals, events: Int16(POLLIN), revents: 0),
            pollfd(fd: screen.output, events: Int16(isPending ? POLLOUT : 0), revents: 0),
        ]
        let found = poll(&watched, nfds_t(watched.count), timeout)
        guard found > 0 else { return }
        if watched[2].revents & Int16(POLLIN) != 0 { takeSignals() }
        let gone = Int16(POLLHUP | POLLERR | POLLNVAL)
        if watched[0].revents & gone != 0 || watched[3].revents & gone != 0 { end = end ?? .terminalLost }
        if end != nil { return }
        if isPending, watched[3].revents & Int16(POLLOUT) != 0 { settle(screen.resumeWriting()) }
        if watched[1].revents & Int16(POLLIN) != 0 { takeMail() }
        if watched[0].revents & Int16(POLLIN) != 0 { takeKeys() }
    }

    private mutating func takeKeys() {
        let before = reader.isPasting
        let typed = reader.drain()
        if typed.isEmpty, reader.isPasting == before {
            // Readable, and nothing to read: the terminal is at its end.
            var probe = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
            if poll(&probe, 1, 0) > 0, probe.revents & Int16(POLLIN) != 0 { countEmptyRead() } else { emptyReads = 0 }
            return
        }
        emptyReads = 0
        keysTaken += typed.count
        for one in typed {
            switch one {
            case .key(let key): feed(.key(key))
            case .paste(let text): feed(.paste(text))
            case .mouse(let mouse): feed(.mouse(mouse))
            }
        }
        dueAt = 0
    }

    private var emptyReads = 0

    private mutating func countEmptyRead() {
        emptyReads += 1
        if emptyReads > 8 { end = .terminalLost }
    }

    private mutating func takeMail() {
        let news = state.timeline.news
        let mail = runner.mailbox.take()
        let arrivals = mail.arrivals
        if let board = mail.board { feed(.queries(board)) }
        if let snapshot = mail.snapshot { feed(.snapshot(snapshot)) }
        for arrival in arrivals { feed(.arrived(arrival)) }
        let isNews = news != state.timeline.news
        let isBoardSeen = mail.board != nil && state.showsQueries && !state.standsStill
        guard isBoardSeen || !arrivals.isEmpty || isNews || (mail.snapshot != nil && !state.isPaused) else { return }
        let isAnswer = arrivals.contains {
            switch $0 {
            case .tail, .tailWake, .deliveries: false
            default: true
            }
        }
        if isAnswer { dueAt = 0 } else { dueAt = dueAt ?? drawnAt + (isSlow ? Self.slowFrame : Self.dataFrame) }
    }

    private mutating func takeSignals() {
        var numbers = [UInt8](repeating: 0, count: 64)
        let count = read(screen.signals, &numbers, numbers.count)
        guard count > 0 else { return }
        for number in numbers.prefix(count) {
            switch Int32(number) {
            case SIGHUP: end = .terminalLost
            case SIGTERM: end = end ?? .terminated
            case SIGINT:
                reader.forgetPaste()
                feed(.key(.control("c")))
                dueAt = 0
            case SIGWINCH: resize()
            case SIGTSTP:
                screen.suspend()
                resize()
            case SIGCONT:
                screen.reclaim()
                resize()
            default: break
            }
        }
    }

    private mutating func resize() {
        feed(.resized(screen.size))
        screen.forget()
        dueAt = 0
    }

    private mutating func feed(_ input: Input) {
        var before = state.boards
        for effect in update(&state, input) { carryOut(effect) }
        let after = state.boards.map(\.basis)
        if !before.allSatisfy({ after.contains($0.basis) }) { runner.outlook.retire(&before, from: state) }
        runner.mailbox.keepBoardStill(!state.showsQueries || state.standsStill)
        runner.mailbox.keepStill(state.isPaused && !state.isRewound, knowing: state.timeline.firing)
    }

    private mutating func carryOut(_ effect: Effect) {
        switch effect {
        case .quit: end = .quit
        case .keepServing: end = .keepServing
        case .redraw: screen.forget()
        case .copy(let text):
            if !screen.copy(text) { state.say("too large for the terminal's clipboard", .warn) }
        case .call(let attention):
            // A terminal that is lost shows at the next frame.
            _ = screen.call(attention)
        case .view(let text): view(text)
        case .useTheme(let name):
            let (result, warning) = use(name)
            feed(.arrived(.theme(result)))
            if let warning { state.say(warning, .warn) }
        case .reloadThemes:
            library = ThemeLibrary(folder: ThemeLibrary.userFolder(environment: environment))
            let (result, warning) = use(state.settings.theme)
            feed(.arrived(.themesRead(library.names, result)))
            if let problem = library.problems.first ?? warning { state.say(problem, .warn) }
        default: runner.run(effect)
        }
    }

    /// Draws with a theme from now on, where it can be used.
    private mutating func use(_ name: String) -> (result: Result<String, ThemeError>, warning: String?) {
        do throws(ThemeError) {
            let loaded = try library.load(name)
            theme = Theme(loaded.colours.framed(in: frameColour), tier: tier)
            return (.success(name), loaded.warnings.first)
        } catch {
            return (.failure(error), nil)
        }
    }

    /// Gives the terminal to the user's editor and takes it again when that ends, however it ends.
    private mutating func view(_ text: EditorText) {
        do throws(EditorError) {
            let command = try EditorCommand(environment: environment)
            let folder = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
            let file = try EditorFile(text, temporary: folder)
            let end = screen.run(command.words(opening: file.path))
            file.remove()
            switch end {
            case .ended(let code): if let verdict = command.verdict(exit: code) { state.say(verdict, .warn) }
            case .busy: state.say("the terminal takes no output now; press v again", .warn)
            case .failed: state.say("the editor could not be started", .warn)
            }
        } catch {
            state.say("\(error)", .warn)
        }
        resize()
    }

    private mutating func drawIfDue() {
        guard let due = dueAt, !isPending, Self.now() >= due else { return }
        draw()
    }

    private mutating func draw() {
        dueAt = nil
        drawnAt = Self.now()
        settle(screen.show(render(state, theme: theme, glyphs: glyphs)))
        runner.outlook.follow(state)
    }

    private mutating func settle(_ outcome: Screen.Outcome) {
        switch outcome {
        case .written:
            // A frame that took long to go out marks a slow line; data frames then come more rarely.
            if isPending { isSlow = Self.now() - drawnAt > 50_000_000 } else { isSlow = false }
            isPending = false
            frames?(FrameReport(keys: keysTaken, writtenAt: Self.now()))
        case .pending: isPending = true
        case .lost: end = end ?? .terminalLost
        }
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
