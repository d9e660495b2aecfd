import BrokerCore
import Cluster
import Foundation
import Logging
import Operations
import Synchronization

/// A broker on a folder of its own with an audit log in it; the folder goes with the value.
final class AuditStage: Sendable {
    let broker: Broker
    let folder: URL
    let embedded: any Cluster
    let log: AuditLog
    let cluster: AuditedCluster

    init(readOnly: Bool = false) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weir-audit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        broker = try Broker.open(
            BrokerConfiguration(
                dataDirectory: folder.path,
                settings: BrokerSettings([
                    (key: "offsets.topic.num.partitions", value: "1"), (key: "weir.flush.mode", value: "os"),
                ]), backgroundJobs: false),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        broker.start()
        let embedded = EmbeddedCluster(broker, readOnly: readOnly)
        self.embedded = embedded
        log = AuditLog(
            AuditTopic(on: embedded) { record async throws(ClusterError) in
                try await embedded.append(toAuditLog: record)
            }, actor: AuditActor(who: "ops@host", program: "console"), cluster: broker.clusterID)
        cluster = AuditedCluster(embedded, log: log)
    }

    deinit {
        broker.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// The events of the newest act, the intent first.
    func newestAct() async throws -> [AuditEvent] {
        let events = try await log.newest(100).events
        return events.filter { $0.id == events.first?.id }.reversed()
    }
}

/// A journal in memory, which can be told to refuse.
final class MemoryJournal: AuditJournal {
    private let kept = Mutex<(events: [AuditEvent], accepts: Int)>(([], .max))

    /// A journal that takes so many events.
    init(accepting count: Int = .max) { kept.withLock { $0.accepts = count } }

    var events: [AuditEvent] { kept.withLock { $0.events } }

    func append(_ event: AuditEvent) async throws(ClusterError) {
        let isTaken = kept.withLock { kept in
            guard kept.events.count < kept.accepts else { return false }
            kept.events.append(event)
            return true
        }
        if !isTaken { throw .storage("the disk is full") }
    }

    func newest(_ count: Int) async throws(ClusterError) -> AuditExcerpt {
        AuditExcerpt(events: Array(events.reversed().prefix(count)))
    }
}
