import BrokerCore
import BrokerServer
import Cluster
import ClusterClient
import ClusterRequests
import Foundation
import KafkaProtocol
import Logging
import NIOCore
import Testing

@Suite("Transactions that a client writes over the wire")
struct TransactionalWritingTests {
    private static let place = TopicPartition(topic: "out", partition: 0)
    private static let source = TopicPartition(topic: "in", partition: 0)
    private static let group = "query"

    private func records(_ texts: String...) -> [TopicPartition: [NewRecord]] {
        [Self.place: texts.map { NewRecord(key: nil, value: Array($0.utf8), timestamp: 1) }]
    }

    private func offsets(_ offset: Int64, _ note: String) -> [CommittedOffset] {
        [CommittedOffset(topicPartition: Self.source, offset: offset, metadata: note)]
    }

    private func transaction(_ records: [TopicPartition: [NewRecord]], _ offset: Int64) -> ClusterTransaction {
        ClusterTransaction(records: records, offsets: offsets(offset, "note \(offset)"), group: Self.group)
    }

    private func texts(_ cluster: any Cluster, isCommitted: Bool = true) async throws -> [String] {
        var (texts, next) = ([String](), Int64(0))
        while true {
            let found = try await cluster.fetch(
                Self.place, from: next, limits: FetchLimits(isReadCommitted: isCommitted))
            texts += found.records.map { String(decoding: $0.value ?? [], as: UTF8.self) }
            guard found.nextOffset > next else { return texts }
            next = found.nextOffset
        }
    }

    /// Whether a committed reader comes to see just these texts: an outcome is durable before it is carried out, which takes a moment.
    private func shows(_ wanted: [String], _ cluster: any Cluster) async throws -> Bool {
        try await eventually { try await texts(cluster) == wanted }
    }

    private func commits(_ cluster: any Cluster) async throws -> [String] {
        try await cluster.groups(named: [Self.group]).flatMap(\.commits).map { "\($0.offset) \($0.metadata)" }
    }

    private func stage(_ home: AttachedBroker) async throws { try await makeTopics(home.embedded) }

    private func makeTopics(_ cluster: any Cluster) async throws {
        for topic in ["in", "out"] {
            try await cluster.createTopic(NewTopic(topic, partitions: 1), validateOnly: false)
        }
    }

    @Test("records and offsets of one transaction are seen together, by both ways of looking")
    func together() async throws {
        let home = try AttachedBroker()
        try await stage(home)
        var writer = try await home.attached.openTransactions(as: "id")
        for number in 1...3 {
            try await home.attached.commit(
                transaction(records("a\(number)", "b\(number)"), Int64(number)), by: &writer)
        }
        for cluster in home.both {
            #expect(try await shows(["a1", "b1", "a2", "b2", "a3", "b3"], cluster))
            #expect(try await commits(cluster) == ["3 note 3"])
        }
        await home.stop()
    }

    @Test("a transaction that fails in the middle is aborted: neither its records nor its offsets count")
    func aborted() async throws {
        let home = try AttachedBroker()
        try await stage(home)
        var writer = try await home.attached.openTransactions(as: "id")
        // The records are written; the offsets are refused, for no broker keeps so long a note.
        let tooLong = ClusterTransaction(
            records: records("lost"), offsets: offsets(9, String(repeating: "n", count: 5000)), group: Self.group)
        await #expect(throws: ClusterError.self) { try await home.attached.commit(tooLong, by: &writer) }
        #expect(try await texts(home.attached, isCommitted: false) == ["lost"])
        #expect(try await texts(home.attached) == [])
        #expect(try await commits(home.attached) == [])
        // Whoever opens the id again goes on.
        writer = try await home.attached.openTransactions(as: "id")
        try await home.attached.commit(transaction(records("kept"), 1), by: &writer)
        #expect(try await shows(["kept"], home.attached))
        #expect(try await commits(home.attached) == ["1 note 1"])
        await home.stop()
    }

    @Test("a second instance with the same transactional id shuts the first one out, which is told so by name")
    func fenced() async throws {
        let home = try AttachedBroker()
        try await stage(home)
        var old = try await home.attached.openTransactions(as: "id")
        try await home.attached.commit(transaction(records("first"), 1), by: &old)
        var new = try await home.attached.openTransactions(as: "id")
        #expect(new.epoch > old.epoch)
        let zombie = transaction(records("zombie"), 7)
        let error = await #expect(throws: ClusterError.self) { try await home.attached.commit(zombie, by: &old) }
        #expect("\(String(describing: error))".contains("PRODUCER_FENCED"), "\(String(describing: error))")
        try await home.attached.commit(transaction(records("second"), 2), by: &new)
        #expect(try await shows(["first", "second"], home.attached))
        #expect(try await commits(home.attached) == ["2 note 2"])
        await home.stop()
    }

    @Test(
        "what a broker that goes away leaves open is ended by whoever opens the id when it is back; what was committed stays"
    )
    func brokerGoesAway() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-between-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try ServedBroker(folder, port: 0)
        var settings = ClientSettings(bootstrap: [BrokerAddress(host: "127.0.0.1", port: first.port)])
        settings.isReadOnly = false
        let client = KafkaCluster.attach(settings)
        try await makeTopics(client)
        var writer = try await client.openTransactions(as: "id")
        try await client.commit(transaction(records("first"), 1), by: &writer)
        try await leaveOpen("half", writer, client)
        first.stop()

        let second = try ServedBroker(folder, port: first.port)
        // The client finds the broker again by itself.
        #expect(await eventually { (try? await texts(client, isCommitted: false)) == ["first", "half"] })
        writer = try await client.openTransactions(as: "id")
        try await client.commit(transaction(records("second"), 2), by: &writer)
        #expect(try await shows(["first", "second"], client))
        #expect(try await commits(client) == ["2 note 2"])
        await client.close()
        second.stop()
    }

    /// Writes a record in a transaction that is not ended.
    private func leaveOpen(_ text: String, _ writer: TransactionalWriter, _ client: KafkaCluster) async throws {
        let added = try await client.send(
            AddPartitionsToTxnRequest(
                transactionalID: writer.transactionalID, producerID: writer.producerID, producerEpoch: writer.epoch,
                topics: [.init(name: Self.place.topic, partitions: [0])]), to: .transactions(of: "id"))
        try #require(added.results.first?.partitions.map(\.errorCode) == [.none])
        var batch = RecordBatchBuilder(
            attributes: .transactional, producerID: writer.producerID, producerEpoch: writer.epoch,
            baseSequence: writer.sequences[Self.place] ?? 0)
        batch.append(timestamp: 1, key: nil, value: ByteBuffer(string: text))
        let written = try await client.send(
            ProduceRequest(
                transactionalID: writer.transactionalID, acks: -1, timeoutMs: 30_000,
                topicData: [
                    .init(name: Self.place.topic, partitionData: [.init(index: 0, records: try batch.build())])
                ]), to: .any)
        try #require(written.responses.first?.partitionResponses.map(\.errorCode) == [.none])
    }

    @Test("a read-only client opens and commits none")
    func readOnly() async throws {
        let home = try AttachedBroker(isReadOnly: true)
        await #expect(throws: ClusterError.self) { _ = try await home.attached.openTransactions(as: "id") }
        var writer = TransactionalWriter(transactionalID: "id", producerID: 1, epoch: 0)
        await #expect(throws: ClusterError.self) {
            try await home.attached.commit(transaction(records("x"), 1), by: &writer)
        }
        await home.stop()
    }
}

/// A broker of a folder with a server on a port. The folder stays when it stops.
private struct ServedBroker {
    private let broker: Broker
    private let server: BrokerServer

    init(_ folder: URL, port: Int) throws {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var settings = BrokerSettings()
        try settings.set("weir.flush.mode", to: "os")
        broker = try Broker.open(BrokerConfiguration(dataDirectory: folder.path, settings: settings), logger: quiet)
        broker.start()
        var configuration = ServerConfiguration()
        configuration.listeners = [Listener(ListenerAddress(host: "127.0.0.1", port: port))]
        configuration.drainMilliseconds = 100
        server = try BrokerServer.start(for: broker, configuration: configuration, logger: quiet)
        broker.announce(listener: "\(server.addresses[0])")
    }

    var port: Int { server.addresses[0].port }

    func stop() {
        server.stop()
        broker.close()
    }
}
