import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import Synchronization

/// Produce: record batches are appended, each partition's on its own.
///
/// The append runs on the connection's event loop; what acks=all waits for is completed by the broker's flusher.
struct ProduceHandler: Sendable {
    /// The broker that is written to.
    let broker: Broker

    /// Appends every partition's batch and answers when all of them are done, or `timeout_ms` is over.
    ///
    /// With acks 0 nothing is answered; an error closes the connection, as Kafka does, since that is all it can say.
    func handle(_ request: ProduceRequest, _ exchange: Exchange) {
        let batch = ProduceInFlight(request: request, exchange: exchange, broker: broker)
        if let refusal = Self.refusal(of: request) { return batch.finishAll(with: refusal) }
        if batch.isEmpty { return batch.finishAll(with: .none) }
        var index = 0
        for topic in request.topicData {
            for partition in topic.partitionData {
                let slot = index
                index += 1
                guard let records = partition.records, records.readableBytes > 0 else {
                    batch.finish(slot, with: AppendOutcome(error: .invalidRecord))
                    continue
                }
                if let refusal = Self.refusal(ofMagicIn: records) {
                    batch.finish(slot, with: refusal)
                    continue
                }
                let target = TopicPartition(topic: topic.name, partition: partition.index)
                broker.append(
                    records, to: target, transactionalID: request.transactionalID, acks: request.acks
                ) { batch.finish(slot, with: $0) }
            }
        }
        if request.acks == -1 { batch.startTimeout(milliseconds: request.timeoutMs) }
    }

    /// The error of a request that is refused as a whole, in Kafka's order (`KafkaApis.handleProduceRequest`, then
    /// `ReplicaManager.appendRecords`).
    private static func refusal(of request: ProduceRequest) -> ErrorCode? {
        let isTransactional = request.topicData.contains { topic in
            topic.partitionData.contains { hasTransactionalBatch($0.records) }
        }
        // Who has no transactional id may not write in a transaction.
        if isTransactional, request.transactionalID == nil { return .transactionalIDAuthorizationFailed }
        return (-1...1).contains(request.acks) ? nil : .invalidRequiredAcks
    }

    /// A batch version that does not exist: Kafka finds it before it looks at anything else of the batch
    /// (`ByteBufferLogInputStream.nextBatch`).
    private static func refusal(ofMagicIn records: ByteBuffer) -> AppendOutcome? {
        guard let magic = magic(of: records), !(0...2).contains(magic) else { return nil }
        return AppendOutcome(error: .corruptMessage, message: "Invalid magic found in record: \(magic)")
    }

    /// The batch version: byte 16 in all of them.
    private static func magic(of records: ByteBuffer) -> Int8? {
        records.getInteger(at: records.readerIndex + 16)
    }

    /// Whether the first batch has the transactional bit: 0x10 in the attributes at byte 21 of a version 2 batch.
    private static func hasTransactionalBatch(_ records: ByteBuffer?) -> Bool {
        guard let records, magic(of: records) == 2,
            let attributes = records.getInteger(at: records.readerIndex + 21, as: Int16.self)
        else { return false }
        return attributes & 0x10 != 0
    }
}

/// A produce request whose partitions are being written.
final class ProduceInFlight: Sendable {
    private struct State {
        var outcomes: [AppendOutcome?]
        var missing: Int
        var isAnswered = false
        var timeout: Scheduled<Void>?
    }

    private let topics: [(name: String, partitions: [Int32])]
    private let acks: Int16
    private let exchange: Exchange
    private let broker: Broker
    private let state: Mutex<State>

    /// A request of which nothing is written yet.
    init(request: ProduceRequest, exchange: Exchange, broker: Broker) {
        topics = request.topicData.map { (name: $0.name, partitions: $0.partitionData.map(\.index)) }
        acks = request.acks
        self.exchange = exchange
        self.broker = broker
        let count = topics.reduce(0) { $0 + $1.partitions.count }
        state = Mutex(State(outcomes: Array(repeating: nil, count: count), missing: count))
    }

    /// Whether there is no partition to write to.
    var isEmpty: Bool { topics.allSatisfy(\.partitions.isEmpty) }

    /// Answers every partition with one error; nothing was written.
    func finishAll(with error: ErrorCode) {
        let outcomes = state.withLock { state in
            state.isAnswered = true
            return state.outcomes.map { _ in AppendOutcome(error: error) }
        }
        answer(outcomes)
    }

    /// Takes the outcome of one partition, counted over all topics; the last one sends the answer.
    func finish(_ slot: Int, with outcome: AppendOutcome) {
        let (outcomes, timeout) = state.withLock { state -> ([AppendOutcome]?, Scheduled<Void>?) in
            guard !state.isAnswered, state.outcomes[slot] == nil else { return (nil, nil) }
            state.outcomes[slot] = outcome
            state.missing -= 1
            guard state.missing == 0 else { return (nil, nil) }
            state.isAnswered = true
            defer { state.timeout = nil }
            return (state.outcomes.compactMap { $0 }, state.timeout)
        }
        timeout?.cancel()
        if let outcomes { answer(outcomes) }
    }

    /// Answers partitions that are not durable in time with REQUEST_TIMED_OUT. They may become so all the same, as with Kafka.
    func startTimeout(milliseconds: Int32) {
        let isOpen = state.withLock { !$0.isAnswered && $0.missing > 0 }
        guard isOpen else { return }
        let timeout = exchange.client.eventLoop.scheduleTask(in: .milliseconds(Int64(max(0, milliseconds)))) {
            self.expire()
        }
        let isLate = state.withLock { state in
            if !state.isAnswered { state.timeout = timeout }
            return state.isAnswered
        }
        if isLate { timeout.cancel() }
    }

    private func expire() {
        let outcomes = state.withLock { state -> [AppendOutcome]? in
            guard !state.isAnswered else { return nil }
            state.isAnswered = true
            state.timeout = nil
            return state.outcomes.map { $0 ?? AppendOutcome(error: .requestTimedOut) }
        }
        if let outcomes { answer(outcomes) }
    }

    private func answer(_ outcomes: [AppendOutcome]) {
        broker.counters.produceRequests.wrappingAdd(1, ordering: .relaxed)
        guard acks != 0 else {
            guard let failed = outcomes.first(where: { $0.error != .none }) else { return exchange.finishSilently() }
            return exchange.close(because: "a produce request with acks=0 failed with \(failed.error)")
        }
        var remaining = outcomes[...]
        let responses = topics.map { topic in
            let own = remaining.prefix(topic.partitions.count)
            remaining = remaining.dropFirst(topic.partitions.count)
            return ProduceResponse.Topic(
                name: topic.name, partitionResponses: zip(topic.partitions, own).map(Self.response))
        }
        exchange.respond(.produce(ProduceResponse(responses: responses)))
    }

    private static func response(of partition: Int32, _ outcome: AppendOutcome) -> ProduceResponse.Partition {
        ProduceResponse.Partition(
            index: partition, errorCode: outcome.error, baseOffset: outcome.baseOffset,
            logAppendTimeMs: outcome.logAppendTime, logStartOffset: outcome.logStartOffset,
            recordErrors: outcome.recordErrors.map { .init(batchIndex: $0.index, batchIndexErrorMessage: $0.message) },
            errorMessage: outcome.message)
    }
}
