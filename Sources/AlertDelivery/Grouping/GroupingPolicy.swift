/// When a receiver is told of alerts, and which of them in one message; Alertmanager's `route`, with its defaults.
package struct GroupingPolicy: Sendable, Equatable {
    /// Which alerts share a message: those whose values of these labels are the same; nil for each alert alone (Alertmanager's `...`).
    package var groupBy: [String]? = ["alertname"]
    /// How long a new group waits for more alerts before the first message, milliseconds.
    package var groupWait: Int64 = 30_000
    /// How long after one message of a group what changed in it is told, milliseconds.
    package var groupInterval: Int64 = 300_000
    /// How long after one message of a group the same is told again while it fires, milliseconds.
    package var repeatInterval: Int64 = 14_400_000
    /// Whether the end of an alert is told.
    package var sendsResolved = true

    /// Alertmanager's defaults.
    package init() {}
}

/// The wait between tries of a message that could not be delivered.
package enum RetryBackoff {
    /// Milliseconds to wait after a try, the first being 1: 1 s, doubled each time, at most a minute.
    package static func milliseconds(afterTry number: Int) -> Int64 {
        number < 1 ? 1000 : min(1000 << Int64(min(number - 1, 6)), 60_000)
    }
}
