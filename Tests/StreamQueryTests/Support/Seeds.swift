import DemoWorkload

/// The four statements operators bring along, letter for letter, and their stream: the demo runs them.
typealias Seeds = DemoStatements

extension DemoStatements {
    /// In the order in which they are brought.
    static let all = [pageViews, perMinute, sessions, funnel]
}
