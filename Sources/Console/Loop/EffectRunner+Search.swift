import Cluster
import Operations
import RecordFormats

/// Searches, in the background.
extension EffectRunner {
    /// Reads the records of a range and posts those that pass, a bounded number of them, as they are found.
    func run(_ request: SearchRequest) {
        let (cluster, mailbox, scans) = (cluster, mailbox, scans)
        let control = scans.begin(request.ticket)
        Task.detached(priority: .utility) {
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
            scans.end(request.ticket)
        }
    }
}
