package import NIOCore

/// Which leader epoch began at which offset: the `leader-epoch-checkpoint` file, in Kafka's text format
/// (see ``CheckpointText``), `epoch startOffset` a line.
package struct LeaderEpochs: Sendable, Equatable {
    /// The file's name.
    package static let fileName = "leader-epoch-checkpoint"

    /// An epoch and the offset of its first record.
    package struct Entry: Sendable, Equatable {
        /// The leader epoch.
        package var epoch: Int32
        /// The first offset written in it.
        package var startOffset: Int64

        /// An entry.
        package init(epoch: Int32, startOffset: Int64) {
            self.epoch = epoch
            self.startOffset = startOffset
        }
    }

    /// The entries, ascending in both.
    package private(set) var entries: [Entry] = []

    /// No epochs.
    package init() {}

    /// Reads a file's bytes; `path` is for the error.
    package init(reading bytes: ByteBuffer, path: String) throws(LogError) {
        for words in try CheckpointText(reading: bytes, path: path, words: 2).lines {
            guard let epoch = Int32(words[0]), epoch >= 0, let offset = Int64(words[1]), offset >= 0 else {
                throw LogError.corruptFile(path, "\"\(words.joined(separator: " "))\" is no epoch and offset")
            }
            _ = assign(epoch: epoch, startOffset: offset)
        }
    }

    /// The newest epoch, or -1.
    package var latest: Int32 { entries.last?.epoch ?? -1 }

    /// Notes that an epoch begins at an offset, unless it is known or older than the newest.
    ///
    /// - Returns: Whether anything changed.
    package mutating func assign(epoch: Int32, startOffset: Int64) -> Bool {
        guard epoch > latest else { return false }
        // An epoch in which nothing was written gives way (Kafka's LeaderEpochFileCache).
        entries.removeAll { $0.startOffset >= startOffset }
        entries.append(Entry(epoch: epoch, startOffset: startOffset))
        return true
    }

    /// Forgets what begins at or behind a new log end; the epoch of an empty log stays.
    package mutating func truncate(toEnd endOffset: Int64) -> Bool {
        let before = entries.count
        while entries.count > 1, let last = entries.last, last.startOffset >= endOffset, last.startOffset > 0 {
            entries.removeLast()
        }
        return entries.count != before
    }

    /// Forgets what ends at or before a new log start: the epoch there begins at the log start.
    package mutating func truncate(toStart startOffset: Int64) -> Bool {
        guard let index = entries.lastIndex(where: { $0.startOffset <= startOffset }) else { return false }
        guard index > 0 || entries[0].startOffset < startOffset else { return false }
        entries.removeFirst(index)
        entries[0].startOffset = max(entries[0].startOffset, startOffset)
        return true
    }

    /// The end offset of an epoch, as OffsetForLeaderEpoch answers it: that of the largest epoch not above the wanted.
    package func endOffset(of epoch: Int32, logEndOffset: Int64) -> (epoch: Int32, endOffset: Int64) {
        guard epoch >= 0, let first = entries.first else { return (-1, -1) }
        if epoch == latest { return (epoch, logEndOffset) }
        if epoch > latest { return (-1, -1) }
        guard epoch >= first.epoch else { return (epoch, first.startOffset) }
        guard let next = entries.firstIndex(where: { $0.epoch > epoch }), next > 0 else { return (-1, -1) }
        return (entries[next - 1].epoch, entries[next].startOffset)
    }

    /// The file's bytes.
    package var bytes: ByteBuffer {
        CheckpointText(lines: entries.map { ["\($0.epoch)", "\($0.startOffset)"] }).bytes
    }
}
