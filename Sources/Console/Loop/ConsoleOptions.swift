package import AlertRules
package import Cluster
package import LiveQueries
package import Monitor
package import Operations
package import RecordFormats

/// How the console looks and what it tells of itself.
package struct ConsoleOptions: Sendable {
    /// The theme's name; nil chooses the house theme for the terminal's background.
    package var theme: String?
    /// The glyphs; nil chooses braille, or ASCII where the locale is not UTF-8.
    package var glyphs: GlyphSet?
    /// The zone times are shown in.
    package var zone: TimeZoneChoice
    /// Where clients reach the cluster, for the header; empty takes the first broker's address.
    package var address: String
    /// True when the broker lives in this process, so that leaving asks about its clients.
    package var isEmbedded: Bool
    /// The program's version, for help.
    package var version: String
    /// What was remembered from earlier runs.
    package var kept: KeptSettings
    /// A word about settings that were not understood, for the first frame.
    package var warning: String?
    /// What the configuration calls the cluster; empty for one without a name.
    package var clusterName: String
    /// True for a cluster that is marked as production.
    package var isProduction: Bool
    /// The user's own keys.
    package var keys = KeyOverrides.none
    /// The colour of all borders, which tells clusters apart; nil for the theme's own.
    package var frameColour: Colour?
    /// Takes clicks and the wheel from the terminal.
    package var hasMouse = false
    /// The schemas that records are read by.
    package var schemas: SchemaCatalog
    /// Weir's own directory, where a reset's undo file is written first; without one no reset runs.
    package var stateDirectory: String?
    /// Told of each frame once the terminal has it, on the terminal's thread; for measuring.
    package var frames: (@Sendable (FrameReport) -> Void)?
    /// The environment that decides on colours: `NO_COLOR`, `COLORFGBG`, `TERM`, `XDG_CONFIG_HOME`, `HOME`; and
    /// names the editor and the temporary directory: `VISUAL`, `EDITOR`, `TMPDIR`.
    package var environment: [String: String]

    /// Options.
    package init(
        theme: String? = nil,
        glyphs: GlyphSet? = nil,
        zone: TimeZoneChoice = .utc,
        address: String = "",
        isEmbedded: Bool = true,
        version: String = "",
        kept: KeptSettings = KeptSettings(),
        warning: String? = nil,
        clusterName: String = "",
        isProduction: Bool = false,
        schemas: SchemaCatalog = SchemaCatalog(),
        stateDirectory: String? = nil,
        environment: [String: String]
    ) {
        self.theme = theme
        self.glyphs = glyphs
        self.zone = zone
        self.address = address
        self.isEmbedded = isEmbedded
        self.version = version
        self.kept = kept
        self.warning = warning
        self.clusterName = clusterName
        self.isProduction = isProduction
        self.schemas = schemas
        self.stateDirectory = stateDirectory
        self.environment = environment
    }
}

/// A frame that the terminal has.
package struct FrameReport: Sendable {
    /// Keys that were taken in before it was drawn, all of them since the start.
    package var keys: Int
    /// When all of it was written, nanoseconds of the monotonic clock.
    package var writtenAt: UInt64
}

/// What the console asks of the program around it.
package protocol ConsoleHost: Sendable {
    /// Clients connected to the embedded broker now; 0 on attached clusters.
    func connectedClients() -> Int
    /// Polls the cluster now; the snapshot comes the usual way.
    func refresh()
    /// Takes note of losses the operator knows of: later snapshots do not tell of them.
    func acknowledge(_ losses: [AlertMarks.Loss])
    /// Remembers the settings across runs. Called off the terminal's thread, one call after the other.
    ///
    /// - Throws: `SettingsError` where they cannot be kept.
    func keep(_ settings: KeptSettings) throws(SettingsError)
    /// The operator's marks on a cluster's alerts, as kept in Weir's own folder.
    func alertMarks(cluster: String) throws(AlertMarksError) -> AlertMarks
    /// Keeps them.
    ///
    /// - Returns: Where a file that could not be understood was set aside; nil when there was none.
    func keep(_ marks: AlertMarks, cluster: String) throws(AlertMarksError) -> String?
    /// The kept history, for looking back; nil where none is kept.
    var timeline: Timeline? { get }
    /// Calls for whoever sits at the terminal; one that nobody listens to is lost.
    var attention: AsyncStream<Attention> { get }
    /// How the receivers of alerts fare, at first and whenever it has changed; ends at once where nobody is told.
    var deliveries: AsyncStream<DeliveryBoard> { get }
    /// The newest events of the audit log, the newest first; at most so many.
    func auditEvents(_ count: Int) async throws(ClusterError) -> AuditExcerpt
    /// Runs statements and keeps their queries; nil where none can be run.
    var queries: (any QueryService)? { get }
}

extension ConsoleHost {
    package var timeline: Timeline? { nil }
    package var attention: AsyncStream<Attention> { AsyncStream { $0.finish() } }
    package var deliveries: AsyncStream<DeliveryBoard> { AsyncStream { $0.finish() } }
    package var queries: (any QueryService)? { nil }
}

/// How the console ended.
package enum ConsoleEnd: Equatable, Sendable {
    /// The operator quit; an embedded broker is to be stopped.
    case quit
    /// The operator left; the broker keeps serving without a screen.
    case keepServing
    /// The terminal is gone (SIGHUP, POLLHUP); the broker keeps serving.
    case terminalLost
    /// Asked to end from outside (SIGTERM).
    case terminated
}
