/// A topic of the demo: how it is made, and how fast it is written.
package struct DemoTopic: Sendable {
    /// The topic's name.
    package var name: String
    /// Its partitions.
    package var partitions: Int32
    /// Topic settings, Kafka's keys.
    package var settings: [(key: String, value: String)]
    /// Records a second on average, at speed 1; 0 for a topic that only a projection writes.
    package var recordsPerSecond: Double
    /// Records written with older timestamps before the console opens, so that there is something to see at once.
    package var backlog: Int
    /// The seconds of history that the backlog is spread over.
    package var backlogSeconds: Int64

    /// The demo's topics, shaped as the seed documents name them: page views and orders of a shop, accounts of a bank, sensors.
    package static let all: [DemoTopic] = [
        DemoTopic(
            name: "page-views",
            partitions: 12,
            settings: [
                ("retention.ms", "604800000"), ("cleanup.policy", "delete"), ("retention.bytes", "67108864"),
                ("segment.bytes", "4194304"),
            ],
            recordsPerSecond: 420,
            backlog: 6000,
            backlogSeconds: 30
        ),
        DemoTopic(
            name: "order-events",
            partitions: 6,
            settings: [
                ("retention.ms", "-1"), ("cleanup.policy", "compact"), ("segment.bytes", "262144"),
                ("min.cleanable.dirty.ratio", "0.6"), ("delete.retention.ms", "60000"),
            ],
            recordsPerSecond: 120,
            backlog: 9000,
            backlogSeconds: 600
        ),
        DemoTopic(
            name: "account-events",
            partitions: 3,
            settings: [("retention.ms", "-1"), ("cleanup.policy", "delete"), ("segment.bytes", "8388608")],
            recordsPerSecond: 60,
            backlog: 1500,
            backlogSeconds: 300
        ),
        DemoTopic(
            name: "account-balances",
            partitions: 3,
            settings: [("cleanup.policy", "compact"), ("segment.bytes", "131072")],
            recordsPerSecond: 0,
            backlog: 0,
            backlogSeconds: 0
        ),
        DemoTopic(
            name: "sensors",
            partitions: 4,
            settings: [("retention.bytes", "33554432"), ("segment.bytes", "2097152")],
            recordsPerSecond: 200,
            backlog: 2000,
            backlogSeconds: 10
        ),
    ]

    /// Topics of queries whose rows are long or many, with bounds that a demo's disk bears.
    static let ofQueries: [DemoTopic] = ["USER_SESSIONS", "page-view-counts", "alerts"].map { name in
        DemoTopic(
            name: name, partitions: 12,
            settings: [
                ("cleanup.policy", name == "USER_SESSIONS" ? "compact,delete" : "delete"),
                ("retention.bytes", "4194304"),
                ("segment.bytes", "1048576"),
            ],
            recordsPerSecond: 0, backlog: 0, backlogSeconds: 0)
    }

    /// The records that belong to this topic and seed, or nil for a topic that only a projection writes.
    func generator(seed: UInt64) -> (any RecordGenerator)? {
        switch name {
        case "page-views": PageViews(seed: seed ^ 1)
        case "order-events": OrderEvents(seed: seed ^ 2)
        case "account-events": AccountEvents(seed: seed ^ 3)
        case "sensors": SensorReadings(seed: seed ^ 4)
        default: nil
        }
    }
}
