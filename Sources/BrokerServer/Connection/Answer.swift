import NIOCore

/// How a request ends for its connection.
enum Answer: Sendable {
    /// A whole answer frame, its length included, in pieces to be sent one after the other.
    case frame([ByteBuffer], of: AnsweredRequest? = nil)
    /// Nothing is sent: a produce request with acks 0 that went well.
    case nothing(of: AnsweredRequest? = nil)
    /// A whole answer frame, after which the connection is closed: a login that failed.
    case last([ByteBuffer], reason: String, of: AnsweredRequest? = nil)
    /// The connection is closed once the answers before it are out, as Kafka does with what it cannot serve.
    case close(reason: String, of: AnsweredRequest? = nil)

    /// What is answered; nil for what was no request (a bare SASL token, a frame that could not be read).
    var request: AnsweredRequest? {
        switch self {
        case .frame(_, let request), .nothing(let request), .last(_, _, let request), .close(_, let request): request
        }
    }

    /// Bytes that would be sent.
    var bytes: Int {
        switch self {
        case .frame(let pieces, _), .last(let pieces, _, _): pieces.reduce(0) { $0 + $1.readableBytes }
        case .nothing, .close: 0
        }
    }
}

/// A request as its answer remembers it.
struct AnsweredRequest: Sendable, Equatable {
    /// The API's key.
    let key: Int16
    /// Whether the answer carries an error code, or the connection is closed instead.
    let hasError: Bool
}

/// A request that waits for something, such as a fetch for records.
protocol WaitingRequest: AnyObject {
    /// Answers with what is there: the server is stopping.
    func finishEarly()
    /// Lets go of everything: nobody is there to take the answer.
    func cancel()
}

/// What a connection is and where its requests go.
protocol FrameHandling: Sendable {
    /// Bytes that a frame may have now, where that is less than `socket.request.max.bytes`.
    var frameLimit: Int? { get }

    /// Works on one request.
    ///
    /// - Parameters:
    ///   - frame: The request without its length.
    ///   - client: Who sent it.
    ///   - answer: Called exactly once, on any thread.
    /// - Returns: The request, if it waits for something that can be cut short.
    func handle(
        _ frame: ByteBuffer, from client: Client, answer: @escaping @Sendable (Answer) -> Void
    ) -> (any WaitingRequest)?
}

extension FrameHandling {
    var frameLimit: Int? { nil }
}

/// One connection as request handlers see it.
struct Client: Sendable {
    /// The peer's IP address, without a port.
    let host: String
    /// The address it was told, or is told now, to connect to.
    let endpoint: ListenerAddress
    /// Where its answers are written.
    let eventLoop: any EventLoop
    /// Its figures.
    let entry: ConnectionRegistry.Entry
    /// Its part of the memory for answers.
    let share: AnswerShare
}
