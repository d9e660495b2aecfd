/// The cluster as a whole at one moment: who it is, how it fares, what it is doing.
package struct ClusterStatus: Sendable, Equatable {
    /// The cluster id.
    package var clusterID: String
    /// The brokers, ascending by node id.
    package var brokers: [BrokerDescription]
    /// What the embedded broker alone can tell; nil on attached clusters.
    package var embedded: EmbeddedStatus?
    /// Brokers that do not answer, with why, by node id; what they lead is stale.
    package var problems: [Int32: String]
    /// Compactions asked for on an attached cluster: active ones first, then the latest ended ones. The embedded broker's are in `embedded`.
    package var requestedCompactions: [CompactionRun]

    /// A cluster's status.
    package init(
        clusterID: String,
        brokers: [BrokerDescription],
        embedded: EmbeddedStatus? = nil,
        problems: [Int32: String] = [:],
        requestedCompactions: [CompactionRun] = []
    ) {
        self.clusterID = clusterID
        self.brokers = brokers
        self.embedded = embedded
        self.problems = problems
        self.requestedCompactions = requestedCompactions
    }

    /// Compaction runs, wherever they are.
    package var compactionRuns: [CompactionRun] { embedded?.compactionRuns ?? requestedCompactions }
}

/// One broker of the cluster.
package struct BrokerDescription: Sendable, Equatable {
    /// The node id.
    package var nodeID: Int32
    /// The advertised host.
    package var host: String
    /// The advertised port.
    package var port: Int
    /// The rack, if it has one.
    package var rack: String?
    /// True for the active controller.
    package var isController: Bool

    /// Describes a broker.
    package init(nodeID: Int32, host: String, port: Int, rack: String? = nil, isController: Bool = true) {
        self.nodeID = nodeID
        self.host = host
        self.port = port
        self.rack = rack
        self.isController = isController
    }
}

/// What the embedded broker tells of itself beyond Kafka's protocol.
package struct EmbeddedStatus: Sendable, Equatable {
    /// When the broker started, wall milliseconds.
    package var startedAt: Int64
    /// The data directory.
    package var dataDirectory: String
    /// The durability mode: `commit`, `interval` or `os`.
    package var flushMode: String
    /// Bytes free on the data directory's file system.
    package var diskFreeBytes: Int64?
    /// Bytes of that file system.
    package var diskTotalBytes: Int64?
    /// Why the log directory is offline; nil while it is well.
    package var offlineReason: String?
    /// Open client connections.
    package var connections: Int
    /// Produce requests answered since start.
    package var produceRequests: Int64
    /// Fetch requests answered since start.
    package var fetchRequests: Int64
    /// Record errors answered to producers since start (`kafka_producer_record_error_total`).
    package var recordErrors: Int64
    /// Bytes appended by clients since start.
    package var bytesIn: Int64
    /// Bytes sent to consumers since start.
    package var bytesOut: Int64
    /// Compaction runs: active ones first, then the latest ended ones, at most 64.
    package var compactionRuns: [CompactionRun]
    /// What the last start recovered, cut or quarantined, one sentence each.
    package var recoveryNotes: [String]
    /// Damaged segments that the last start set aside as `.corrupt`: records in them cannot be read.
    package var quarantinedSegments: Int
    /// Records appended by clients since start.
    package var recordsIn: Int64
    /// How logs were synced to the disk since start.
    package var flushes: FlushTotals
    /// How it serves its clients; nil where nobody listens.
    package var service: ServiceStatus?

    /// The broker's own figures.
    package init(
        startedAt: Int64,
        dataDirectory: String,
        flushMode: String,
        diskFreeBytes: Int64? = nil,
        diskTotalBytes: Int64? = nil,
        offlineReason: String? = nil,
        connections: Int = 0,
        produceRequests: Int64 = 0,
        fetchRequests: Int64 = 0,
        recordErrors: Int64 = 0,
        bytesIn: Int64 = 0,
        bytesOut: Int64 = 0,
        compactionRuns: [CompactionRun] = [],
        recoveryNotes: [String] = [],
        quarantinedSegments: Int = 0,
        recordsIn: Int64 = 0,
        flushes: FlushTotals = FlushTotals(count: 0, nanoseconds: 0),
        service: ServiceStatus? = nil
    ) {
        self.startedAt = startedAt
        self.dataDirectory = dataDirectory
        self.flushMode = flushMode
        self.diskFreeBytes = diskFreeBytes
        self.diskTotalBytes = diskTotalBytes
        self.offlineReason = offlineReason
        self.connections = connections
        self.produceRequests = produceRequests
        self.fetchRequests = fetchRequests
        self.recordErrors = recordErrors
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
        self.compactionRuns = compactionRuns
        self.recoveryNotes = recoveryNotes
        self.quarantinedSegments = quarantinedSegments
        self.recordsIn = recordsIn
        self.flushes = flushes
        self.service = service
    }
}

/// Logs that were synced to the disk; it only grows.
package struct FlushTotals: Sendable, Equatable {
    /// How often a log was synced.
    package var count: Int64
    /// The time that took in all, nanoseconds; several logs are synced at once, so it may be longer than the run.
    package var nanoseconds: Int64

    /// Totals.
    package init(count: Int64, nanoseconds: Int64) {
        self.count = count
        self.nanoseconds = nanoseconds
    }
}
