import Cluster
import WindowedMetrics

/// What is known of transactions, and since when.
struct KnownTransactions: Sendable {
    /// As last read; nil before the first time.
    var listing: TransactionListing?
    var readAt: Moment?
    /// Why they could not be read the last time.
    var failure: ClusterError?
}

extension Derivation {
    /// How long a transaction that no coordinator claims is open before it hangs for sure, milliseconds: the longest that any
    /// coordinator allows (`transaction.max.timeout.ms`, 15 minutes by default, as `kafka-transactions.sh find-hanging` has it) and
    /// five minutes for what is on its way.
    static let hangingMilliseconds: (longestTimeout: Int64, margin: Int64) = (900_000, 300_000)

    /// Takes in transactions; nil where they were not asked for this time.
    mutating func take(transactions result: Result<TransactionListing, ClusterError>?) {
        switch result {
        case nil: break
        case .success(let listing): transactions = KnownTransactions(listing: listing, readAt: now)
        case .failure(let error): transactions.failure = error
        }
    }

    /// The transactions as screens show them; nil before anything is known of them.
    func transactionBoard() -> TransactionBoard? {
        guard let listing = transactions.listing else {
            return transactions.failure.map { TransactionBoard(problem: "\($0)", isTold: false) }
        }
        let holders = holders(of: listing.open)
        let partitions = Dictionary(grouping: listing.open) { $0.transactionalID ?? "" }
        var rows = listing.transactions.map { figures(of: $0, partitions[$0.transactionalID] ?? [], holders) }
        let limit = hangingLimit(listing)
        let strays = Dictionary(grouping: listing.open.filter(\.isUnclaimed), by: \.producerID)
        rows += strays.map { figures(ofStray: $0, $1, holders, hangsAfter: listing.areClaimsExact ? nil : limit) }
        rows.sort { Self.place($0) < Self.place($1) }
        let problems = transactions.failure.map { ["\($0)"] } ?? listing.problems
        return TransactionBoard(
            rows: rows, problem: problems.isEmpty ? nil : problems.joined(separator: "; "),
            staleSince: transactions.failure == nil ? nil : transactions.readAt.map(now.wallMilliseconds(of:)))
    }

    private static func place(_ row: TransactionFigures) -> (Int, Int64, String) {
        let rank =
            switch row.standing {
            case .hanging: 0
            case .unclaimed: 1
            case .known(let phase): phase.isOpen ? 2 : 3
            }
        return (rank, -(row.ageMilliseconds ?? 0), row.id)
    }

    private func hangingLimit(_ listing: TransactionListing) -> Int64 {
        let told = listing.transactions.compactMap(\.details?.timeoutMilliseconds).max() ?? 0
        let (limit, overflows) = max(Self.hangingMilliseconds.longestTimeout, told)
            .addingReportingOverflow(Self.hangingMilliseconds.margin)
        return overflows ? .max : limit
    }

    // MARK: Who holds committed readers back

    /// The first open transaction of a partition, and how many records wait behind it.
    private struct Holder {
        var producerID: Int64
        var firstOffset: Int64
        /// Nil where the log's end is not known.
        var records: Int64?
    }

    private func holders(of open: [OpenTransaction]) -> [TopicPartition: Holder] {
        var holders: [TopicPartition: Holder] = [:]
        for it in open where holders[it.partition].map({ it.firstOffset < $0.firstOffset }) ?? true {
            holders[it.partition] = Holder(producerID: it.producerID, firstOffset: it.firstOffset)
        }
        for place in holders.keys {
            guard let topic = topicPlaces[place.topic], let index = topics[topic].place(of: place.partition),
                let end = topics[topic].partitions[index].description.offsets?.highWatermark,
                let first = holders[place]?.firstOffset
            else { continue }
            let (records, overflows) = end.subtractingReportingOverflow(first)
            holders[place]?.records = overflows ? nil : max(0, records)
        }
        return holders
    }

    private func partition(
        _ place: TopicPartition, _ open: OpenTransaction?, _ holders: [TopicPartition: Holder]
    ) -> TransactionFigures.Partition {
        guard let open else { return TransactionFigures.Partition(topicPartition: place) }
        let holder = holders[place].flatMap { $0.producerID == open.producerID ? $0 : nil }
        return TransactionFigures.Partition(
            topicPartition: place, firstOffset: open.firstOffset, lastTimestamp: open.lastTimestamp,
            heldBack: holder?.records)
    }

    // MARK: Rows

    private func age(since moment: Int64?) -> Int64? {
        guard let moment else { return nil }
        let (age, overflows) = now.wallMilliseconds.subtractingReportingOverflow(moment)
        return overflows ? nil : max(0, age)
    }

    private func figures(
        of it: TransactionDescription, _ open: [OpenTransaction], _ holders: [TopicPartition: Holder]
    ) -> TransactionFigures {
        var row = TransactionFigures(
            transactionalID: it.transactionalID, standing: .known(it.phase), producerID: it.producerID)
        row.coordinator = it.coordinator
        guard let details = it.details else { return row }
        row.producerEpoch = Int32(details.producerEpoch)
        row.timeoutMilliseconds = details.timeoutMilliseconds
        guard it.phase.isOpen else {
            row.partitions = []
            return row
        }
        row.startedAt = details.startedAt
        row.ageMilliseconds = age(since: details.startedAt)
        let byPlace = Dictionary(open.map { ($0.partition, $0) }) { first, _ in first }
        row.partitions = details.partitions.map { partition($0, byPlace[$0], holders) }
        return row
    }

    private func figures(
        ofStray producer: Int64, _ open: [OpenTransaction], _ holders: [TopicPartition: Holder],
        hangsAfter limit: Int64?
    ) -> TransactionFigures {
        let age = age(since: open.compactMap(\.lastTimestamp).max())
        let hangs = limit.map { age ?? 0 > $0 } ?? true
        var row = TransactionFigures(
            transactionalID: nil, standing: hangs ? .hanging : .unclaimed, producerID: producer)
        row.producerEpoch = open.map(\.producerEpoch).max()
        row.ageMilliseconds = age
        row.partitions = open.map { partition($0.partition, $0, holders) }
        return row
    }
}
