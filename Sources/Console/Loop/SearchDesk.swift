import Cluster
import Operations
import RecordFormats
import Synchronization

/// Carries searches out and passes orders on to the one under way.
final class SearchDesk: Sendable {
    private let current = Mutex<(ticket: Int, control: ScanControl)?>(nil)

    /// Ends the search under way and begins another.
    func begin(_ request: SearchRequest, on cluster: any Cluster, mailbox: Mailbox) {
        let control = ScanControl()
        current.withLock { it in
            it?.control.stop()
            it = (request.ticket, control)
        }
        Task.detached { await Self.run(request, control, on: cluster, mailbox) }
    }

    /// Passes an order on; one for a search that is no longer there does nothing.
    func steer(_ ticket: Int, _ order: SearchOrder) {
        let control = current.withLock { $0?.ticket == ticket ? $0?.control : nil }
        switch order {
        case .pause: control?.pause()
        case .resume: control?.resume()
        case .stop: control?.stop()
        }
    }

    private static func run(
        _ request: SearchRequest, _ control: ScanControl, on cluster: any Cluster, _ mailbox: Mailbox
    ) async {
        let plan = await ScanPlan.make(on: cluster, request.places, from: request.from, to: request.to)
        let judge = FilterJudge(request.filter)
        var found: [TailRecord] = []
        var listed = 0
        var bytes = 0
        var matches: Int64 = 0
        await ScanJob(cluster, plan, control: control).run(
            onBatch: { place, fetched in
                let reading = request.decodings[place.topic] ?? TopicDecoding(topic: place.topic)
                for record in fetched.records where judge.passes(record, at: place, reading) {
                    matches += 1
                    guard listed < TailState.maxHeld, bytes < TailState.maxBytes / 2 else { continue }
                    let it = TailRecord(place: place, record: TailReader.cut(record))
                    listed += 1
                    bytes += it.bytes
                    found.append(it)
                }
                return .goOn
            },
            progress: { progress in
                mailbox.post(
                    .searched(
                        SearchNews(ticket: request.ticket, progress: progress, found: found, matches: matches)))
                found = []
            })
    }
}
