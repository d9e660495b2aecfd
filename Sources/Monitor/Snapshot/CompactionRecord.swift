package import Cluster

/// A compaction run with what its partition was before and after it, as polls saw it.
package struct CompactionRecord: Sendable, Equatable {
    /// A partition's state at one poll.
    package struct State: Sendable, Equatable {
        /// Bytes of all its segments; nil when unknown.
        package var bytes: Int64?
        /// The cleaner's ratio, 0 to 1; nil when unknown.
        package var dirtyRatio: Double?

        /// A state.
        package init(bytes: Int64?, dirtyRatio: Double?) {
            self.bytes = bytes
            self.dirtyRatio = dirtyRatio
        }
    }

    /// The run.
    package var run: CompactionRun
    /// The partition in the last poll before the run was seen; nil where the run was there at the first poll.
    package var before: State?
    /// The partition in the first poll after the run had ended; what was written meanwhile counts in it.
    package var after: State?

    /// A run with what its partition was before and after it.
    package init(run: CompactionRun, before: State? = nil, after: State? = nil) {
        self.run = run
        self.before = before
        self.after = after
    }
}
