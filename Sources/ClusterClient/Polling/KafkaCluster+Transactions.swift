package import Cluster
import ClusterRequests
import KafkaProtocol

/// Transactions: what coordinators know, and what is open on partitions (KIP-664).
extension KafkaCluster {
    /// Ids described by one coordinator in one look, at most; those that are open first. Of the others the state is known, not more.
    static let describedTransactions = 500

    package func transactions(
        holding held: [TopicPartition]
    ) async throws(ClusterError) -> TransactionListing {
        let brokers = try await wholeMap().brokers.keys
        // Partitions first: a transaction that begins in between is known to its coordinator before its first record is written.
        var listing = TransactionListing()
        (listing.open, listing.problems) = await openTransactions(on: held)
        let answers = await inParallel(Array(brokers)) { [self] in await transactions(of: $0) }
        if !answers.values.contains(where: { (try? $0.get()) != nil }) {
            // Old brokers cannot tell: one of them says so better than one that is away.
            let failures = answers.sorted { $0.key < $1.key }.compactMap { answer -> ClusterError? in
                if case .failure(let error) = answer.value { error } else { nil }
            }
            let unsupported = failures.first { if case .unsupported = $0 { true } else { false } }
            if let failure = unsupported ?? failures.first { throw failure }
        }
        for (_, answer) in answers.sorted(by: { $0.key < $1.key }) {
            switch answer {
            case .success(let told): listing.transactions += told
            case .failure(let error): listing.problems.append("\(error)")
            }
        }
        listing.transactions.sort { $0.transactionalID < $1.transactionalID }
        listing.open = listing.open.claimed(by: listing.transactions)
        return listing
    }

    // MARK: Partitions

    private func openTransactions(on held: [TopicPartition]) async -> (open: [OpenTransaction], problems: [String]) {
        guard !held.isEmpty else { return ([], []) }
        let leaders: PartitionLeaders
        do throws(ClusterError) { leaders = try await self.leaders(of: held) } catch { return ([], ["\(error)"]) }
        let answers = await inParallel(Array(leaders.led.keys)) { [self] broker in
            await poll(DescribeProducersRequest(of: leaders.led[broker] ?? []), toBroker: broker)
        }
        var open: [OpenTransaction] = []
        var problems = leaders.leaderless.sorted { $0.key < $1.key }.map { "\($0.value)" }
        for (_, answer) in answers.sorted(by: { $0.key < $1.key }) {
            switch answer {
            case .failure(let error): problems.append("\(error)")
            case .success(let answer):
                for (partition, result) in answer.producers {
                    switch result {
                    case .success(let producers): open += producers.compactMap { OpenTransaction($0, on: partition) }
                    // It moved, or is gone: the next look finds it.
                    case .failure(let code): problems.append("\(ClusterError(code, "\(partition)"))")
                    }
                }
            }
        }
        return (open.sorted { ($0.partition, $0.firstOffset) < ($1.partition, $1.firstOffset) }, problems)
    }

    // MARK: Coordinators

    /// The transactional ids that a broker coordinates.
    private func transactions(of broker: Int32) async -> Result<[TransactionDescription], ClusterError> {
        let listed: ListTransactionsResponse
        switch await poll(ListTransactionsRequest(), toBroker: broker) {
        case .failure(let error): return .failure(error)
        case .success(let answer) where answer.errorCode != .none:
            return .failure(ClusterError(answer.errorCode, "broker \(broker)"))
        case .success(let answer): listed = answer
        }
        var found = listed.transactionStates.map {
            TransactionDescription(
                transactionalID: $0.transactionalID, phase: TransactionPhase(kafka: $0.transactionState),
                producerID: $0.producerID, coordinator: broker)
        }.sorted { ($0.phase.isOpen ? 0 : 1, $0.transactionalID) < ($1.phase.isOpen ? 0 : 1, $1.transactionalID) }
        let asked = found.prefix(Self.describedTransactions).map(\.transactionalID)
        guard !asked.isEmpty else { return .success([]) }
        switch await poll(DescribeTransactionsRequest(transactionalIDs: asked), toBroker: broker) {
        case .failure(let error): return .failure(error)
        case .success(let answer):
            let states = Dictionary(answer.transactionStates.map { ($0.transactionalID, $0) }) { first, _ in first }
            for index in found.indices.prefix(asked.count) {
                // One that is gone by now was listed a moment ago.
                guard let state = states[found[index].transactionalID], state.errorCode == .none else { continue }
                found[index].phase = TransactionPhase(kafka: state.transactionState)
                found[index].producerID = state.producerID
                found[index].details = TransactionDescription.Details(state)
            }
            return .success(found)
        }
    }
}

extension TransactionDescription.Details {
    fileprivate init(_ state: DescribeTransactionsResponse.State) {
        self.init(
            producerEpoch: state.producerEpoch, timeoutMilliseconds: Int64(state.transactionTimeoutMs),
            startedAt: state.transactionStartTimeMs >= 0 ? state.transactionStartTimeMs : nil,
            partitions: state.topics.flatMap { topic in
                topic.partitions.map { TopicPartition(topic: topic.topic, partition: $0) }
            }.sorted())
    }
}
