package import Cluster
package import Operations

/// A look at a topic's past: which moments, how far it was read, what was found.
package struct TravelState: Equatable, Sendable {
    /// What a line typed on the page is for.
    package enum Question: Equatable, Sendable {
        /// A time to look at.
        case time
        /// An offset to look at.
        case offset
        /// The later moment to compare with.
        case later
        /// A key whose history is wanted.
        case key
    }

    /// The offset that a text for the later moment means; nil where it is no number, or one so long that it is a time.
    static func laterOffset(_ text: String) -> Int64? {
        guard text.count < 10, let offset = Int64(text.filter { $0 != "," }), offset >= 0 else { return nil }
        return offset
    }

    /// What is looked at.
    package var request: TravelRequest
    /// The scan, as the runner knows it; 0 before the first.
    package var ticket = 0
    /// How far it has come; nil before it begins.
    package var progress: ScanProgress?
    /// Keys held so far.
    package var keys = 0
    /// What was found; nil before anything was asked.
    package var report: Loaded<TravelReport>?

    /// A page that has not read yet.
    package init(topic: String) { request = TravelRequest(topic: topic) }

    /// True while it reads.
    package var isRunning: Bool {
        if case .loading = report { true } else { false }
    }
}

/// A look at all records of one key.
package struct KeyHistoryState: Equatable, Sendable {
    /// The partition that is read.
    package var place: TopicPartition
    /// The key.
    package var key: [UInt8]
    /// The scan.
    package var ticket: Int
    /// How far it has come.
    package var progress: ScanProgress?
    /// What was found.
    package var found: Loaded<KeyHistory> = .loading(nil)

    /// True while it reads.
    package var isRunning: Bool {
        if case .loading = found { true } else { false }
    }
}

/// What the pages of a topic's past want done.
package enum TravelWish: Equatable, Sendable {
    /// Read a topic up to its moments.
    case look(TravelRequest, ticket: Int)
    /// Read a partition for one key.
    case history(TopicPartition, key: [UInt8], ticket: Int)
}

/// What came of it.
package enum TravelNews: Sendable {
    case reading(ticket: Int, ScanProgress, found: Int)
    case looked(ticket: Int, Result<TravelReport, ClusterError>)
    case history(ticket: Int, Result<KeyHistory, ClusterError>)
}
