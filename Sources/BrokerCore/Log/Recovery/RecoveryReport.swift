package import Cluster

/// What opening a log found and did, for logs, screens and alerts.
package struct RecoveryReport: Sendable, Equatable {
    /// Bytes cut off the end of the log: an append that a crash left unfinished.
    package struct Cut: Sendable, Equatable {
        /// The file.
        package var file: String
        /// Where it was cut.
        package var position: Int64
        /// How many bytes went.
        package var bytes: Int64
        /// The log's end since.
        package var endOffset: Int64
    }

    /// Damage in front of good batches: the file was kept aside, the good batches stay readable.
    package struct Quarantine: Sendable, Equatable {
        /// The damaged file.
        package var file: String
        /// Where the original is now, under its `.corrupt` name.
        package var keptAs: String
        /// The first offset that cannot be read.
        package var firstLostOffset: Int64
        /// The next offset that can.
        package var nextOffset: Int64
        /// Damaged bytes.
        package var bytes: Int64
    }

    /// Offsets that the log should have and has not: a file was removed, emptied or cut.
    package struct Missing: Sendable, Equatable {
        /// The first offset that is missing.
        package var firstOffset: Int64
        /// The offset after the last one.
        package var nextOffset: Int64
    }

    /// Files that lie before the log's start, as its checkpoint has it: none of their records may be read.
    package struct SetAside: Sendable, Equatable {
        /// Where they are now, under their `.corrupt` names.
        package var keptAs: [String]
        /// The offset at which they ended.
        package var endOffset: Int64
        /// The offset at which the log begins, empty.
        package var logStartOffset: Int64
    }

    /// Whether the log had been closed in order, so that nothing was read again.
    package var wasClean = true
    /// Segments that were read and verified whole, by base offset.
    package var scannedSegments: [Int64] = []
    /// Segments whose indexes were built again, by base offset.
    package var rebuiltIndexes: [Int64] = []
    /// Ends that were cut.
    package var cuts: [Cut] = []
    /// Damage that was quarantined.
    package var quarantines: [Quarantine] = []
    /// Offsets that are missing without damage that tells why.
    package var missing: [Missing] = []
    /// Files that a log start behind the log's end left without a reader.
    package var setAside: SetAside?
    /// Segments whose replacement by the cleaner a crash had interrupted and opening completed, by base offset.
    package var completedSwaps: [Int64] = []
    /// Leftovers that were removed: unfinished cleanings, deleted segments, stray indexes and snapshots.
    package var removedFiles: [String] = []
    /// Snapshots of producers that could not be read and were removed.
    package var damagedSnapshots: [String] = []

    /// A report of nothing.
    package init() {}

    /// Whether records are gone, or cannot be read any more.
    package var hasLosses: Bool { !cuts.isEmpty || !quarantines.isEmpty || !missing.isEmpty || setAside != nil }

    /// The damage and the cuts in words, one line each, for the broker's log. Files are named with their partition.
    package func lines(of partition: TopicPartition) -> [String] {
        cuts.map {
            "\(partition)/\($0.file): cut \($0.bytes) bytes at \($0.position), the log ends at offset \($0.endOffset)"
        }
            + quarantines.map {
                "\(partition)/\($0.file): offsets \($0.firstLostOffset) to \($0.nextOffset - 1) are damaged "
                    + "(\($0.bytes) bytes); the original is kept as \($0.keptAs)"
            }
            + missing.map {
                "\(partition): offsets \($0.firstOffset) to \($0.nextOffset - 1) are missing: "
                    + "files were removed, cut or damaged since they were written, or the topic was compacted before"
            }
            + (setAside.map { [Self.line(of: $0, partition)] } ?? [])
            + completedSwaps.map {
                "\(partition): completed a compaction of segment \($0) that a crash had interrupted"
            }
            + damagedSnapshots.map { "\(partition)/\($0): damaged producer snapshot removed" }
    }

    private static func line(of aside: SetAside, _ partition: TopicPartition) -> String {
        "\(partition): \(OffsetCheckpoint.Name.logStart.rawValue) has it begin at offset \(aside.logStartOffset), and its "
            + "files end at \(aside.endOffset): they are set aside as \(aside.keptAs.joined(separator: ", ")), "
            + "and it begins empty"
    }
}
