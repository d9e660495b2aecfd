import Cluster
package import KafkaProtocol
import Synchronization

/// ListTransactions and DescribeTransactions.
extension TransactionCoordinator {
    /// ListTransactions; filters by state, by producer and by age. Unknown states are named, not refused.
    package func list(_ request: ListTransactionsRequest) -> ListTransactionsResponse {
        let known = request.stateFilters.compactMap { name in TransactionState.allCases.first { $0.name == name } }
        let unknown = request.stateFilters.filter { name in !TransactionState.allCases.contains { $0.name == name } }
        let now = clock.wallMilliseconds
        let states = registry.withLock { registry in
            registry.entries.compactMap { id, entry -> ListTransactionsResponse.State? in
                let stored = entry.machine.stored
                guard stored.producerEpoch != -1,
                    request.stateFilters.isEmpty || known.contains(stored.state),
                    request.producerIDFilters.isEmpty || request.producerIDFilters.contains(stored.producerID),
                    request.durationFilterMs < 0 || stored.age(at: now) > request.durationFilterMs
                else { return nil }
                return ListTransactionsResponse.State(
                    transactionalID: id, producerID: stored.producerID, transactionState: stored.state.name)
            }
        }
        return ListTransactionsResponse(
            unknownStateFilters: unknown,
            transactionStates: states.sorted { $0.transactionalID < $1.transactionalID })
    }

    /// DescribeTransactions: an unknown id is TRANSACTIONAL_ID_NOT_FOUND.
    package func describe(_ request: DescribeTransactionsRequest) -> DescribeTransactionsResponse {
        registry.withLock { registry in
            DescribeTransactionsResponse(
                transactionStates: request.transactionalIDs.map { id in
                    if id.isEmpty { return .init(errorCode: .invalidRequest, transactionalID: id) }
                    guard let stored = registry.entries[id]?.machine.stored, stored.producerEpoch != -1 else {
                        return .init(errorCode: .transactionalIDNotFound, transactionalID: id)
                    }
                    return .init(
                        transactionalID: id, transactionState: stored.state.name,
                        transactionTimeoutMs: stored.timeoutMs, transactionStartTimeMs: stored.startedAt,
                        producerID: stored.producerID, producerEpoch: stored.producerEpoch,
                        topics: stored.topics.map { .init(topic: $0.topic, partitions: $0.partitions) })
                })
        }
    }

    /// All ids with what the log has of them, for inspection, ascending by id.
    package func snapshot() -> [(transactionalID: String, stored: StoredTransaction)] {
        registry.withLock { registry in
            registry.entries.map { ($0.key, $0.value.machine.stored) }.sorted { $0.0 < $1.0 }
        }
    }
}

extension StoredTransaction {
    /// Milliseconds since the transaction began; -1 where none is open.
    package func age(at wall: Int64) -> Int64 {
        guard startedAt >= 0, state == .ongoing || state.isPrepared else { return -1 }
        return max(0, wall.subtractingReportingOverflow(startedAt).partialValue)
    }
}
