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
    /// Segments whose replacement by the cleaner a crash had interrupted and opening completed, by base offset.
    package var completedSwaps: [Int64] = []
    /// Leftovers that were removed: unfinished cleanings, deleted segments, stray indexes and snapshots.
    package var removedFiles: [String] = []
    /// Snapshots of producers that could not be read and were removed.
    package var damagedSnapshots: [String] = []

    /// A report of nothing.
    package init() {}

    /// The damage and the cuts in words, one line each, for the broker's log.
    package var lines: [String] {
        cuts.map { "\($0.file): cut \($0.bytes) bytes at \($0.position), the log ends at offset \($0.endOffset)" }
            + quarantines.map {
                "\($0.file): offsets \($0.firstLostOffset) to \($0.nextOffset - 1) are damaged (\($0.bytes) bytes); "
                    + "the original is kept as \($0.keptAs)"
            } + completedSwaps.map { "segment \($0): completed a compaction that a crash had interrupted" }
            + damagedSnapshots.map { "\($0): damaged producer snapshot removed" }
    }
}
