import DequeModule
import KafkaProtocol
import NIOCore
import Synchronization

/// Appends to a coordinator's topic in the order in which the coordinator decided, without a lock held while it writes.
///
/// Decisions are queued under the coordinator's lock and written after it is released. Whoever finds the queue idle
/// writes until it is empty; everybody else leaves its entry behind. So one thread at a time appends, and a completion
/// that runs inside the append may come back to the coordinator. While the topic is being created the queue waits, and
/// nobody with it: what follows is written on the thread that created it.
final class CoordinatorAppender: Sendable {
    /// Batches of one id, and who waits for them.
    struct Entry: Sendable {
        /// Where they belong: an id goes to the partition of its hash.
        enum Place: Sendable {
            case id(String)
            case partition(Int32)
        }

        var place: Place
        var records: ByteBuffer
        /// -1 waits until they are durable, 1 until they are written.
        var acks: Int16 = -1
        /// For transactional batches: whether the transaction has the partition.
        var verification: TransactionVerification?
        var completion: @Sendable (ErrorCode) -> Void
    }

    private struct State {
        var queue: Deque<Entry> = []
        var isDraining = false
        var partitionCount: Int32?
    }

    private let topic: any CoordinatorTopic
    private let state = Mutex(State())

    init(topic: any CoordinatorTopic) {
        self.topic = topic
    }

    /// Queues an entry; ``drain()`` writes it.
    func enqueue(_ entry: Entry) {
        state.withLock { $0.queue.append(entry) }
    }

    /// Writes what is queued, unless another thread is at it. Never called with a lock held.
    func drain() {
        let begins = state.withLock { state in
            guard !state.isDraining, !state.queue.isEmpty else { return false }
            state.isDraining = true
            return true
        }
        if begins { writeAll() }
    }

    private func writeAll() {
        while let (entry, known) = next() {
            guard let count = known ?? learnPartitionCount() else {
                return topic.create { [self] in
                    // Where it could not be created there is no partition 0 either, and the append says so.
                    write(entry, count: learnPartitionCount() ?? 1)
                    writeAll()
                }
            }
            write(entry, count: count)
        }
    }

    private func write(_ entry: Entry, count: Int32) {
        let partition =
            switch entry.place {
            case .id(let id): CoordinatorPartitions.partition(of: id, count: count)
            case .partition(let number): number
            }
        topic.append(
            entry.records, to: partition, acks: entry.acks, verification: entry.verification,
            completion: entry.completion)
    }

    /// How many partitions the topic has, once something was written.
    var partitionCount: Int32? { state.withLock { $0.partitionCount } }

    private func next() -> (Entry, Int32?)? {
        state.withLock { state in
            guard let entry = state.queue.popFirst() else {
                state.isDraining = false
                return nil
            }
            return (entry, state.partitionCount)
        }
    }

    private func learnPartitionCount() -> Int32? {
        guard let count = topic.existingPartitionCount, count > 0 else { return nil }
        state.withLock { $0.partitionCount = count }
        return count
    }
}
