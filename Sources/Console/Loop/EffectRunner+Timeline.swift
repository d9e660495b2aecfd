import Monitor

extension EffectRunner {
    /// Makes the board of an earlier moment, off the terminal's thread: a large cluster's takes a moment.
    func lookBack(from moment: Int64, by distance: Int64, ticket: Int) {
        let (timeline, mailbox) = (host.timeline, mailbox)
        Task.detached { mailbox.post(.past(ticket: ticket, timeline?.step(from: moment, by: distance))) }
    }
}
