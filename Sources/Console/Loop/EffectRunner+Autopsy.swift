import AlertRules
import Cluster

extension EffectRunner {
    /// Reads the records that a group's partitions stopped at.
    func loadStops(_ starts: [FetchStart], ticket: Int) {
        let (cluster, mailbox) = (cluster, mailbox)
        Task.detached {
            let limits = FetchLimits(maxRecords: 1, maxBytes: 1, maxValueBytes: 256)
            mailbox.post(.stops(ticket: ticket, await cluster.fetch(starts, limits: limits)))
        }
    }
}
