import Cluster
import Synchronization

/// A delayed fetch's registration; hand it back to ``Broker/cancel(_:)``.
package struct WatchToken: Sendable {
    let id: UInt64
    let partitions: [TopicPartition]
}

/// Who waits for records of which partition.
///
/// A watcher is woken by every append to its partitions, and by their deletion, until it is cancelled. It must read once *after* it has
/// registered: what came before does not wake it.
final class FetchWatchers: Sendable {
    private struct State {
        var next: UInt64 = 0
        var byPartition: [TopicPartition: [(id: UInt64, wake: @Sendable () -> Void)]] = [:]
    }

    private let state = Mutex(State())
    /// Watchers registered now; lets an append that nobody waits for pass without the lock.
    private let count = Atomic<Int>(0)

    func watch(_ partitions: [TopicPartition], wake: @escaping @Sendable () -> Void) -> WatchToken {
        count.wrappingAdd(1, ordering: .sequentiallyConsistent)
        let id = state.withLock { state in
            state.next &+= 1
            for partition in partitions { state.byPartition[partition, default: []].append((state.next, wake)) }
            return state.next
        }
        return WatchToken(id: id, partitions: partitions)
    }

    func cancel(_ token: WatchToken) {
        let wasThere = state.withLock { state in
            var wasThere = false
            for partition in token.partitions {
                guard var waiting = state.byPartition.removeValue(forKey: partition) else { continue }
                let before = waiting.count
                waiting.removeAll { $0.id == token.id }
                wasThere = wasThere || waiting.count < before
                if !waiting.isEmpty { state.byPartition[partition] = waiting }
            }
            return wasThere
        }
        if wasThere { count.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
    }

    /// Wakes whoever waits for this partition, outside of all locks.
    func wake(_ partition: TopicPartition) {
        guard count.load(ordering: .sequentiallyConsistent) > 0 else { return }
        let waiting = state.withLock { $0.byPartition[partition] }
        for watcher in waiting ?? [] { watcher.wake() }
    }
}
