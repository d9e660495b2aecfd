/// What a compaction of one partition would do, computed by reading it, changing nothing.
package struct CompactionPreview: Sendable, Equatable {
    /// Something that keeps records out of the run, with the bytes it holds back.
    package struct Hold: Sendable, Equatable {
        /// Why: the active segment, `min.compaction.lag.ms`, an open transaction, tombstones before their horizon.
        package var reason: String
        /// Bytes held back, or nil where bytes say nothing (tombstones).
        package var bytes: Int64?
        /// Records held back, or nil when unknown.
        package var records: Int64?

        /// A hold.
        package init(reason: String, bytes: Int64?, records: Int64? = nil) {
            self.reason = reason
            self.bytes = bytes
            self.records = records
        }
    }

    /// The partition.
    package var topicPartition: TopicPartition
    /// Records below the first uncleanable offset now.
    package var recordsBefore: Int64
    /// Records that would go.
    package var recordsRemoved: Int64
    /// Bytes of the segments that would be rewritten.
    package var bytesBefore: Int64
    /// Bytes that would go (exact on the embedded broker).
    package var bytesRemoved: Int64
    /// Distinct keys that keep a record.
    package var keysKept: Int64
    /// Tombstones that stay until their delete horizon.
    package var tombstonesKept: Int64
    /// What holds the rest back.
    package var holds: [Hold]
    /// The end offset when the preview was made; the run covers no more than this.
    package var endOffset: Int64
    /// How the figures were got; nil where they are the cleaner's own.
    package var estimate: String?
    /// The temporary change of topic settings that asks the cluster's own cleaner to run; empty where it takes orders directly.
    package var settings: [TemporarySetting]

    /// A preview.
    package init(
        topicPartition: TopicPartition,
        recordsBefore: Int64,
        recordsRemoved: Int64,
        bytesBefore: Int64,
        bytesRemoved: Int64,
        keysKept: Int64,
        tombstonesKept: Int64,
        holds: [Hold],
        endOffset: Int64,
        estimate: String? = nil,
        settings: [TemporarySetting] = []
    ) {
        self.topicPartition = topicPartition
        self.recordsBefore = recordsBefore
        self.recordsRemoved = recordsRemoved
        self.bytesBefore = bytesBefore
        self.bytesRemoved = bytesRemoved
        self.keysKept = keysKept
        self.tombstonesKept = tombstonesKept
        self.holds = holds
        self.endOffset = endOffset
        self.estimate = estimate
        self.settings = settings
    }
}

/// A topic setting that is changed for a while and then put back exactly as it was.
package struct TemporarySetting: Sendable, Equatable {
    /// The key.
    package var name: String
    /// The override that stands there now; nil for none, which is then restored by deleting the override.
    package var original: String?
    /// The value meanwhile.
    package var temporary: String

    /// A change for a while.
    package init(name: String, original: String?, temporary: String) {
        self.name = name
        self.original = original
        self.temporary = temporary
    }
}

/// A compaction run of one partition, waiting, running or done.
package struct CompactionRun: Sendable, Equatable {
    /// Where a run stands.
    package enum Phase: Sendable, Equatable {
        /// Waiting for the cleaner.
        case queued
        /// Reading keys into the offset map.
        case indexing
        /// Copying what stays.
        case copying
        /// The topic's settings are changed for a while; whether and when the cluster's cleaner runs cannot be observed.
        case asked
        /// The temporary settings are being taken back.
        case restoring
        /// The temporary settings are taken back; nothing is said of what the cleaner did meanwhile.
        case restored
        /// Done.
        case finished
        /// Stopped by the user; the log is as a shorter run left it.
        case stopped
        /// Failed; the log is unchanged.
        case failed(String)
    }

    /// The partition.
    package var topicPartition: TopicPartition
    /// Where the run stands.
    package var phase: Phase
    /// True when a user asked for it, false for the background cleaner.
    package var isOnDemand: Bool
    /// Bytes read in this run so far (both passes).
    package var bytesDone: Int64
    /// Bytes to read in all (both passes).
    package var bytesTotal: Int64
    /// Records dropped so far.
    package var recordsRemoved: Int64
    /// Bytes freed so far.
    package var bytesRemoved: Int64
    /// When it started, wall milliseconds.
    package var startedAt: Int64
    /// When it ended, wall milliseconds; nil while it runs.
    package var endedAt: Int64?

    /// A run.
    package init(
        topicPartition: TopicPartition,
        phase: Phase,
        isOnDemand: Bool,
        bytesDone: Int64 = 0,
        bytesTotal: Int64 = 0,
        recordsRemoved: Int64 = 0,
        bytesRemoved: Int64 = 0,
        startedAt: Int64,
        endedAt: Int64? = nil
    ) {
        self.topicPartition = topicPartition
        self.phase = phase
        self.isOnDemand = isOnDemand
        self.bytesDone = bytesDone
        self.bytesTotal = bytesTotal
        self.recordsRemoved = recordsRemoved
        self.bytesRemoved = bytesRemoved
        self.startedAt = startedAt
        self.endedAt = endedAt
    }

    /// True until the run has ended one way or another.
    package var isActive: Bool {
        switch phase {
        case .queued, .indexing, .copying, .asked, .restoring: true
        case .finished, .stopped, .restored, .failed: false
        }
    }
}
