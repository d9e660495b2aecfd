import Cluster
import Operations

/// Full scans for statistics, in the background.
extension EffectRunner {
    /// Reads all records of the partitions; what they tell so far comes a few times a second.
    func startStatistics(topic: String, _ places: [TopicPartition], ticket: Int) {
        let (cluster, mailbox, scans) = (cluster, mailbox, scans)
        let control = scans.begin(ticket)
        Task.detached(priority: .utility) {
            let plan = await ScanPlan.make(on: cluster, places, limits: TopicStatistics.limits)
            var statistics = TopicStatistics(places)
            await ScanJob(cluster, plan, control: control).run(
                onBatch: { place, fetched in
                    statistics.take(fetched, of: place)
                    return .goOn
                },
                progress: { mailbox.post(.statistics(topic: topic, ticket: ticket, $0, StatisticsReport(statistics))) })
            scans.end(ticket)
        }
    }
}
