import KafkaProtocol
import NIOCore

/// Follows the transactions of a log from its beginning: which data is aborted, which markers have outlived theirs
/// (Kafka's `CleanedTransactionMetadata`).
struct CleanedTransactions {
    private struct Aborted {
        var transaction: AbortedTransaction
        var hasDataLeft = false
    }

    private var pending: [AbortedTransaction] = []
    private var next = 0
    private var ongoingAborted: [Int64: Aborted] = [:]
    private var ongoingCommitted: Set<Int64> = []
    /// Aborted transactions that still have data in the cleaned log: its new transaction index.
    private(set) var kept: [AbortedTransaction] = []

    /// Adds the aborted transactions of the next segment; one that was added before is not added again.
    mutating func add(_ transactions: [AbortedTransaction]) {
        let known = Set(pending)
        pending.append(contentsOf: transactions.filter { !known.contains($0) })
        pending[next...].sort { $0.firstOffset < $1.firstOffset }
    }

    /// Takes the transactions that are kept, for one segment's index.
    mutating func takeKept() -> [AbortedTransaction] {
        defer { kept = [] }
        return kept
    }

    /// Follows one batch.
    ///
    /// - Parameter marker: What the marker of a control batch says; nil for an empty one that was cleaned before, or an unknown type.
    /// - Returns: True when the batch may go: aborted data at once, a marker once none of its transaction's data is left.
    mutating func canDiscard(_ batch: RecordBatchHeader, marker: ControlMarker?) -> Bool {
        begin(upTo: batch.lastOffset)
        guard batch.isControl else { return canDiscardData(batch) }
        guard batch.recordCount > 0 else { return true }
        switch marker {
        case .abort:
            guard let aborted = ongoingAborted.removeValue(forKey: batch.producerID), aborted.hasDataLeft else {
                return true
            }
            kept.append(aborted.transaction)
            return false
        case .commit:
            return ongoingCommitted.remove(batch.producerID) == nil
        case nil:
            return false
        }
    }

    private mutating func canDiscardData(_ batch: RecordBatchHeader) -> Bool {
        guard batch.isTransactional else { return false }
        if ongoingAborted[batch.producerID] != nil {
            ongoingAborted[batch.producerID]?.hasDataLeft = true
            return true
        }
        ongoingCommitted.insert(batch.producerID)
        return false
    }

    private mutating func begin(upTo offset: Int64) {
        while next < pending.count, pending[next].firstOffset <= offset {
            let transaction = pending[next]
            if ongoingAborted[transaction.producerID] == nil {
                ongoingAborted[transaction.producerID] = Aborted(transaction: transaction)
            }
            next += 1
        }
    }
}

/// What a transaction marker says: the key of a control record is int16 version, int16 type (Kafka's `ControlRecordType`).
enum ControlMarker: Int16 {
    case abort = 0
    case commit = 1

    /// Reads the marker of a control batch; nil for an empty batch and for types that end no transaction.
    ///
    /// - Throws: `RecordBatchError` for damaged records.
    init?(_ batch: RecordBatch) throws(RecordBatchError) {
        var type: Int16?
        try batch.records(limit: 1 << 16).forEachOutline { outline in
            guard type == nil, let key = outline.key, key.count >= 4 else { return }
            type = Int16(bigEndian: key.loadUnaligned(fromByteOffset: 2, as: Int16.self))
        }
        guard let type, let marker = ControlMarker(rawValue: type) else { return nil }
        self = marker
    }
}
