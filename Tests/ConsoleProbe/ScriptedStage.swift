import AlertRules
import Cluster
import Console
import Monitor
import MonitorScript
import Operations

/// The real monitor over a scripted cluster: each wish to refresh makes one step and one poll, and nothing else moves the time.
struct ScriptedStage: ConsoleHost {
    /// The script, before its first step.
    let script: EventfulScript
    private let wishes: AsyncStream<Void>
    private let wish: AsyncStream<Void>.Continuation

    /// A stage on which nothing has happened.
    init(seed: UInt64) {
        script = EventfulScript(seed: seed)
        (wishes, wish) = AsyncStream.makeStream(of: Void.self)
    }

    func connectedClients() -> Int { 0 }
    func refresh() { wish.yield() }
    func acknowledge(_ losses: [AlertMarks.Loss]) {}
    func keep(_ settings: KeptSettings) throws(SettingsError) {}
    func alertMarks(cluster: String) throws(AlertMarksError) -> AlertMarks { AlertMarks() }
    func keep(_ marks: AlertMarks, cluster: String) throws(AlertMarksError) -> String? { nil }
    func auditEvents(_ count: Int) async throws(ClusterError) -> AuditExcerpt { AuditExcerpt(events: []) }

    /// Answers each wish with a snapshot, one after the other.
    func play(into feed: AsyncStream<Snapshot>.Continuation) async {
        var script = script
        let monitor = Monitor(of: script.cluster, clock: script.clock)
        for await _ in wishes {
            script.advance()
            feed.yield(await monitor.poll())
        }
    }
}
