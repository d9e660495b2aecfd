import AlertRules
import Cluster
import Testing
import WindowedMetrics

@testable import Monitor

@Suite("Transactions as the monitor shows them")
struct TransactionBoardTests {
    private static let now = DerivationTests.moment(0).wallMilliseconds
    private static func place(_ partition: Int32) -> TopicPartition {
        TopicPartition(topic: "orders", partition: partition)
    }

    private static func known(
        _ id: String, producer: Int64, phase: TransactionPhase = .ongoing, timeout: Int64 = 60_000,
        began ago: Int64? = 10_000, _ partitions: [Int32]
    ) -> TransactionDescription {
        TransactionDescription(
            transactionalID: id, phase: phase, producerID: producer, coordinator: 1,
            details: .init(
                producerEpoch: 3, timeoutMilliseconds: timeout, startedAt: ago.map { now - $0 },
                partitions: partitions.map(place)))
    }

    private static func open(
        producer: Int64, on partition: Int32, from offset: Int64, wrote ago: Int64? = 1_000
    ) -> OpenTransaction {
        OpenTransaction(
            partition: place(partition), producerID: producer, producerEpoch: 3, firstOffset: offset,
            lastTimestamp: ago.map { now - $0 })
    }

    /// The board after one poll of two partitions that end at 1,000.
    private static func board(
        _ transactions: [TransactionDescription], _ open: [OpenTransaction], exact: Bool = false,
        problems: [String] = []
    ) -> TransactionBoard? {
        var derivation = DerivationTests.derivation()
        derivation.take(
            poll(.success(listing(transactions, open, exact: exact, problems: problems))), at: DerivationTests.moment(0)
        )
        return derivation.snapshot().transactions
    }

    private static func listing(
        _ transactions: [TransactionDescription], _ open: [OpenTransaction], exact: Bool = false,
        problems: [String] = []
    ) -> TransactionListing {
        TransactionListing(
            transactions: transactions, open: open.claimed(by: transactions), areClaimsExact: exact, problems: problems)
    }

    private static func poll(_ transactions: Result<TransactionListing, ClusterError>?) -> Poll {
        let partitions = (0..<2 as Range<Int32>).map {
            PartitionDescription(
                partition: $0, offsets: PartitionOffsets(logStart: 0, highWatermark: 1_000, lastStable: 400))
        }
        return Poll(
            groups: .success([]), topics: .success([TopicDescription(name: "orders", partitions: partitions)]),
            status: .success(ClusterStatus(clusterID: "c", brokers: [])), capabilities: [], transactions: transactions)
    }

    @Test("open ones come first, the oldest on top; ids at rest follow by name")
    func order() throws {
        let board = try #require(
            Self.board(
                [
                    Self.known("b-rest", producer: 1, phase: .completeCommit, []),
                    Self.known("young", producer: 2, began: 1_000, [0]),
                    Self.known("a-rest", producer: 3, phase: .empty, began: nil, []),
                    Self.known("old", producer: 4, phase: .prepareAbort, began: 50_000, [1]),
                ], []))
        #expect(board.rows.map(\.id) == ["old", "young", "a-rest", "b-rest"])
        #expect(board.openCount == 2 && board.hangingCount == 0)
        #expect(board.oldestMilliseconds == 50_000)
        #expect(board.rows[2].ageMilliseconds == nil, "nothing is open there")
    }

    @Test("only the first that is open on a partition holds its readers back, up to the log's end")
    func held() throws {
        let board = try #require(
            Self.board(
                [Self.known("first", producer: 1, [0, 1]), Self.known("second", producer: 2, [0])],
                [
                    Self.open(producer: 1, on: 0, from: 400), Self.open(producer: 2, on: 0, from: 700),
                    Self.open(producer: 1, on: 1, from: 990),
                ]))
        let first = try #require(board.rows.first { $0.id == "first" })
        #expect(first.partitions?.map(\.heldBack) == [600, 10])
        #expect(first.worstHeld?.topicPartition == Self.place(0))
        let second = try #require(board.rows.first { $0.id == "second" })
        #expect(second.partitions?.map(\.firstOffset) == [700] && second.worstHeld == nil)
    }

    @Test(
        "what no coordinator claims hangs once it is older than any timeout with its margin",
        arguments: [
            (1_199_000, 60_000, TransactionFigures.Standing.unclaimed), (1_201_000, 60_000, .hanging),
            (1_201_000, 1_800_000, .unclaimed), (2_101_000, 1_800_000, .hanging),
        ] as [(Int64, Int64, TransactionFigures.Standing)])
    func hanging(age: Int64, timeout: Int64, wanted: TransactionFigures.Standing) throws {
        let board = try #require(
            Self.board(
                [Self.known("tx", producer: 1, timeout: timeout, [1])],
                [Self.open(producer: 9, on: 0, from: 400, wrote: age)]))
        let stray = try #require(board.rows.first)
        #expect(stray.transactionalID == nil && stray.producerID == 9)
        #expect(stray.standing == wanted)
        #expect(stray.ageMilliseconds == age)
        #expect(stray.worstHeld?.heldBack == 600)
        #expect(board.hangingCount == (wanted == .hanging ? 1 : 0))
    }

    @Test("where partitions and coordinators are looked at as one, it hangs at once")
    func exact() {
        let stray = Self.open(producer: 9, on: 0, from: 400, wrote: nil)
        #expect(Self.board([], [stray], exact: true)?.hangingCount == 1)
        #expect(Self.board([], [stray])?.rows.map(\.standing) == [.unclaimed])
    }

    @Test("a producer's other partitions, and an id at rest, claim nothing")
    func claims() {
        let open = [Self.open(producer: 1, on: 0, from: 400), Self.open(producer: 2, on: 1, from: 500)]
        let claimed = open.claimed(by: [
            Self.known("elsewhere", producer: 1, [1]), Self.known("ended", producer: 2, phase: .completeCommit, [1]),
        ])
        #expect(claimed.map(\.isUnclaimed) == [true, true])
        var bare = Self.known("bare", producer: 1, [])
        bare.details = nil
        #expect(open.claimed(by: [bare]).map(\.isUnclaimed) == [false, true], "what is not told is no reason to cry")
    }

    @Test("after a failed look the rows stay, with their age and why; a poll that does not look changes nothing")
    func stale() throws {
        var derivation = DerivationTests.derivation()
        let listing = Self.listing([Self.known("tx", producer: 1, [0])], [])
        derivation.take(Self.poll(.success(listing)), at: DerivationTests.moment(0))
        _ = derivation.snapshot()
        derivation.take(Self.poll(nil), at: DerivationTests.moment(1))
        let between = try #require(derivation.snapshot().transactions)
        #expect(between.staleSince == nil && between.rows.first?.ageMilliseconds == 11_000)
        derivation.take(Self.poll(.failure(.unavailable("no answer"))), at: DerivationTests.moment(5))
        let stale = try #require(derivation.snapshot().transactions)
        #expect(stale.rows.map(\.id) == ["tx"])
        #expect(stale.staleSince == Self.now && stale.problem == "no answer")
        derivation.take(Self.poll(.success(listing)), at: DerivationTests.moment(6))
        #expect(derivation.snapshot().transactions?.staleSince == nil)
    }

    @Test("a peer that cannot tell has no figure, neither on screens nor for rules")
    func untold() throws {
        var derivation = DerivationTests.derivation()
        derivation.take(Self.poll(.failure(.unsupported("no ListTransactions"))), at: DerivationTests.moment(0))
        let snapshot = derivation.snapshot()
        #expect(snapshot.transactions?.isTold == false && snapshot.transactions?.problem == "no ListTransactions")
        var series = SnapshotSeries(snapshot: snapshot)
        #expect(series.read("weir_transactions_hanging") == .noSuchSeries)
    }

    @Test("rules read the transactions of any cluster, and none from old ones")
    func series() {
        var derivation = DerivationTests.derivation()
        let stray = Self.open(producer: 9, on: 0, from: 400, wrote: 9_000_000)
        derivation.take(
            Self.poll(.success(Self.listing([Self.known("tx", producer: 1, [1])], [stray]))),
            at: DerivationTests.moment(0))
        var fresh = SnapshotSeries(snapshot: derivation.snapshot())
        func value(_ reading: SeriesReading) -> Double? {
            if case .samples(let samples, _) = reading { samples.first?.value } else { nil }
        }
        #expect(value(fresh.read("weir_transactions_open")) == 2)
        #expect(value(fresh.read("weir_transactions_hanging")) == 1)
        #expect(value(fresh.read("weir_transactions_oldest_seconds")) == 9_000)
        derivation.take(Self.poll(.failure(.unavailable("no answer"))), at: DerivationTests.moment(5))
        var old = SnapshotSeries(snapshot: derivation.snapshot())
        #expect(old.read("weir_transactions_hanging") == .unavailable("no answer"))
    }
}
