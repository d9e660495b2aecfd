/// The state machine of one receiver, whichever kind it is.
enum ReceiverMachine: Sendable {
    case groups(GroupDispatch)
    case feed(AlertmanagerFeed)

    /// What is to be delivered.
    enum Job: Sendable {
        case group(GroupDispatch.Message)
        case posts([AlertmanagerFeed.Post])

        /// `2 firing, 1 resolved`.
        var counts: String {
            switch self {
            case .group(let message): message.counts
            case .posts(let posts):
                GroupDispatch.Message.counts(
                    firing: posts.count(where: \.alert.isFiring), resolved: posts.count { !$0.alert.isFiring })
            }
        }
    }

    /// What happens.
    enum Event: Sendable {
        case alerts(AlertBook)
        case tick
        case delivered
        case failed(mayRetry: Bool)
    }

    /// When time is to be told of next, wall milliseconds.
    var wakeAt: Int64? {
        switch self {
        case .groups(let dispatch): dispatch.wakeAt
        case .feed(let feed): feed.wakeAt
        }
    }

    /// Messages that wait.
    var waiting: Int {
        switch self {
        case .groups(let dispatch): dispatch.waiting
        case .feed(let feed): feed.waiting
        }
    }

    /// When what failed is tried again, wall milliseconds; nil where nothing waits for it.
    var retryAt: Int64? {
        switch self {
        case .groups(let dispatch): dispatch.retryAt
        case .feed(let feed): feed.retryAt
        }
    }

    /// What is to be kept over a restart; nil for nothing.
    var log: NotificationLog? {
        if case .groups(let dispatch) = self { dispatch.log } else { nil }
    }

    /// Moves by an event.
    ///
    /// - Returns: What is to be delivered, and whether the log has changed.
    mutating func handle(_ event: Event, at time: Int64) -> (jobs: [Job], keepsLog: Bool) {
        switch self {
        case .groups(var dispatch):
            let effects = dispatch.handle(Self.event(event), at: time)
            self = .groups(dispatch)
            let jobs = effects.compactMap { if case .send(let message) = $0 { Job.group(message) } else { nil } }
            return (jobs, effects.contains(.keepLog))
        case .feed(var feed):
            let effects = feed.handle(Self.event(event), at: time)
            self = .feed(feed)
            return (
                effects.map { effect in
                    switch effect {
                    case .send(let posts): .posts(posts)
                    }
                }, false
            )
        }
    }

    private static func event(_ event: Event) -> GroupDispatch.Event {
        switch event {
        case .alerts(let book): .alerts(book.alerts)
        case .tick: .tick
        case .delivered: .delivered
        case .failed(let mayRetry): .failed(mayRetry: mayRetry)
        }
    }

    private static func event(_ event: Event) -> AlertmanagerFeed.Event {
        switch event {
        case .alerts(let book): .alerts(book.confirmed)
        case .tick: .tick
        case .delivered: .delivered
        case .failed: .failed
        }
    }
}
