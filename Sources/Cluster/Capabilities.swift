/// What a peer can do beyond Kafka's protocol. A missing one shows as `—` with its reason, or as an estimate marked `≈`.
package struct Capabilities: OptionSet, Sendable {
    package let rawValue: Int

    /// Capabilities by bits.
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Segments can be listed.
    package static let segments = Capabilities(rawValue: 1 << 0)
    /// Dirty ratios are the cleaner's own.
    package static let exactCleaning = Capabilities(rawValue: 1 << 1)
    /// The peer has a cleaner that takes orders: previews are exact, runs start at once, report progress and end observably.
    package static let compaction = Capabilities(rawValue: 1 << 2)
    /// Commits carry their time.
    package static let commitTimestamps = Capabilities(rawValue: 1 << 3)
    /// Acts that change the cluster are allowed (not read-only).
    package static let write = Capabilities(rawValue: 1 << 4)
    /// Compaction can be asked for by a temporary change of topic settings; its end cannot be observed (`CompactionPreview.settings`).
    package static let compactionBySettings = Capabilities(rawValue: 1 << 5)
    /// Listeners, connections and what requests cost are told.
    package static let service = Capabilities(rawValue: 1 << 6)
}

/// What talking to a cluster has cost since the client began: totals that only grow.
package struct RequestCost: Sendable, Equatable {
    /// Requests sent.
    package var requests: Int64
    /// Bytes sent.
    package var bytesSent: Int64
    /// Bytes received.
    package var bytesReceived: Int64

    /// Totals.
    package init(requests: Int64 = 0, bytesSent: Int64 = 0, bytesReceived: Int64 = 0) {
        self.requests = requests
        self.bytesSent = bytesSent
        self.bytesReceived = bytesReceived
    }
}
