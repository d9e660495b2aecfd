import BrokerCore
import Cluster
import Testing

@Suite("Transactions of a cluster")
struct TransactionTests {
    private static let place = TopicPartition(topic: "t", partition: 0)

    private func record(_ text: String) -> NewRecord { NewRecord(key: nil, value: Array(text.utf8), timestamp: 1) }

    private func texts(_ records: [FetchedRecord]) -> [String] {
        records.map { String(decoding: $0.value ?? [], as: UTF8.self) }
    }

    private func offset(_ number: Int64, _ note: String) -> CommittedOffset {
        CommittedOffset(topicPartition: Self.place, offset: number, metadata: note)
    }

    @Test func recordsAndOffsetsCountTogether() async throws {
        let stage = try QueryStage()
        try await stage.topic("t")
        var writer = try await stage.cluster.openTransactions(as: "id")
        for number in 1...3 {
            try await stage.cluster.commit(
                ClusterTransaction(
                    records: [Self.place: [record("a\(number)"), record("b\(number)")]],
                    offsets: [offset(Int64(number), "note \(number)")], group: "g"), by: &writer)
        }
        #expect(texts(try await stage.read("t")) == ["a1", "b1", "a2", "b2", "a3", "b3"])
        let group = try #require(try await stage.cluster.groups(named: ["g"]).first)
        #expect(group.commits.map(\.offset) == [3])
        #expect(group.commits.map(\.metadata) == ["note 3"])
    }

    @Test func aLaterWriterShutsOutAnEarlierOne() async throws {
        let stage = try QueryStage()
        try await stage.topic("t")
        var old = try await stage.cluster.openTransactions(as: "id")
        var new = try await stage.cluster.openTransactions(as: "id")
        #expect(new.epoch > old.epoch)
        let transaction = ClusterTransaction(records: [Self.place: [record("x")]], offsets: [], group: "g")
        await #expect(throws: ClusterError.self) { try await stage.cluster.commit(transaction, by: &old) }
        try await stage.cluster.commit(transaction, by: &new)
        #expect(texts(try await stage.read("t")) == ["x"])
    }

    @Test func whatIsAbortedIsLeftOutAndWhatIsOpenIsWaitedFor() async throws {
        let stage = try QueryStage()
        try await stage.topic("t")
        let broker = try #require(stage.cluster as? EmbeddedCluster)
        // It is lost between the records and the end of the transaction: they stay open.
        let mortal: any Cluster = MortalCluster(broker, calls: 3, isLastDone: true)
        var lost = try await mortal.openTransactions(as: "id")
        await #expect(throws: ClusterError.self) {
            try await mortal.commit(
                ClusterTransaction(records: [Self.place: [record("lost")]], offsets: [offset(9, "")], group: "g"),
                by: &lost)
        }
        _ = try await stage.cluster.produce([record("after")], to: Self.place, compression: "none")
        #expect(texts(try await stage.read("t")).isEmpty)
        let all = try await stage.cluster.fetch(Self.place, from: 0, limits: FetchLimits())
        #expect(texts(all.records) == ["lost", "after"])
        // Whoever opens the id next ends what was left.
        _ = try await stage.cluster.openTransactions(as: "id")
        #expect(texts(try await stage.read("t")) == ["after"])
        #expect(try await stage.cluster.groups(named: ["g"]).first?.commits.isEmpty ?? true)
    }

    @Test func aFetchThatMayWaitIsWokenByRecords() async throws {
        let stage = try QueryStage()
        try await stage.topic("t")
        _ = try await stage.cluster.produce([record("first")], to: Self.place, compression: "none")
        let cluster = stage.cluster
        let waiting = Task {
            try await cluster.fetch(Self.place, from: 1, limits: FetchLimits(maxWaitMilliseconds: 60_000))
        }
        _ = try await cluster.produce([record("second")], to: Self.place, compression: "none")
        #expect(texts(try await waiting.value.records) == ["second"])
        let cancelled = Task {
            try await cluster.fetch(Self.place, from: 2, limits: FetchLimits(maxWaitMilliseconds: 60_000))
        }
        cancelled.cancel()
        #expect(try await cancelled.value.records.isEmpty)
    }
}
