import KafkaProtocol
import Logging
import Synchronization

/// Timeouts, markers to be tried again, and ids that nobody uses.
extension TransactionCoordinator {
    /// When ``tick()`` is worth calling next, monotonic milliseconds; nil as long as nothing can become due.
    package var nextDeadline: Int64? { registry.withLock { $0.nextDeadline } }

    /// Lets everything happen that is due: overdue transactions are aborted, markers tried again, unused ids forgotten.
    package func tick() {
        let now = monotonicMilliseconds
        act { registry, aftermath in
            if let due = registry.sweepDue, due <= now { sweep(&registry, &aftermath) }
            if let due = registry.expiryDue, due <= now { expire(&registry, &aftermath) }
        }
    }

    /// Makes sure that an open or half-ended transaction is looked at in due time.
    func scheduleSweep(_ registry: inout TransactionRegistry, for id: String) {
        guard let entry = registry.entries[id] else { return }
        if registry.sweepDue == nil, entry.machine.isRestless || entry.machine.isPending {
            registry.sweepDue = later(settings.abortIntervalMs)
        }
        if registry.expiryDue == nil { registry.expiryDue = later(settings.expiryIntervalMs) }
    }

    private func later(_ milliseconds: Int64) -> Int64 {
        let (time, overflow) = monotonicMilliseconds.addingReportingOverflow(max(1, milliseconds))
        return overflow ? .max : time
    }

    private func sweep(_ registry: inout TransactionRegistry, _ aftermath: inout Aftermath) {
        registry.sweepDue = nil
        let wall = clock.wallMilliseconds
        for (id, entry) in registry.entries where entry.machine.isRestless || entry.machine.isPending {
            if entry.machine.stored.isOverdue(at: wall), !entry.machine.isPending {
                let timeout = entry.machine.stored.timeoutMs
                aftermath.then { [logger] in
                    logger.notice("the transaction of \(id) was open for more than \(timeout) ms and is aborted")
                }
            }
            // Schedules the next sweep, too.
            send(.tick, to: id, &registry, &aftermath)
        }
    }

    private func expire(_ registry: inout TransactionRegistry, _ aftermath: inout Aftermath) {
        registry.expiryDue = registry.entries.isEmpty ? nil : later(settings.expiryIntervalMs)
        for id in Array(registry.entries.keys) {
            send(.expire(afterMs: settings.expirationMs), to: id, &registry, &aftermath)
        }
    }
}
