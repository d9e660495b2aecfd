/// A topic to be created.
package struct NewTopic: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// The number of partitions; nil for the broker's `num.partitions`.
    package var partitions: Int32?
    /// Copies of each partition; nil for the broker's `default.replication.factor`.
    package var replicationFactor: Int16?
    /// The replicas of each partition by node id, which then decide the two numbers above; empty lets the cluster choose.
    package var assignments: [[Int32]]
    /// Settings that differ from the defaults, by key.
    package var settings: [(name: String, value: String)]

    /// A topic to be created.
    package init(
        _ name: String,
        partitions: Int32? = nil,
        replicationFactor: Int16? = nil,
        assignments: [[Int32]] = [],
        settings: [(name: String, value: String)] = []
    ) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.assignments = assignments
        self.settings = settings
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.name == right.name && left.partitions == right.partitions
            && left.replicationFactor == right.replicationFactor && left.assignments == right.assignments
            && left.settings.elementsEqual(right.settings, by: ==)
    }
}
