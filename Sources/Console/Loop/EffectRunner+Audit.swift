import Cluster

extension EffectRunner {
    /// Reads the newest events of the audit log.
    func loadAudit() {
        let (host, mailbox) = (host, mailbox)
        Task.detached {
            let result = await Self.attempt { () async throws(ClusterError) in
                try await host.auditEvents(ConsoleState.auditEvents)
            }
            mailbox.post(.audit(result))
        }
    }
}
