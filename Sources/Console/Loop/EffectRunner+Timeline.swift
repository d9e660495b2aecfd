import Monitor
import Synchronization

extension EffectRunner {
    /// Makes the board of an earlier moment, off the terminal's thread: a large cluster's takes a moment.
    func lookBack(from moment: Int64, by distance: Int64, ticket: Int) {
        let (timeline, mailbox, outlook) = (host.timeline, mailbox, outlook)
        lookingBack.ask {
            let place = timeline?.step(from: moment, by: distance)
            if case .moment(let board) = place { outlook.prepare(board) }
            mailbox.post(.past(ticket: ticket, place))
        }
    }
}

/// Does one piece of work at a time, and of those asked for meanwhile only the last: nobody waits for the boards that were leafed past, and
/// making them all at once would take the processors from the terminal.
final class LatestOnly: Sendable {
    private struct State {
        var isBusy = false
        var next: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Has work done, soon; what was asked for before and has not begun is dropped.
    func ask(_ work: @escaping @Sendable () -> Void) {
        let starts = state.withLock { state in
            state.next = work
            defer { state.isBusy = true }
            return !state.isBusy
        }
        guard starts else { return }
        Task.detached(priority: .utility) {
            while let work = self.takeNext() { work() }
        }
    }

    private func takeNext() -> (@Sendable () -> Void)? {
        state.withLock { state in
            let next = state.next.take()
            state.isBusy = next != nil
            return next
        }
    }
}
