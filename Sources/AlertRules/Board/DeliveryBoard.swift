/// How the receivers of alerts fare: what a screen shows of them.
package struct DeliveryBoard: Sendable, Equatable {
    /// In the order of the configuration.
    package var receivers: [ReceiverStatus]
    /// Alerts that were told to nobody so far because too many fired at once.
    package var dropped: Int64
    /// Why what was told is not kept over a restart; nil while it is.
    package var problem: String?

    /// A board.
    package init(receivers: [ReceiverStatus], dropped: Int64 = 0, problem: String? = nil) {
        self.receivers = receivers
        self.dropped = dropped
        self.problem = problem
    }

    /// Nobody is told.
    package static let empty = DeliveryBoard(receivers: [])
}

/// How one receiver fares.
package struct ReceiverStatus: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// `terminal`, `command`, `webhook` or `alertmanager`.
    package var kind: String
    /// What is at the other end, nothing secret in it.
    package var target: String
    /// When a message was delivered last in this run, wall milliseconds.
    package var deliveredAt: Int64?
    /// What that message said: `2 firing, 1 resolved`.
    package var said: String?
    /// When a try failed last in this run, wall milliseconds.
    package var failedAt: Int64?
    /// Why.
    package var failure: String?
    /// True while the last try failed.
    package var isFailing = false
    /// When a message that failed is tried again, wall milliseconds; nil where none waits for it.
    package var retryAt: Int64?
    /// Messages delivered in this run.
    package var delivered: Int64 = 0
    /// Tries that failed in this run.
    package var failures: Int64 = 0
    /// Messages that wait for their turn or for another try.
    package var waiting = 0

    /// A receiver that was told nothing yet.
    package init(name: String, kind: String, target: String) {
        self.name = name
        self.kind = kind
        self.target = target
    }
}
