import Cluster
import Operations

extension EffectRunner {
    /// Reads a topic's past in the background.
    func run(_ wish: TravelWish) {
        let (job, mailbox, scans) = (TravelJob(cluster), mailbox, scans)
        switch wish {
        case .look(let request, let ticket):
            let control = scans.begin(ticket)
            Task.detached(priority: .utility) {
                let result = await Self.attempt { () async throws(ClusterError) in
                    try await job.run(request, control: control) {
                        mailbox.post(.travel(.reading(ticket: ticket, $0, found: $1)))
                    }
                }
                mailbox.post(.travel(.looked(ticket: ticket, result)))
                scans.end(ticket)
            }
        case .history(let place, let key, let ticket):
            let control = scans.begin(ticket)
            Task.detached(priority: .utility) {
                let result = await Self.attempt { () async throws(ClusterError) in
                    try await job.history(of: key, in: place, control: control) {
                        mailbox.post(.travel(.reading(ticket: ticket, $0, found: $1)))
                    }
                }
                mailbox.post(.travel(.history(ticket: ticket, result)))
                scans.end(ticket)
            }
        }
    }
}
