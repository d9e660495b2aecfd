/// How a derived figure was got. Screens mark it: nothing for exact, `≈` for estimated, `≥` for a lower bound.
package enum Quality: Sendable, Equatable {
    /// Read, or computed from what was read, at the time the snapshot names.
    case exact
    /// Interpolated or sampled.
    case estimated
    /// At least this much: something was lost, cut or not looked at.
    case lowerBound

    /// The mark that stands before the figure.
    package var mark: String {
        switch self {
        case .exact: ""
        case .estimated: "≈"
        case .lowerBound: "≥"
        }
    }
}

/// How far a group is behind in one partition or in all, in records. Zero, no commit and unknown are three different things.
package enum Lag: Sendable, Equatable {
    /// The group never committed here.
    case noCommit
    /// Could not be read; says why.
    case unknown(String)
    /// Records between the commit and the end that the group can read. 0 is caught up.
    case records(Int64, Quality)

    /// The number of records where it is known.
    package var records: Int64? {
        if case .records(let count, _) = self { count } else { nil }
    }
}

/// The age of the oldest unread record: how late the group is in time.
package enum LagAge: Sendable, Equatable {
    /// The group never committed here.
    case noCommit
    /// Could not be read; says why.
    case unknown(String)
    /// Nothing is unread.
    case caughtUp
    /// Milliseconds since the oldest unread record's timestamp.
    case milliseconds(Int64, Quality)

    /// The age in milliseconds where it is known; 0 when caught up.
    package var milliseconds: Int64? {
        switch self {
        case .caughtUp: 0
        case .milliseconds(let age, _): age
        case .noCommit, .unknown: nil
        }
    }
}

/// How long a consumer needs to reach the end of its partition, judged from recent rates.
///
/// A group is as late as its slowest partition, so combine estimates with `max()`, never with a mean.
package enum CatchUp: Equatable, Comparable, Sendable {
    /// Too little was seen to say.
    case unknown
    /// Everything is read.
    case done
    /// Lag is small and the change is below noise: it keeps pace.
    case steady
    /// The lag reaches zero after this time if both rates hold.
    case after(seconds: Double)
    /// Records arrive at least as fast as they are handled.
    case never
}

/// Samples of one quantity at even steps, oldest first; NaN where a poll failed.
package struct Series: Sendable, Equatable {
    /// The samples, oldest first.
    package var values: [Double]
    /// Milliseconds between two samples.
    package var stepMilliseconds: Int64

    /// A series of samples.
    package init(values: [Double] = [], stepMilliseconds: Int64 = 1000) {
        self.values = values
        self.stepMilliseconds = stepMilliseconds
    }
}
