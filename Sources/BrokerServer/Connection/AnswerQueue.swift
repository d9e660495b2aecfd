import NIOCore

/// Keeps a connection's answers in the order of its requests, whichever is ready first.
///
/// Kafka's clients match answers to requests by order, so an answer that is ready early waits for those before it.
struct AnswerQueue<Answer> {
    /// The place of one request in the order.
    struct Ticket: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    private var slots: CircularBuffer<(answer: Answer?, bytes: Int)> = []
    /// The number of the first slot.
    private var first: UInt64 = 0
    /// Bytes of answers that are ready but still here.
    private(set) var readyBytes = 0

    /// Requests without an answer taken.
    var count: Int { slots.count }
    /// Whether every request has been answered and its answer taken.
    var isEmpty: Bool { slots.isEmpty }

    /// The place of the next request.
    mutating func open() -> Ticket {
        slots.append((answer: nil, bytes: 0))
        return Ticket(number: first &+ UInt64(slots.count - 1))
    }

    /// Puts the answer of a request in its place.
    ///
    /// - Parameter bytes: What it holds in memory, for ``readyBytes``.
    /// - Returns: False if the request was answered before; the second answer is dropped.
    mutating func fulfil(_ ticket: Ticket, with answer: Answer, bytes: Int) -> Bool {
        guard ticket.number >= first, ticket.number - first < UInt64(slots.count) else { return false }
        let index = slots.index(slots.startIndex, offsetBy: Int(ticket.number - first))
        guard slots[index].answer == nil else { return false }
        slots[index] = (answer: answer, bytes: bytes)
        readyBytes += bytes
        return true
    }

    /// Takes the answer of the earliest request, if it is ready.
    mutating func next() -> Answer? {
        guard let head = slots.first, let answer = head.answer else { return nil }
        slots.removeFirst()
        first &+= 1
        readyBytes -= head.bytes
        return answer
    }
}
