import Cluster
import ClusterRequests
import KafkaProtocol
import NIOCore
import Testing

@testable import BrokerCore
@testable import ClusterClient

@Suite("Transactions over the wire and by direct calls")
struct TransactionViewTests {
    private let out = TopicPartition(topic: "out", partition: 0)

    /// Begins a transaction, and writes a record in it where a timestamp is given.
    private func begin(_ id: String, in home: AttachedBroker, writing timestamp: Int64?) async throws
        -> InitProducerIdResponse
    {
        let given = try await home.attached.send(
            InitProducerIdRequest(transactionalID: id, transactionTimeoutMs: 60_000), to: .any)
        try #require(given.errorCode == .none)
        let added = try await home.attached.send(
            AddPartitionsToTxnRequest(
                transactionalID: id, producerID: given.producerID, producerEpoch: given.producerEpoch,
                topics: [.init(name: "out", partitions: [0])]), to: .any)
        try #require(added.results.first?.partitions.map(\.errorCode) == [.none])
        if let timestamp {
            await write(id, given.producerID, given.producerEpoch, timestamp, in: home)
        }
        return given
    }

    private func write(_ id: String?, _ producer: Int64, _ epoch: Int16, _ timestamp: Int64, in home: AttachedBroker)
        async
    {
        let error = await withCheckedContinuation { done in
            var builder = RecordBatchBuilder(
                attributes: .transactional, producerID: producer, producerEpoch: epoch, baseSequence: 0)
            builder.append(timestamp: timestamp, key: nil, value: ByteBuffer(string: "v"))
            do {
                let batch = try builder.build()
                // Without an id nobody asks the coordinator: as after the loss of its records.
                if let id {
                    home.broker.append(batch, to: out, transactionalID: id, acks: -1) {
                        done.resume(returning: $0.error)
                    }
                } else {
                    home.broker.writer.append(batch, to: out, acks: -1, origin: .client) {
                        done.resume(returning: $0.error)
                    }
                }
            } catch {
                done.resume(returning: .unknownServerError)
            }
        }
        #expect(error == .none)
    }

    @Test("both ways tell the same of ids, of what is open, of who claims it, and of a partition's producers")
    func same() async throws {
        let home = try AttachedBroker()
        try await home.embedded.createTopic(NewTopic("out", partitions: 1), validateOnly: false)
        let first = try await begin("writing", in: home, writing: 1_000)
        _ = try await begin("waiting", in: home, writing: nil)
        await write(nil, 5_000, 2, 2_000, in: home)
        var listings: [TransactionListing] = []
        for cluster in home.both { listings.append(try await cluster.transactions(holding: [out])) }
        #expect(listings.map(\.areClaimsExact) == [true, false])
        for listing in listings {
            #expect(listing.transactions.map(\.transactionalID) == ["waiting", "writing"])
            #expect(listing.transactions.map(\.phase) == [.ongoing, .ongoing])
            #expect(listing.transactions.map(\.details?.partitions) == [[out], [out]])
            #expect(listing.transactions.map(\.details?.timeoutMilliseconds) == [60_000, 60_000])
            #expect(listing.open.map(\.producerID) == [first.producerID, 5_000])
            #expect(listing.open.map(\.transactionalID) == ["writing", nil])
            #expect(listing.open.map(\.firstOffset) == [0, 1] && listing.open.map(\.lastTimestamp) == [1_000, 2_000])
            #expect(listing.problems.isEmpty)
        }
        #expect(listings[0].transactions == listings[1].transactions)
        for cluster in home.both {
            let producers = try await cluster.producers(of: out)
            #expect(producers.map(\.producerID) == [first.producerID, 5_000])
            #expect(producers.map(\.transactionStart) == [0, 1] && producers.map(\.lastSequence) == [0, 0])
            #expect(producers.map(\.producerEpoch) == [Int32(first.producerEpoch), 2])
            await #expect(throws: ClusterError.self) {
                try await cluster.producers(of: TopicPartition(topic: "nowhere", partition: 0))
            }
        }
        let ended = try await home.attached.send(
            EndTxnRequest(
                transactionalID: "writing", producerID: first.producerID, producerEpoch: first.producerEpoch,
                isCommit: false), to: .any)
        #expect(ended.errorCode == .none)
        for cluster in home.both {
            let listing = try await cluster.transactions(holding: [out])
            #expect(listing.transactions.last?.phase == .completeAbort)
            #expect(listing.open.map(\.producerID) == [5_000])
        }
        await home.stop()
    }

    @Test("a partition that is gone is a problem of its own; the ids are told all the same")
    func gone() async throws {
        let home = try AttachedBroker()
        try await home.embedded.createTopic(NewTopic("out", partitions: 1), validateOnly: false)
        _ = try await begin("tx", in: home, writing: 1_000)
        let listing = try await home.attached.transactions(holding: [
            out, TopicPartition(topic: "nowhere", partition: 0),
        ])
        #expect(listing.transactions.map(\.transactionalID) == ["tx"])
        #expect(listing.open.map(\.transactionalID) == ["tx"])
        #expect(listing.problems.count == 1 && listing.problems.first?.contains("nowhere-0") == true)
        await home.stop()
    }
}
