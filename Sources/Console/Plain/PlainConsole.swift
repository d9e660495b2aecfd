package import Cluster
import Glibc
package import Monitor

/// The console without a screen: its pages as text or JSON, once or whenever they change.
package enum PlainConsole {
    /// How a page is printed.
    package enum Format: Sendable, Equatable {
        /// Aligned columns.
        case text
        /// A line of JSON.
        case json
    }

    /// A page is printed once rates are known, or after so long without, milliseconds.
    private static let patienceForRates: Int64 = 6_000
    /// Its own answers are waited for so long, milliseconds; a page without them would say that there is nothing.
    private static let patience: Int64 = 60_000
    /// How soon a request to stop is seen, milliseconds.
    private static let glance: Int32 = 200

    /// Prints a page.
    ///
    /// - Parameters:
    ///   - watches: Goes on printing it whenever it changed, until it is stopped.
    ///   - isStopped: Asked a few times a second.
    ///   - write: Takes each report; false when nobody reads any more.
    /// - Returns: False when no word came from the cluster in time.
    package static func run(
        cluster: any Cluster,
        snapshots: AsyncStream<Snapshot>,
        host: any ConsoleHost,
        options: ConsoleOptions,
        page: Page,
        format: Format,
        watches: Bool,
        isStopped: () -> Bool,
        write: (String) -> Bool
    ) -> Bool {
        guard let mailbox = Mailbox() else { return false }
        let feed = Task.detached { for await snapshot in snapshots { mailbox.post(snapshot) } }
        let receivers = host.deliveries
        let deliveries = Task.detached { for await board in receivers { mailbox.post(.deliveries(board)) } }
        let boards = BoardFeed(from: host.queries, to: mailbox)
        // Boards are looked at as often as the cluster is.
        mailbox.keepBoardStill(true)
        defer {
            feed.cancel()
            deliveries.cancel()
            boards.end()
        }
        let runner = EffectRunner(
            cluster: cluster, host: host, mailbox: mailbox, home: options.environment["HOME"])
        var reader = PlainReader(options, page: page)
        let begun = now()
        var printed: PlainReport?
        while !isStopped() {
            for effect in reader.take(mailbox.take()) { runner.run(effect) }
            let waited = now() - begun
            if reader.isComplete || (waited > patienceForRates && reader.isAnswered) {
                let report = PlainReport(reader.state)
                if report.isNews(since: printed) {
                    printed = report
                    guard write(format == .json ? report.json + "\n" : report.text) else { return true }
                }
                if !watches { return true }
            } else if waited > patience, !watches {
                return false
            }
            var waiting = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&waiting, 1, glance)
        }
        return printed != nil
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

extension PlainReport {
    /// Whether it says something else than an earlier one; the time alone is no news.
    func isNews(since earlier: PlainReport?) -> Bool {
        guard let earlier else { return true }
        return page != earlier.page || lists != earlier.lists
    }
}

/// The state behind a page that is printed.
struct PlainReader {
    private(set) var state: ConsoleState
    private let page: Page
    private var isOpen = false
    /// Requests whose answers the page still waits for.
    private var awaited = 0

    init(_ options: ConsoleOptions, page: Page) {
        var settings = Settings(
            zone: options.zone, address: options.address, isEmbedded: options.isEmbedded, version: options.version,
            clusterName: options.clusterName, isProduction: options.isProduction)
        settings.keys = options.keys
        state = ConsoleState(size: Size(rows: 60, columns: 240), settings: settings, kept: options.kept)
        self.page = page
    }

    /// True once the cluster was looked at and what the page asked for besides is here.
    var isAnswered: Bool { isOpen && awaited == 0 }

    /// True when everything the page shows is here: its own answers, and rates, which take two looks.
    var isComplete: Bool {
        isAnswered && (state.snapshot.recordsInPerSecond != nil || state.snapshot.topics.isEmpty)
    }

    /// Takes in what came, and says what is to be asked.
    mutating func take(_ mail: Mail) -> [Effect] {
        var effects: [Effect] = []
        if let board = mail.board { effects += update(&state, .queries(board)) }
        if let snapshot = mail.snapshot {
            effects += update(&state, .snapshot(snapshot))
            if !isOpen {
                isOpen = true
                effects += state.goTo(page == .dashboard ? [.dashboard] : [.dashboard, page])
            } else if page == .audit {
                effects += state.loadAudit()
            }
        }
        for arrival in mail.arrivals {
            if arrival.answersPage { awaited = max(0, awaited - 1) }
            effects += update(&state, .arrived(arrival))
        }
        // Nothing is changed or kept by looking.
        effects = effects.filter(\.onlyLooks)
        awaited += effects.count { $0.fillsPage }
        return effects
    }
}

extension Effect {
    /// True for requests whose answer a page shows.
    fileprivate var fillsPage: Bool {
        switch self {
        case .loadSegments, .loadConfiguration, .loadBrokerConfiguration, .loadAudit, .loadProducers: true
        default: false
        }
    }

    /// True for what reads and leaves nothing behind.
    fileprivate var onlyLooks: Bool {
        if case .loadMarks = self { return true }
        return fillsPage
    }
}

extension Arrival {
    /// True for the answer of an effect that fills a page.
    fileprivate var answersPage: Bool {
        switch self {
        case .segments, .configuration, .brokerConfiguration, .audit, .producers: true
        default: false
        }
    }
}
