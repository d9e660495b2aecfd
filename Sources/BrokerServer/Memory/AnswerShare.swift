import Synchronization

/// One connection's part of ``AnswerMemory``: what its client has not taken, and how much it may ask for at once.
///
/// A client begins with one batch and may ask for twice as much whenever it took what it was given (as TCP starts slowly): who never reads
/// holds no more than the first answer.
final class AnswerShare: Sendable {
    private struct State {
        var untaken = 0
        var allowance = AnswerMemory.least
        var isNewcomer = true
    }

    /// What it is a part of.
    let memory: AnswerMemory
    private let largest: Int
    private let state = Mutex(State())

    /// The share of a new connection, which may grow to fetches of `largest` bytes.
    init(of memory: AnswerMemory, largest: Int) {
        self.memory = memory
        self.largest = max(largest, AnswerMemory.least)
    }

    /// Takes bytes for a fetch that could do with `wanted`, or waits for them: see ``AnswerMemory/take(_:isNewcomer:orWait:)``.
    func take(_ wanted: Int, orWait resume: @escaping @Sendable (Int) -> Void) -> AnswerMemory.Grant {
        let (allowance, isNewcomer) = state.withLock { ($0.allowance, $0.isNewcomer) }
        return memory.take(max(1, min(wanted, allowance)), isNewcomer: isNewcomer, orWait: resume)
    }

    /// Tells how many bytes of answers the client has not taken now.
    func setUntaken(_ bytes: Int) {
        let before = state.withLock { state in
            defer { state.untaken = bytes }
            return state.untaken
        }
        if before != bytes { memory.change(by: bytes - before) }
    }

    /// The client took the whole answer to a fetch: the next one may be larger.
    func grow() {
        state.withLock { state in
            state.allowance = min(state.allowance * 2, largest)
            state.isNewcomer = false
        }
    }
}
