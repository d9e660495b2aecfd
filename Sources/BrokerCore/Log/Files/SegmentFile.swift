/// The names of the files in a partition's directory, as Kafka names them.
///
/// ```
/// 00000000000000000048.log         records from offset 48
/// 00000000000000000048.index       offset -> position           (OffsetIndex)
/// 00000000000000000048.timeindex   timestamp -> offset          (TimeIndex)
/// 00000000000000000048.txnindex    aborted transactions         (TransactionIndex)
/// 00000000000000000048.snapshot    producers before offset 48   (ProducerSnapshot)
/// *.cleaned                        a segment being written by the cleaner: removed at open
/// *.swap                           a finished segment about to replace others: completed at open
/// *.deleted                        out of the log, removed after file.delete.delay.ms
/// *.corrupt                        a damaged segment as it was found, kept for people
/// ```
package struct SegmentFile: Equatable, Sendable {
    /// What a file holds.
    package enum Kind: String, Sendable, CaseIterable {
        case log, index, timeindex, txnindex, snapshot
    }

    /// What is appended to the name while the file is on its way in or out.
    package enum Stage: String, Sendable, CaseIterable {
        case cleaned, swap, deleted, corrupt
    }

    /// The offset in the name.
    package var baseOffset: Int64
    /// What the file holds.
    package var kind: Kind
    /// Where it is on its way; nil for a file of the log.
    package var stage: Stage?

    /// A file of a segment.
    package init(baseOffset: Int64, kind: Kind, stage: Stage? = nil) {
        self.baseOffset = baseOffset
        self.kind = kind
        self.stage = stage
    }

    /// Reads a name; nil for names of other files.
    package init?(name: String) {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, parts[0].utf8.count == 20,
            parts[0].utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
            let offset = Int64(parts[0]), let kind = Kind(rawValue: String(parts[1]))
        else { return nil }
        baseOffset = offset
        self.kind = kind
        if parts.count == 3 {
            guard let stage = Stage(rawValue: String(parts[2])) else { return nil }
            self.stage = stage
        }
    }

    /// The name in the directory.
    package var name: String {
        let digits = String(baseOffset)
        let padded = String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
        guard let stage else { return "\(padded).\(kind.rawValue)" }
        return "\(padded).\(kind.rawValue).\(stage.rawValue)"
    }
}
