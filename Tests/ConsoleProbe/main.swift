import AlertRules
import Cluster
import Console
import ConsoleSamples
import Foundation
import LiveQueries
import Monitor
import MonitorScript
import Operations

// The console on sample data, for tests that look at it through a terminal emulator. `--clients N` pretends so many clients are
// connected, `--crash` crashes once a screen is drawn, `--theme NAME` and `--ascii` are the console's own. `--script SEED` puts
// the real monitor over a scripted cluster in the samples' place: each press of `.` makes one step and one poll. `--settings FILE`
// keeps settings across runs.
Console.preventInteractiveBacktrace()

struct ProbeHost: ConsoleHost {
    let clients: Int
    let file: SettingsFile?
    let service = SampleQueryService()
    var queries: (any QueryService)? { service }
    func connectedClients() -> Int { clients }
    func refresh() {}
    func acknowledge(_ losses: [AlertMarks.Loss]) {}
    func keep(_ settings: KeptSettings) throws(SettingsError) {
        // Without a file nothing is remembered, and nobody misses it.
        guard let file else { return }
        try file.save(settings)
    }
    func alertMarks(cluster: String) throws(AlertMarksError) -> AlertMarks { AlertMarks() }
    func keep(_ marks: AlertMarks, cluster: String) throws(AlertMarksError) -> String? { nil }
    func auditEvents(_ count: Int) async throws(ClusterError) -> AuditExcerpt { SampleData.audit() }
}

let arguments = CommandLine.arguments
func value(_ name: String) -> String? {
    guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else { return nil }
    return arguments[index + 1]
}
let clients = value("--clients").flatMap { Int($0) } ?? 0
let (snapshots, feed) = AsyncStream<Snapshot>.makeStream(bufferingPolicy: .bufferingNewest(1))
let stage = value("--script").flatMap { UInt64($0) }.map { ScriptedStage(seed: $0) }
if let stage {
    Task.detached { await stage.play(into: feed) }
} else {
    feed.yield(SampleData.snapshot())
}
if arguments.contains("--crash") {
    Task.detached {
        // The crash must come from another thread while the screen is up.
        try? await Task.sleep(for: .milliseconds(300))
        fatalError("asked to crash")
    }
}
let file = value("--settings").map { SettingsFile(path: $0) }
let cluster: any Cluster = if let stage { stage.script.cluster } else { SampleCluster() }
let host: any ConsoleHost = if let stage { stage } else { ProbeHost(clients: clients, file: file) }
let kept = file?.load()
do {
    let end = try Console.run(
        cluster: cluster,
        snapshots: snapshots,
        host: host,
        options: ConsoleOptions(
            theme: value("--theme"),
            glyphs: arguments.contains("--ascii") ? .ascii : nil,
            kept: kept?.settings ?? KeptSettings(),
            warning: kept?.warning,
            environment: ProcessInfo.processInfo.environment
        )
    )
    print("ended: \(end)")
} catch {
    print("refused: \(error)")
    exit(1)
}
