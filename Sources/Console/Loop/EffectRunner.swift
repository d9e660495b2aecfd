import AlertRules
import Cluster
import Dispatch

/// Carries out the effects that ask the cluster, as tasks; answers go to the mailbox.
struct EffectRunner: Sendable {
    let cluster: any Cluster
    let host: any ConsoleHost
    let mailbox: Mailbox
    /// The user's home directory, for paths that begin with `~/`.
    let home: String?
    /// Weir's own directory, for undo files; nil for none.
    let stateDirectory: String?
    /// Makes ahead what a snapshot's frame will need.
    let outlook: Outlook
    /// Scans that run in the background.
    let scans = ScanBoard()
    /// Boards of the past in the making.
    let lookingBack = LatestOnly()
    /// Files that are being written, so that leaving the console cuts none of them short.
    let writing = DispatchGroup()
    /// Settings are written one after the other, so that the last ones stay.
    private let settings = DispatchQueue(label: "weir.console.settings")

    init(
        cluster: any Cluster, host: any ConsoleHost, mailbox: Mailbox, home: String?, stateDirectory: String? = nil,
        outlook: Outlook = Outlook()
    ) {
        self.outlook = outlook
        self.cluster = cluster
        self.host = host
        self.mailbox = mailbox
        self.home = home
        self.stateDirectory = stateDirectory
    }

    /// Waits a few seconds at most for files that are still being written; scans, which nobody looks at any more, end.
    func finishWriting() {
        scans.stopAll()
        _ = writing.wait(timeout: .now() + .seconds(5))
    }

    /// Begins an effect. Those of the terminal itself (copy, redraw, theme, editor, quit) are the loop's.
    func run(_ effect: Effect) {
        let (cluster, mailbox, host) = (cluster, mailbox, host)
        switch effect {
        case .refresh: host.refresh()
        case .askToQuit:
            mailbox.post(.clients(host.connectedClients()))
        case .loadSegments(let place):
            Task.detached {
                let result = await Self.attempt { () async throws(ClusterError) in try await cluster.segments(of: place)
                }
                mailbox.post(.segments(place, result))
            }
        case .loadConfiguration(let topic):
            Task.detached {
                let result = await Self.attempt { () async throws(ClusterError) in
                    try await cluster.configuration(of: .topic(topic))
                }
                mailbox.post(.configuration(topic: topic, result))
            }
        case .loadBrokerConfiguration(let id):
            Task.detached {
                let result = await Self.attempt { () async throws(ClusterError) in
                    try await cluster.configuration(of: .broker(id))
                }
                mailbox.post(.brokerConfiguration(id, result))
            }
        case .loadProducers(let place):
            Task.detached {
                let result = await Self.attempt { () async throws(ClusterError) in
                    try await cluster.producers(of: place)
                }
                mailbox.post(.producers(place, result))
            }
        // One after the other, as settings: what is kept later must be written later.
        case .loadMarks(let name):
            settings.async(group: writing) {
                do throws(AlertMarksError) {
                    mailbox.post(.marks(cluster: name, .success(try host.alertMarks(cluster: name))))
                } catch {
                    mailbox.post(.marks(cluster: name, .failure(error)))
                }
            }
        case .keepMarks(let marks, let name):
            settings.async(group: writing) {
                do throws(AlertMarksError) {
                    mailbox.post(.marksKept(.success(try host.keep(marks, cluster: name))))
                } catch {
                    mailbox.post(.marksKept(.failure(error)))
                }
            }
        case .loadAudit: loadAudit()
        case .previewCompaction(let places, let rollActive, let ticket):
            Task.detached {
                let result = await Self.attempt { () async throws(ClusterError) in
                    try await cluster.previewCompaction(of: places, rollActive: rollActive)
                }
                mailbox.post(.preview(ticket: ticket, result))
            }
        case .compact(let places, let rollActive):
            Task.detached {
                let result = await Self.attempt { () async throws(ClusterError) in
                    try await cluster.compact(places, rollActive: rollActive)
                }
                let isQueued = cluster.capabilities.contains(.compaction)
                mailbox.post(
                    .acted(
                        result.map {
                            isQueued
                                ? "compaction of \(Self.named(places)) is queued"
                                : "the settings are changed for a while; K takes them back"
                        }))
            }
        case .stopCompaction(let places):
            Task.detached {
                let result = await Self.attempt { () async throws(ClusterError) in
                    try await cluster.stopCompaction(of: places)
                }
                mailbox.post(.acted(result.map { "\(Self.named(places)) stops at the next safe point" }))
            }
        case .checkAct(let act, let ticket): check(act, ticket: ticket)
        case .act(let act): run(act)
        case .planPurge(let request, let ticket): plan(request, ticket: ticket)
        case .startStatistics(let topic, let places, let ticket):
            startStatistics(topic: topic, places, ticket: ticket)
        case .controlScan(let ticket, let order): scans.order(order, to: ticket)
        case .loadStops(let starts, let ticket): loadStops(starts, ticket: ticket)
        case .acknowledgeLosses(let losses): host.acknowledge(losses)
        case .fetch(let request):
            Task.detached { mailbox.post(.tail(await TailReader.read(request, from: cluster))) }
        case .search(let request): run(request)
        case .compare(let comparison): compare(comparison)
        case .produce(let record, let place): produce(record, to: place)
        case .wakeTail(let ticket, let milliseconds):
            Task.detached {
                // `Cluster` has no call that waits for new records, so the tail looks again after a moment; nobody cancels it.
                try? await Task.sleep(for: .milliseconds(milliseconds))
                mailbox.post(.tailWake(ticket: ticket))
            }
        case .lookBack(let moment, let distance, let ticket): lookBack(from: moment, by: distance, ticket: ticket)
        case .findTime(let places, let milliseconds, let ticket):
            Task.detached {
                let found = await cluster.offsets(of: places, at: .timestamp(milliseconds))
                mailbox.post(.time(ticket: ticket, found))
            }
        case .keep(let kept):
            settings.async(group: writing) {
                do { try host.keep(kept) } catch { mailbox.post(.notKept("\(error)")) }
            }
        case .export(let job):
            let runner = ExportRunner(cluster: cluster, home: home)
            let writing = writing
            writing.enter()
            Task.detached {
                mailbox.post(.exported(job, await runner.run(job)))
                writing.leave()
            }
        case .loadRecord(let place, let offset, let ticket):
            Task.detached {
                let result = await ExportRunner.record(at: offset, of: place, from: cluster)
                mailbox.post(.record(ticket: ticket, place, result))
            }
        case .replay(let wish): run(wish)
        case .travel(let wish): run(wish)
        case .query(let wish): run(wish)
        case .quit, .keepServing, .redraw, .copy, .call, .useTheme, .reloadThemes, .view: break
        }
    }

    static func attempt<Value>(
        _ body: () async throws(ClusterError) -> Value
    ) async -> Result<Value, ClusterError> {
        do { return .success(try await body()) } catch { return .failure(error) }
    }

    private static func named(_ places: [TopicPartition]) -> String {
        places.count == 1 ? "\(places[0])" : "\(places.count) partitions"
    }
}
