import Cluster
import Foundation
import KafkaProtocol
import NIOCore
import SeededNumbers
import Synchronization

@testable import BrokerCore

/// Transactional producers that copy numbers to a topic and commit offsets with them, on a broker whose disk loses power again and
/// again; and what a reader of committed records must see.
struct TransactionRun {
    /// What happened.
    struct Totals: CustomStringConvertible {
        var begun = 0
        var committed = 0
        var aborted = 0
        var timedOut = 0
        var undecided = 0
        var undecidedCommits = 0
        var fenced = 0
        var zombieWrites = 0
        var resumed = 0
        var crashes = 0

        mutating func add(_ other: Totals) {
            begun += other.begun
            committed += other.committed
            aborted += other.aborted
            timedOut += other.timedOut
            undecided += other.undecided
            undecidedCommits += other.undecidedCommits
            fenced += other.fenced
            zombieWrites += other.zombieWrites
            resumed += other.resumed
            crashes += other.crashes
        }

        var description: String {
            "\(begun) begun, \(committed) committed, \(aborted) aborted, \(timedOut) timed out, \(undecided) undecided at a crash "
                + "(\(undecidedCommits) of them committed), \(resumed) carried out at a start, \(fenced) fenced, "
                + "\(zombieWrites) zombie writes refused, \(crashes) crashes"
        }
    }

    /// A transaction as its producer knows it.
    private struct Open {
        var number: Int64
        /// The records that were acknowledged, by partition.
        var written: [Int32: Int] = [:]
        var hasOffset = false
    }

    private struct Producer {
        var claim: ProducerClaim?
        /// An older instance that does not know it is one.
        var zombie: ProducerClaim?
        var sequences: [Int32: Int32] = [:]
        var open: Open?
    }

    private(set) var problems: [String] = []
    private(set) var totals = Totals()

    private var random: SeededGenerator
    private var disk = SimulatedDisk(directories: ["/", "/data"])
    private let clock = TestClock()
    private var producers = [Producer](repeating: Producer(), count: 3)
    private var nextNumber: Int64 = 1
    /// Transactions that are committed.
    private var committed: [Int64: Open] = [:]
    /// The transaction of each producer whose commit was asked for and not answered when the power went.
    private var undecided: [Int: Open] = [:]
    /// The last offset of each group that is known to be committed.
    private var offsets = [Int64](repeating: -1, count: 3)

    private static let partitions: Int32 = 2
    private static let settings: [(key: String, value: String)] = [
        ("offsets.topic.num.partitions", "2"), ("transaction.state.log.num.partitions", "2"),
        ("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"),
    ]

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func run(rounds: Int) throws {
        for round in 0..<rounds {
            let broker = try BrokerHome(on: disk, clock: clock).open(Self.settings)
            if broker.topics.image.topic("out") == nil { broker.createTopic("out", partitions: Self.partitions) }
            try settle(broker)
            disk.plan(.powerCut, atCall: 1 + random.below(round == 0 ? 120 : 250))
            for _ in 0..<120 where !disk.isDead && problems.isEmpty { step(broker) }
            broker.abandon()
            totals.crashes += 1
            disk = disk.crashed(using: &random)
            try recover()
        }
    }

    /// Starts the broker after a crash and looks at what is there.
    private mutating func recover() throws {
        let broker = try BrokerHome(on: disk, clock: clock).open(Self.settings)
        defer { broker.abandon() }
        totals.resumed += broker.transactions.snapshot().filter { $0.stored.state.isPrepared }.count
        try settle(broker)
        decide(broker)
        check(broker, isQuiet: false)
        for index in producers.indices where random.chance(40) {
            // The client died, too.
            producers[index] = Producer(zombie: producers[index].claim)
        }
        guard random.chance(50) else { return }
        // Whoever is gone is timed out: then nothing is in the way of readers.
        clock.advance(120_000)
        let open = broker.transactions.snapshot().filter { $0.stored.state == .ongoing }
        totals.timedOut += open.count
        broker.transactions.tick()
        try settle(broker)
        for (id, _) in open { forget(producers.indices.first { "tx\($0)" == id }) }
        check(broker, isQuiet: true)
    }

    /// Learns what became of the transactions that were being committed when the power went: the log decides.
    private mutating func decide(_ broker: Broker) {
        for (index, transaction) in undecided {
            let stored = broker.transactions.snapshot().first { $0.transactionalID == "tx\(index)" }?.stored
            guard stored?.state == .completeCommit else { continue }
            committed[transaction.number] = transaction
            if transaction.hasOffset { offsets[index] = transaction.number }
            totals.undecidedCommits += 1
        }
        undecided = [:]
    }

    private mutating func forget(_ index: Int?) {
        guard let index else { return }
        producers[index] = Producer(zombie: producers[index].claim)
    }

    /// Waits until no transaction is being changed or ended, or the power is gone.
    private func settle(_ broker: Broker) throws {
        let deadline = ContinuousClock.now + .seconds(20)
        func isBusy() -> Bool {
            broker.transactions.registry.withLock { registry in
                registry.entries.values.contains { $0.machine.isPending || $0.machine.stored.state.isPrepared }
            }
        }
        while isBusy(), !disk.isDead {
            guard ContinuousClock.now < deadline else { throw Unsettled() }
            sched_yield()
        }
    }

    struct Unsettled: Error {}

    // MARK: What producers do

    private mutating func step(_ broker: Broker) {
        clock.advance(20)
        let index = random.below(producers.count)
        guard let claim = producers[index].claim else { return initialize(index, broker) }
        if let zombie = producers[index].zombie, zombie != claim, random.chance(15) { haunt(index, zombie, broker) }
        switch random.below(100) {
        case 0..<5:
            producers[index].zombie = claim
            totals.fenced += producers[index].open == nil ? 0 : 1
            initialize(index, broker)
        case 5..<8:
            clock.advance(70_000)
            let open = broker.transactions.snapshot().filter { $0.stored.state == .ongoing }
            broker.transactions.tick()
            guard (try? settle(broker)) != nil, !disk.isDead else { return }
            totals.timedOut += open.count
            for (id, _) in open { forget(producers.indices.first { "tx\($0)" == id }) }
        case 8..<60:
            write(index, claim, broker)
        case 60..<70:
            commitOffset(index, claim, broker)
        case 70..<90:
            end(index, claim, commit: true, broker)
        default:
            end(index, claim, commit: false, broker)
        }
    }

    private mutating func initialize(_ index: Int, _ broker: Broker) {
        let former = producers[index].claim ?? producers[index].zombie
        producers[index] = Producer(zombie: former)
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline, !disk.isDead {
            let answer = Answer<InitProducerIdResponse>()
            let request = InitProducerIdRequest(transactionalID: "tx\(index)", transactionTimeoutMs: 60_000)
            broker.transactions.initProducerID(request, version: 4) { answer.give($0) }
            let given = answer.wait()
            if given.errorCode == .none {
                producers[index].claim = ProducerClaim(producerID: given.producerID, epoch: given.producerEpoch)
                return
            }
            if given.errorCode != .concurrentTransactions { return }
            sched_yield()
        }
    }

    /// Writes one record of the open transaction, which is begun if there is none.
    private mutating func write(_ index: Int, _ claim: ProducerClaim, _ broker: Broker) {
        let partition = Int32(random.below(Int(Self.partitions)))
        var open = producers[index].open ?? Open(number: nextNumber)
        if producers[index].open == nil {
            nextNumber += 1
            totals.begun += 1
        }
        producers[index].open = open
        let target = TopicPartition("out", partition)
        let added = Answer<ErrorCode>()
        let request = AddPartitionsToTxnRequest(
            transactionalID: "tx\(index)", producerID: claim.producerID, producerEpoch: claim.epoch,
            topics: [.init(name: "out", partitions: [partition])])
        broker.transactions.addPartitions(request, version: 3) {
            added.give($0.results.first?.partitions.first?.errorCode ?? .unknownServerError)
        }
        guard added.wait() == .none else { return lose(index) }
        let sequence = producers[index].sequences[partition] ?? 0
        let error = append(open.number, target, "tx\(index)", claim, sequence, broker)
        guard error == .none else { return lose(index) }
        producers[index].sequences[partition] = sequence + 1
        open.written[partition, default: 0] += 1
        producers[index].open = open
    }

    private func append(
        _ number: Int64, _ target: TopicPartition, _ id: String, _ claim: ProducerClaim, _ sequence: Int32,
        _ broker: Broker
    ) -> ErrorCode {
        var builder = RecordBatchBuilder(
            attributes: .transactional, producerID: claim.producerID, producerEpoch: claim.epoch,
            baseSequence: sequence)
        builder.append(timestamp: clock.wallMilliseconds, key: nil, value: ByteBuffer(string: "\(number)"))
        guard let batch = try? builder.build() else { return .unknownServerError }
        let written = Answer<ErrorCode>()
        broker.append(batch, to: target, transactionalID: id, acks: -1) { written.give($0.error) }
        return written.wait()
    }

    /// Commits the transaction's number as the group's offset, as part of the transaction.
    private mutating func commitOffset(_ index: Int, _ claim: ProducerClaim, _ broker: Broker) {
        guard let number = producers[index].open?.number else { return }
        let added = Answer<ErrorCode>()
        let request = AddOffsetsToTxnRequest(
            transactionalID: "tx\(index)", producerID: claim.producerID, producerEpoch: claim.epoch,
            groupID: "g\(index)")
        broker.transactions.addOffsets(request, version: 3) { added.give($0.errorCode) }
        guard added.wait() == .none else { return lose(index) }
        let committed = Answer<ErrorCode>()
        let commit = TxnOffsetCommitRequest(
            transactionalID: "tx\(index)", groupID: "g\(index)", producerID: claim.producerID,
            producerEpoch: claim.epoch,
            topics: [.init(name: "out", partitions: [.init(partitionIndex: 0, committedOffset: number)])])
        broker.groups.commitTransactionalOffsets(
            commit, verification: broker.transactions.verification(of: "tx\(index)")
        ) { committed.give($0.topics.first?.partitions.first?.errorCode ?? .unknownServerError) }
        guard committed.wait() == .none else { return lose(index) }
        producers[index].open?.hasOffset = true
    }

    private mutating func end(_ index: Int, _ claim: ProducerClaim, commit: Bool, _ broker: Broker) {
        guard let open = producers[index].open, open.hasOffset || !open.written.isEmpty else { return }
        let ended = Answer<ErrorCode>()
        let request = EndTxnRequest(
            transactionalID: "tx\(index)", producerID: claim.producerID, producerEpoch: claim.epoch, isCommit: commit)
        broker.transactions.end(request, version: 3) { ended.give($0.errorCode) }
        let error = ended.wait()
        guard error == .none else {
            // An error that is no refusal leaves it open whether the outcome became durable.
            if commit, ![.producerFenced, .invalidProducerIDMapping, .invalidTxnState].contains(error) {
                undecided[index] = open
                totals.undecided += 1
            }
            return lose(index)
        }
        if commit { committed[open.number] = open }
        totals.committed += commit ? 1 : 0
        totals.aborted += commit ? 0 : 1
        if commit, open.hasOffset { offsets[index] = open.number }
        producers[index].open = nil
    }

    /// The producer met an error: it begins anew, and what it had open is aborted then.
    private mutating func lose(_ index: Int) { producers[index] = Producer(zombie: producers[index].claim) }

    /// An older instance goes on as if it were the only one: nothing it does may have an effect.
    private mutating func haunt(_ index: Int, _ zombie: ProducerClaim, _ broker: Broker) {
        let target = TopicPartition("out", Int32(random.below(Int(Self.partitions))))
        if append(-1, target, "tx\(index)", zombie, 0, broker) == .none {
            problems.append("a zombie of tx\(index) (\(zombie)) wrote to \(target)")
        }
        let ended = Answer<ErrorCode>()
        let request = EndTxnRequest(
            transactionalID: "tx\(index)", producerID: zombie.producerID, producerEpoch: zombie.epoch, isCommit: true)
        broker.transactions.end(request, version: 3) { ended.give($0.errorCode) }
        if ended.wait() == .none { problems.append("a zombie of tx\(index) (\(zombie)) committed") }
        totals.zombieWrites += 1
    }

    // MARK: What readers see

    /// - Parameter isQuiet: Whether no transaction is open: then readers must come to the end of every log.
    private mutating func check(_ broker: Broker, isQuiet: Bool) {
        let hanging = broker.openTransactions().filter(\.isUnclaimed)
        if !hanging.isEmpty { problems.append("hanging: \(hanging)") }
        var seen: [Int64: [Int32: Int]] = [:]
        for partition in 0..<Self.partitions {
            let place = TopicPartition("out", partition)
            for number in delivered(from: place, broker) { seen[number, default: [:]][partition, default: 0] += 1 }
            guard isQuiet, let offsets = broker.offsets(of: place) else { continue }
            if offsets.lastStable != offsets.highWatermark { problems.append("\(place) is not stable: \(offsets)") }
        }
        for (number, transaction) in committed {
            // What lies behind an open transaction is not seen yet.
            let isWhole = seen[number, default: [:]] == transaction.written
            let isPart = seen[number, default: [:]].allSatisfy { $0.value <= transaction.written[$0.key] ?? 0 }
            if isQuiet ? isWhole : isPart { continue }
            problems.append("transaction \(number): \(seen[number] ?? [:]), not \(transaction.written)")
        }
        for number in seen.keys where committed[number] == nil { problems.append("\(number) was not committed") }
        for index in producers.indices where offset(of: index, broker) != offsets[index] {
            problems.append("g\(index) is at \(offset(of: index, broker)), not \(offsets[index])")
        }
    }

    private func offset(of index: Int, _ broker: Broker) -> Int64 {
        let request = OffsetFetchRequest(
            groups: [.init(groupID: "g\(index)", topics: [.init(name: "out", partitionIndexes: [0])])])
        let answer = broker.groups.fetchOffsets(request, context: GroupFixture.context(8))
        return answer.groups[0].topics[0].partitions[0].committedOffset
    }

    /// The numbers that a client with `read_committed` delivers: up to the last stable offset, without the aborted transactions that
    /// the broker names.
    private mutating func delivered(from partition: TopicPartition, _ broker: Broker) -> [Int64] {
        var numbers: [Int64] = []
        var next = broker.offsets(of: partition)?.start ?? 0
        while true {
            let outcome = broker.read(
                partition, from: next, maxBytes: 200 + random.below(2_000), isolation: .readCommitted)
            guard let result = outcome.result, result.nextOffset > next else { return numbers }
            var aborting: Set<Int64> = []
            var aborted = result.abortedTransactions.sorted { $0.firstOffset < $1.firstOffset }[...]
            for batch in RecordBatches(result.records) {
                let header = batch.header
                while let first = aborted.first, first.firstOffset <= header.lastOffset {
                    aborting.insert(first.producerID)
                    aborted.removeFirst()
                }
                if header.isControl {
                    aborting.remove(header.producerID)
                    continue
                }
                guard !aborting.contains(header.producerID) else { continue }
                _ = try? batch.records(limit: 1 << 20).forEach { record in
                    numbers.append(record.value.flatMap { Int64(String(buffer: $0)) } ?? -2)
                    return true
                }
            }
            next = result.nextOffset
        }
    }
}
