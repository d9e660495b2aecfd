import Cluster
import Operations

/// Acts on topics, settings and groups: checked, planned, done.
extension EffectRunner {
    /// Asks the cluster whether it would do an act.
    func check(_ act: ClusterAct, ticket: Int) {
        let (cluster, mailbox) = (cluster, mailbox)
        Task.detached {
            let result = await Self.attempt { () async throws(ClusterError) in try await act.validate(on: cluster) }
            mailbox.post(.checked(ticket: ticket, result))
        }
    }

    /// Does an act and says what happened.
    func run(_ act: ClusterAct) {
        let (cluster, mailbox) = (cluster, mailbox)
        Task.detached {
            let result = await Self.attempt { () async throws(ClusterError) in try await act.run(on: cluster) }
            mailbox.post(.done(act, result))
        }
    }

    /// Works out what a purge would take away.
    func plan(_ request: PurgeRequest, ticket: Int) {
        let (cluster, mailbox) = (cluster, mailbox)
        Task.detached {
            let result = await Self.attempt { () async throws(ClusterError) in
                try await PurgePlan.make(
                    on: cluster, topic: request.topic, partitions: request.partitions, before: request.bound)
            }
            mailbox.post(.purgePlan(ticket: ticket, request, result))
        }
    }
}
