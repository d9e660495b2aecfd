package import AlertRules
import Dispatch
package import Logging
import Synchronization

/// Tells receivers of alerts: keeps the state machines, carries out what they want, and says how it goes.
///
/// ```swift
/// let delivery = AlertDelivery(to: receivers, memory: DeliveryMemory(in: folder), logger: logger)
/// delivery.take(firing)          // at each evaluation of the rules: all that fires
/// await delivery.stop()
/// ```
package final class AlertDelivery: Sendable {
    private struct Slot {
        let receiver: Receiver
        var machine: ReceiverMachine
        var status: ReceiverStatus
        var sending: Task<Void, Never>?
    }

    private struct State {
        var slots: [Slot]
        var book: AlertBook
        var timer: (at: Int64, task: Task<Void, Never>)?
        var isStopped = false
        var isSaveDue = false
        var problem: String?
        /// The board as it was shown last.
        var shown: DeliveryBoard?

        /// How all receivers fare.
        var board: DeliveryBoard {
            DeliveryBoard(
                receivers: slots.map { slot in
                    var status = slot.status
                    status.waiting = slot.machine.waiting
                    status.retryAt = slot.machine.retryAt
                    return status
                }, dropped: book.dropped, problem: problem)
        }

        /// What a later run must know.
        var kept: DeliveryMemory.Kept {
            let logs = slots.compactMap { slot in slot.machine.log.map { (slot.receiver.name, $0) } }
            return DeliveryMemory.Kept(
                firing: book.firing, receivers: Dictionary(logs) { first, _ in first })
        }
    }

    private let state: Mutex<State>
    private let labels: [LabelSet.Label]
    private let memory: DeliveryMemory?
    private let courier: Courier
    private let logger: Logger
    private let now: @Sendable () -> Int64
    private let onChange: @Sendable (DeliveryBoard) -> Void
    /// Writes the file, so that nobody who evaluates rules waits for a disk.
    private let writer = DispatchQueue(label: "weir.notifications")

    /// Milliseconds that messages under way get when the program ends.
    private static let farewell: Int64 = 3000

    /// A delivery that has told nothing in this run.
    ///
    /// - Parameters:
    ///   - receivers: Who is told; their names differ.
    ///   - labels: Labels that each alert gets unless it has them: which installation it is of.
    ///   - memory: Where is kept what was told; nil for nowhere.
    ///   - now: Wall milliseconds.
    ///   - onTerminal: Shows a note on the terminal, from any thread; it must soon return.
    ///   - onChange: Takes the board whenever it has changed, one call after the other, from any thread; it must soon return and not ask back.
    package init(
        to receivers: [Receiver], labels: [String: String] = [:], memory: DeliveryMemory?, logger: Logger,
        now: @escaping @Sendable () -> Int64, onTerminal: @escaping @Sendable (TerminalNote) -> Void = { _ in },
        onChange: @escaping @Sendable (DeliveryBoard) -> Void = { _ in }
    ) {
        var kept = DeliveryMemory.Kept()
        var problem: String?
        do {
            kept = try memory?.load() ?? kept
        } catch {
            problem = "\(error)"
            logger.warning("alerts that were told may be told again: \(error)")
        }
        self.labels = LabelSet(labels).labels
        self.memory = memory
        self.logger = logger
        self.now = now
        self.onChange = onChange
        courier = Courier(onTerminal: onTerminal)
        let slots = receivers.map { receiver in
            Slot(receiver: receiver, machine: Self.machine(of: receiver, kept), status: ReceiverStatus(receiver))
        }
        state = Mutex(State(slots: slots, book: AlertBook(kept: kept.firing), problem: problem))
        state.withLock { show(&$0) }
    }

    private static func machine(of receiver: Receiver, _ kept: DeliveryMemory.Kept) -> ReceiverMachine {
        if case .alertmanager = receiver.way { return .feed(AlertmanagerFeed()) }
        let log = kept.receivers[receiver.name] ?? NotificationLog()
        return .groups(GroupDispatch(policy: receiver.policy, log: log))
    }

    /// How all receivers fare.
    package var board: DeliveryBoard { state.withLock { $0.board } }

    /// Gives the board to whoever shows it, where it has changed. Under the lock, so that boards come in their order.
    private func show(_ state: inout State) {
        let board = state.board
        guard board != state.shown else { return }
        state.shown = board
        onChange(board)
    }

    /// Takes all alerts that fire now; those that are no longer among them have ended.
    package func take(_ firing: [DeliverableAlert]) {
        let time = now()
        let labelled = firing.map { alert in
            var alert = alert
            alert.labels = alert.labels.setting(labels.filter { alert.labels[$0.name] == nil })
            return alert
        }
        state.withLock { state in
            guard !state.isStopped else { return }
            let leftOut = state.book.leftOutNow
            state.book.take(labelled, at: time)
            if leftOut == 0, state.book.leftOutNow > 0 {
                logger.warning("too many alerts fire: receivers are not told of \(state.book.leftOutNow), the oldest")
            }
            for place in state.slots.indices { move(place, by: .alerts(state.book), at: time, &state) }
            arm(&state)
            show(&state)
        }
    }

    /// Gives messages under way a short time, keeps what was told, and tells nobody any more.
    package func stop() async {
        let sending = state.withLock { state in
            state.isStopped = true
            state.timer?.task.cancel()
            state.timer = nil
            return state.slots.compactMap(\.sending)
        }
        let courier = courier
        let limit = Task {
            // The time is what is given: a receiver that does not answer must not hold up the end. Cancelled when all is delivered.
            try? await Task.sleep(for: .milliseconds(Self.farewell))
            courier.isStopping.set()
            for task in sending { task.cancel() }
        }
        for task in sending { await task.value }
        limit.cancel()
        let kept = state.withLock { $0.kept }
        await withCheckedContinuation { done in
            writer.async { [self] in
                save(kept)
                done.resume()
            }
        }
    }

    // MARK: Moving

    /// Moves a receiver's machine and carries out what it wants.
    private func move(_ place: Int, by event: ReceiverMachine.Event, at time: Int64, _ state: inout State) {
        let (jobs, keepsLog) = state.slots[place].machine.handle(event, at: time)
        for job in jobs {
            let receiver = state.slots[place].receiver
            state.slots[place].sending = Task { [self] in
                let failure = await courier.deliver(job, to: receiver)
                finish(place, job, failure)
            }
        }
        guard keepsLog, !state.isSaveDue else { return }
        state.isSaveDue = true
        writer.async { [self] in
            save(
                self.state.withLock { state in
                    state.isSaveDue = false
                    return state.kept
                })
        }
    }

    /// Notes how a delivery went.
    private func finish(_ place: Int, _ job: ReceiverMachine.Job, _ failure: DeliveryFailure?) {
        let time = now()
        state.withLock { state in
            note(place, job, failure, at: time, &state)
            // What was delivered counts as told, also while the program ends; nothing more is begun then.
            let event: ReceiverMachine.Event = failure.map { .failed(mayRetry: $0.mayRetry) } ?? .delivered
            if state.isStopped {
                _ = state.slots[place].machine.handle(event, at: time)
                return
            }
            move(place, by: event, at: time, &state)
            arm(&state)
            show(&state)
        }
    }

    /// Notes it in the receiver's status, and in the log where it fares otherwise than before.
    private func note(
        _ place: Int, _ job: ReceiverMachine.Job, _ failure: DeliveryFailure?, at time: Int64, _ state: inout State
    ) {
        var status = state.slots[place].status
        if let failure {
            status.failures += 1
            status.failedAt = time
            status.failure = failure.description
            if !status.isFailing { logger.warning("alerts to \(status.name): \(failure)") }
        } else {
            status.delivered += 1
            status.deliveredAt = time
            status.said = job.counts
            if status.isFailing { logger.notice("alerts to \(status.name) are delivered again") }
        }
        status.isFailing = failure != nil
        state.slots[place].status = status
    }

    // MARK: Time

    /// Sees to it that time is told of when a machine wants it.
    private func arm(_ state: inout State) {
        guard !state.isStopped, let at = state.slots.compactMap(\.machine.wakeAt).min() else { return }
        if let timer = state.timer {
            guard at != timer.at else { return }
            timer.task.cancel()
        }
        let wait = max(at &- now(), 0)
        state.timer = (
            at,
            Task { [weak self] in
                // A machine's wait for its next look or try; cancelled where another moment comes first.
                do { try await Task.sleep(for: .milliseconds(wait)) } catch { return }
                self?.tick(at)
            }
        )
    }

    private func tick(_ planned: Int64) {
        // The machines may look at the wall clock a moment before what they waited for.
        let time = max(now(), planned)
        state.withLock { state in
            state.timer = nil
            guard !state.isStopped else { return }
            for place in state.slots.indices { move(place, by: .tick, at: time, &state) }
            arm(&state)
            show(&state)
        }
    }

    // MARK: Memory

    private func save(_ kept: DeliveryMemory.Kept) {
        guard let memory else { return }
        do {
            try memory.save(kept)
            state.withLock { state in
                state.problem = nil
                show(&state)
            }
        } catch {
            let isNew = state.withLock { state in
                let isNew = state.problem == nil
                state.problem = "\(error)"
                show(&state)
                return isNew
            }
            if isNew { logger.warning("what alerts were told is not kept: \(error)") }
        }
    }
}
