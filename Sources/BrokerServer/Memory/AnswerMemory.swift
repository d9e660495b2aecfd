import Synchronization

/// The memory of all answers that clients have asked for and not taken yet: one bound for the whole listener, however many
/// clients there are and whatever they do not read.
///
/// What makes answers large are records. A fetch takes its bytes from here before it reads, and reads fewer when little is left
/// (Kafka's clients take what comes); when next to nothing is left it waits, first come, first served. What was read counts until the
/// socket has taken it. Clients that have taken an answer before go ahead of newcomers, and a quarter is kept for them, so that
/// crowds that never read do not keep them waiting. A connection whose client takes nothing while others wait is closed by
/// ``ConnectionHandler``, so that waiting ends. Kafka itself sends records from files (`FileRecords.writeTo`) and needs no such bound.
final class AnswerMemory: Sendable {
    /// The least that a fetch reads with, in bytes: one batch of Kafka's default `max.message.bytes` (a first batch comes whole, KIP-74).
    static let least = 1 << 20

    /// The place of a fetch among those that wait.
    struct Ticket: Hashable, Sendable {
        fileprivate let isNewcomer: Bool
        fileprivate let number: UInt64
    }

    /// What a fetch gets.
    enum Grant: Equatable {
        /// Bytes to read with, at most as many as were wanted.
        case now(Int)
        /// Too little is left; it is told later.
        case later(Ticket)
    }

    private struct Waiter {
        let wanted: Int
        let resume: @Sendable (Int) -> Void
    }

    /// Those who wait, in the order in which they came.
    private struct Line {
        private(set) var waiters: [UInt64: Waiter] = [:]
        /// Every number before this one was served or has given up.
        private var earliest: UInt64 = 0
        private var next: UInt64 = 0

        mutating func append(_ waiter: Waiter) -> UInt64 {
            defer { next += 1 }
            waiters[next] = waiter
            return next
        }

        /// The one who waits longest; nil if nobody does.
        mutating func first() -> Waiter? {
            guard !waiters.isEmpty else { return nil }
            while earliest < next {
                if let waiter = waiters[earliest] { return waiter }
                earliest += 1
            }
            return nil
        }

        mutating func removeFirst() { waiters[earliest] = nil }

        mutating func remove(_ number: UInt64) -> Bool { waiters.removeValue(forKey: number) != nil }
    }

    private struct State {
        var used = 0
        var known = Line()
        var newcomers = Line()
        var stalled: Int64 = 0
        var waiting: Int { known.waiters.count + newcomers.waiters.count }
    }

    /// Bytes that answers may take together. One fetch beyond that is let in at most, for a batch larger than ``least``.
    let limit: Int
    private let state = Mutex(State())

    /// A bound of `limit` bytes; less than ``least`` could serve nobody and is taken as that.
    init(limit: Int) {
        self.limit = max(limit, Self.least)
    }

    /// Takes bytes for a fetch: at most a quarter of what is left, so that many large ones leave room for small ones.
    ///
    /// - Parameters:
    ///   - wanted: Bytes that it would read with, at least 1.
    ///   - isNewcomer: Whether the client has not taken an answer to a fetch yet.
    ///   - resume: Called once, on any thread, with what was granted, if it has to wait and does not give up.
    func take(_ wanted: Int, isNewcomer: Bool, orWait resume: @escaping @Sendable (Int) -> Void) -> Grant {
        state.withLock { state in
            let isFirst = state.known.waiters.isEmpty && (!isNewcomer || state.newcomers.waiters.isEmpty)
            if isFirst, let granted = grant(wanted, isNewcomer: isNewcomer, used: state.used) {
                state.used += granted
                return .now(granted)
            }
            let waiter = Waiter(wanted: wanted, resume: resume)
            let number = isNewcomer ? state.newcomers.append(waiter) : state.known.append(waiter)
            return .later(Ticket(isNewcomer: isNewcomer, number: number))
        }
    }

    /// Gives up waiting. False if its turn has come already: then what it was granted is its own to give back.
    func cancel(_ ticket: Ticket) -> Bool {
        let isCancelled = state.withLock { state in
            ticket.isNewcomer ? state.newcomers.remove(ticket.number) : state.known.remove(ticket.number)
        }
        // It may have been what held up those behind it.
        if isCancelled { change(by: 0) }
        return isCancelled
    }

    /// Counts bytes that are there now, or (less than 0) gives back what is gone, and serves those who wait with what is left.
    func change(by bytes: Int) {
        var served: [(Waiter, Int)] = []
        state.withLock { state in
            state.used += bytes
            while let waiter = state.known.first(),
                let granted = grant(waiter.wanted, isNewcomer: false, used: state.used)
            {
                state.used += granted
                state.known.removeFirst()
                served.append((waiter, granted))
            }
            while state.known.waiters.isEmpty, let waiter = state.newcomers.first(),
                let granted = grant(waiter.wanted, isNewcomer: true, used: state.used)
            {
                state.used += granted
                state.newcomers.removeFirst()
                served.append((waiter, granted))
            }
        }
        for (waiter, granted) in served { waiter.resume(granted) }
    }

    private func grant(_ wanted: Int, isNewcomer: Bool, used: Int) -> Int? {
        // Where the bound is so low that a quarter of it serves nobody, nothing is kept.
        let kept = isNewcomer && limit / 4 >= Self.least ? limit / 4 : 0
        let left = limit - kept - used
        guard left >= min(wanted, Self.least) else { return nil }
        return min(wanted, max(Self.least, left / 4))
    }

    /// Counts a connection that was closed because its client took nothing while others waited.
    func countStalled() {
        state.withLock { $0.stalled += 1 }
    }

    /// Whether somebody waits, or more is taken than there should be.
    var isShort: Bool {
        state.withLock { $0.waiting > 0 || $0.used > limit }
    }

    /// The figures as they stand.
    var figures: AnswerMemoryFigures {
        state.withLock { state in
            AnswerMemoryFigures(
                limit: limit, used: state.used, fetchesWaiting: state.waiting, connectionsStalled: state.stalled)
        }
    }
}

/// How much memory answers take that clients have not taken yet.
package struct AnswerMemoryFigures: Sendable, Equatable {
    /// Bytes that they may take together (`weir.answer.memory.bytes`).
    package var limit: Int
    /// Bytes that they take, those that fetches have set aside to read with included.
    package var used: Int
    /// Fetches that wait for others to be taken.
    package var fetchesWaiting: Int
    /// Connections closed since the start because their clients took nothing while others waited.
    package var connectionsStalled: Int64
}
