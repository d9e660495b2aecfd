import Cluster
import Monitor
package import Operations

/// The full scan of a topic: not begun, under way, or what it told. It goes on while other pages are looked at.
package struct StatisticsView: Equatable, Sendable {
    /// The scan, as the runner knows it.
    package var ticket: Int
    /// How far it has come; nil until it has begun to read.
    package var progress: ScanProgress?
    /// What it tells so far; nil before the first records.
    package var report: StatisticsReport?
    /// When it was asked for, wall milliseconds.
    package var startedAt: Int64

    /// A scan that was asked for.
    package init(ticket: Int, startedAt: Int64) {
        self.ticket = ticket
        self.startedAt = startedAt
    }

    /// True until it has ended.
    package var isRunning: Bool { progress.map { !$0.isEnded } ?? true }
}

/// Statistics of topics by reading all of their records.
extension ConsoleState {
    /// Results that are kept; the oldest ended one goes for a new one.
    private static let resultsKept = 8

    /// Opens the statistics of the selected topic.
    mutating func openStatistics() -> [Effect] { selectedTopic.map { open(.statistics($0)) } ?? [] }

    private var statisticsTopic: String? {
        if case .statistics(let topic) = page { topic } else { nil }
    }

    /// The scan of the page's topic.
    var shownStatistics: StatisticsView? { statisticsTopic.flatMap { statistics[$0] } }

    /// True where a scan can be begun.
    var canScan: Bool { statisticsTopic.flatMap(topic) != nil && shownStatistics?.isRunning != true }

    /// Begins reading the topic, anew where it was read before.
    mutating func beginScan() -> [Effect] {
        guard let name = statisticsTopic, let it = topic(name), canScan else { return [] }
        let ticket = nextTicket()
        statistics[name] = StatisticsView(ticket: ticket, startedAt: now)
        while statistics.count > Self.resultsKept,
            let oldest = statistics.filter({ !$0.value.isRunning }).min(by: { $0.value.startedAt < $1.value.startedAt })
        {
            statistics[oldest.key] = nil
        }
        let places = it.description.partitions.map { TopicPartition(topic: name, partition: $0.partition) }
        return [.startStatistics(topic: name, places, ticket: ticket)]
    }

    /// Pauses the scan, or lets it go on.
    mutating func toggleScan() -> [Effect] {
        guard let it = shownStatistics, it.isRunning else { return [] }
        return [.controlScan(ticket: it.ticket, it.progress?.phase == .paused ? .resume : .pause)]
    }

    /// Ends the scan; what it has read so far stays.
    mutating func stopScan() -> [Effect] {
        guard let it = shownStatistics, it.isRunning else { return [] }
        return [.controlScan(ticket: it.ticket, .stop)]
    }

    /// Takes how far a scan has come; one that was begun anew meanwhile is not listened to.
    mutating func statisticsArrived(topic: String, ticket: Int, _ progress: ScanProgress, _ report: StatisticsReport) {
        guard statistics[topic]?.ticket == ticket else { return }
        statistics[topic]?.progress = progress
        statistics[topic]?.report = report
        guard progress.isEnded, page != .statistics(topic) else { return }
        if prompt == nil, dialog == nil {
            say(
                "statistics of \(topic): \(progress.phase == .finished ? "all read" : "stopped"), \(Figures.grouped(progress.records)) records"
            )
        }
    }

    /// `statistics of orders 41%`: scans that go on, for the foot of other pages.
    var scanNote: String? {
        let running = statistics.filter { $0.value.isRunning && page != .statistics($0.key) }.sorted { $0.key < $1.key }
        guard let first = running.first else { return nil }
        let more = running.count > 1 ? " +\(running.count - 1)" : ""
        let state = first.value.progress?.phase == .paused ? "‖" : "▸"
        return "\(state) statistics of \(first.key) \(Figures.percent(first.value.progress?.share ?? 0))\(more)"
    }
}
