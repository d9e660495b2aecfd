import AlertDelivery
import AlertRules
import Console
import Foundation
import Logging
import Monitor
import Synchronization

/// Tells the receivers of the configuration of the alerts that a monitor sees.
final class Notifications: Sendable {
    /// Calls for whoever sits at the terminal.
    let attention: AsyncStream<Attention>
    /// How the receivers fare: the newest board, whenever it has changed.
    let boards: AsyncStream<DeliveryBoard>

    private let delivery: AlertDelivery
    private let monitor: Monitor
    private let marks: Mutex<AlertMarks>
    private let calls: AsyncStream<Attention>.Continuation
    private let shown: AsyncStream<DeliveryBoard>.Continuation
    private let subscription = Mutex<Monitor.Subscription?>(nil)

    /// Begins to tell; nil where nobody is to be told.
    ///
    /// - Parameters:
    ///   - entries: Who is told.
    ///   - cluster: What `cluster` says in alerts that have no such label, and the configuration says nothing.
    ///   - memory: Where is kept what was told.
    ///   - marks: The operator's marks: what is acknowledged or silenced is not told.
    static func start(
        _ entries: NotifyEntries, of monitor: Monitor, cluster: String, memory: DeliveryMemory, marks: AlertMarks,
        logger: Logger
    ) -> Notifications? {
        guard !entries.receivers.isEmpty else { return nil }
        let notifications = Notifications(
            entries, of: monitor, cluster: cluster, memory: memory, marks: marks, logger: logger)
        notifications.subscription.withLock {
            $0 = monitor.subscribe { [weak notifications] in notifications?.look() }
        }
        return notifications
    }

    private init(
        _ entries: NotifyEntries, of monitor: Monitor, cluster: String, memory: DeliveryMemory, marks: AlertMarks,
        logger: Logger
    ) {
        self.monitor = monitor
        self.marks = Mutex(marks)
        // Nobody wants to hear the bell of an hour ago.
        let (attention, calls) = AsyncStream.makeStream(of: Attention.self, bufferingPolicy: .bufferingNewest(4))
        self.attention = attention
        self.calls = calls
        let (boards, shown) = AsyncStream.makeStream(of: DeliveryBoard.self, bufferingPolicy: .bufferingNewest(1))
        self.boards = boards
        self.shown = shown
        delivery = AlertDelivery(
            to: entries.receivers, labels: entries.labels.merging(["cluster": cluster]) { own, _ in own },
            memory: memory, logger: logger, now: { Int64(Date().timeIntervalSince1970 * 1000) },
            onTerminal: { note in
                calls.yield(
                    Attention(rings: note.signal.rings, message: note.signal.showsMessage ? note.text : nil))
            }, onChange: { shown.yield($0) })
    }

    /// Counts these marks from now on.
    func use(_ marks: AlertMarks) { self.marks.withLock { $0 = marks } }

    /// Looks at the newest snapshot.
    private func look() {
        let snapshot = monitor.snapshot
        guard snapshot.sequence > 0 else { return }
        let marks = marks.withLock { $0 }
        delivery.take(Self.firing(on: snapshot.alerts, marks, at: snapshot.takenAt))
    }

    /// The alerts of a board that fire.
    static func firing(on board: AlertBoard, _ marks: AlertMarks, at now: Int64) -> [DeliverableAlert] {
        board.instances.compactMap { instance in
            guard case .firing(let since) = instance.state else { return nil }
            var labels = instance.labels
            labels["alertname"] = instance.rule
            let mute = marks.mute(on: instance)
            return DeliverableAlert(
                labels: LabelSet(labels), annotations: instance.annotations, startsAt: since,
                isHeld: marks.isAcknowledged(instance) || mute.map { $0.until.map { $0 > now } ?? true } == true)
        }
    }

    /// Tells nobody any more, after what is under way. Waits until all has ended.
    func stop() {
        let former = subscription.withLock { subscription in
            defer { subscription = nil }
            return subscription
        }
        if let former { monitor.unsubscribe(former) }
        calls.finish()
        shown.finish()
        let delivery = delivery
        waitingFor { await delivery.stop() }
    }
}
