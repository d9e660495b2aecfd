import DequeModule
package import KafkaProtocol
package import Logging
import Synchronization

/// Where the next block of producer ids is kept: the metadata log (`ProducerIdsRecord`).
package protocol ProducerIDJournal: Sendable {
    /// The first producer id that was never given out in a block; 0 in a new cluster.
    var nextProducerID: Int64 { get }
    /// Stores that all ids below `next` are given out. The completion runs once that is durable, on any thread, possibly
    /// before this returns.
    func reserve(upTo next: Int64, completion: @escaping @Sendable (ErrorCode) -> Void)
}

/// Gives ids to idempotent and transactional producers (InitProducerId).
///
/// Ids are taken from blocks of a thousand (Kafka's `ProducerIdsBlock`). A block is used only after the log has it, so
/// that no id is given twice, whatever happens; a crash loses the rest of a block. The next block is asked for when nine
/// tenths of the present one are gone, so producers wait for the log only at start and under a storm.
package final class ProducerIDManager: Sendable {
    /// Ids in a block.
    package static let blockSize: Int64 = 1_000

    private struct Block {
        var next: Int64
        var end: Int64

        var remaining: Int64 { end - next }
    }

    private struct State {
        var current = Block(next: 0, end: 0)
        var following: Block?
        var isReserving = false
        var waiting: Deque<@Sendable (Result<Int64, ErrorCode>) -> Void> = []
    }

    private let journal: any ProducerIDJournal
    private let logger: Logger
    private let state = Mutex(State())

    /// A manager that goes on after the last block in the journal.
    package init(journal: any ProducerIDJournal, logger: Logger = Logger(label: "weir.producers")) {
        self.journal = journal
        self.logger = logger
    }

    /// Gives an id that nobody ever had. COORDINATOR_NOT_AVAILABLE where the log cannot take the next block: clients try again.
    ///
    /// - Parameter completion: Runs once, at once or when the log has the next block.
    package func take(_ completion: @escaping @Sendable (Result<Int64, ErrorCode>) -> Void) {
        let (given, reserves) = state.withLock { state -> (Int64?, Bool) in
            let given = Self.take(&state)
            if given == nil { state.waiting.append(completion) }
            return (given, Self.beginReserving(&state))
        }
        if let given { completion(.success(given)) }
        if reserves { reserve() }
    }

    private static func take(_ state: inout State) -> Int64? {
        if state.current.remaining <= 0, let following = state.following {
            state.current = following
            state.following = nil
        }
        guard state.current.remaining > 0 else { return nil }
        defer { state.current.next += 1 }
        return state.current.next
    }

    /// Whether the caller shall ask for the next block now.
    private static func beginReserving(_ state: inout State) -> Bool {
        guard !state.isReserving, state.following == nil, state.current.remaining <= blockSize / 10 else {
            return false
        }
        state.isReserving = true
        return true
    }

    private func reserve() {
        let start = journal.nextProducerID
        let (end, overflows) = start.addingReportingOverflow(Self.blockSize)
        guard start >= 0, !overflows else {
            logger.error("no producer ids are left: the next would be \(start)")
            return reserved(Block(next: 0, end: 0), .unknownServerError)
        }
        journal.reserve(upTo: end) { [weak self] error in
            self?.reserved(Block(next: start, end: end), error)
        }
    }

    /// The log has, or has not, the block; whoever waits is answered.
    private func reserved(_ block: Block, _ error: ErrorCode) {
        if error != .none {
            logger.error("a block of producer ids could not be stored: \(error)")
        }
        var answers: [(@Sendable (Result<Int64, ErrorCode>) -> Void, Result<Int64, ErrorCode>)] = []
        let reserves = state.withLock { state -> Bool in
            state.isReserving = false
            if error == .none { state.following = block }
            while let completion = state.waiting.first {
                if let given = Self.take(&state) {
                    answers.append((completion, .success(given)))
                } else if error != .none {
                    answers.append((completion, .failure(.coordinatorNotAvailable)))
                } else {
                    break
                }
                state.waiting.removeFirst()
            }
            // After a failure the next request tries again.
            return error == .none && Self.beginReserving(&state)
        }
        for (completion, answer) in answers { completion(answer) }
        if reserves { reserve() }
    }
}
