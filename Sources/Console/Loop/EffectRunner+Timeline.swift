import Monitor

extension EffectRunner {
    /// Makes the board of an earlier moment, off the terminal's thread: a large cluster's takes a moment.
    func lookBack(from moment: Int64, by distance: Int64, ticket: Int) {
        let (timeline, mailbox, outlook) = (host.timeline, mailbox, outlook)
        Task.detached {
            let place = timeline?.step(from: moment, by: distance)
            if case .moment(let board) = place { outlook.prepare(board) }
            mailbox.post(.past(ticket: ticket, place))
        }
    }
}
