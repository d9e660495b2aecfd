import KafkaProtocol
import NIOCore
import Synchronization

/// One TCP connection to a broker on which any request can be asked in a given version.
final class BrokerSocket: Sendable {
    /// The broker at its other end.
    let broker: BrokerAddress

    private let channel: any Channel
    private let matcher: NIOLoopBound<AnswerMatcher>
    private let clientID: String
    private let nextID = Atomic<Int32>(1)

    /// A socket over a channel that ends in this matcher. Called on the channel's event loop.
    init(broker: BrokerAddress, channel: any Channel, matcher: AnswerMatcher, clientID: String) {
        self.broker = broker
        self.channel = channel
        self.matcher = NIOLoopBound(matcher, eventLoop: channel.eventLoop)
        self.clientID = clientID
    }

    /// Sends a request and gives its answer. The caller's task encodes and decodes, the event loop only moves bytes.
    ///
    /// - Parameters:
    ///   - version: One that both sides know.
    ///   - timeoutMilliseconds: How long to wait; when the time is over the connection is closed too.
    /// - Throws: `.cancelled` at once when the task is cancelled; the answer is dropped when it comes.
    func ask<Request: RequestMessage>(
        _ request: Request, version: Int16, timeoutMilliseconds: Int64
    ) async throws(ClientError) -> Request.Response {
        let frame = try await frame(answering: request, version: version, timeoutMilliseconds: timeoutMilliseconds)
        guard let frame else { return Request.Response() }
        do throws(WireError) {
            let (_, answer) = try AnyResponse.decode(frame: frame, key: Request.api.key, version: version)
            guard let answer = answer.body as? Request.Response else {
                preconditionFailure("AnyResponse decodes \(Request.api.name) into another type than its request names")
            }
            return answer
        } catch {
            close(.disconnected(broker, "closed after an answer that cannot be read: \(error)"))
            throw .malformed(broker, "\(error)")
        }
    }

    /// The frame that answers a request; nil for a request that no broker answers.
    private func frame<Request: RequestMessage>(
        answering request: Request, version: Int16, timeoutMilliseconds: Int64
    ) async throws(ClientError) -> ByteBuffer? {
        guard let message = AnyRequest(request) else { preconditionFailure("AnyRequest lacks \(Request.api.name)") }
        let id = nextID.wrappingAdd(1, ordering: .relaxed).oldValue
        let pieces: [ByteBuffer]
        do throws(WireError) {
            pieces = try message.encode(version: version, correlationID: id, clientID: clientID)
        } catch {
            throw .unsendable(api: Request.api.name, "\(error)")
        }
        let answer = Awaited<ByteBuffer>()
        let matcher = matcher
        if case .produce(let produce) = message, produce.acks == 0 {
            channel.eventLoop.execute { matcher.value.sendUnanswered(pieces, taken: answer) }
            _ = try await answer.value()
            return nil
        }
        let pending = PendingRequest(
            correlationID: id, api: Request.api.name, timeoutMilliseconds: timeoutMilliseconds, answer: answer)
        channel.eventLoop.execute { matcher.value.send(pieces, for: pending) }
        return try await answer.value()
    }

    /// Ends the connection; its requests fail with the reason.
    func close(_ reason: ClientError) {
        let matcher = matcher
        channel.eventLoop.execute { matcher.value.close(reason) }
    }

    /// Ends the connection at a time; its requests fail with the reason then.
    func close(_ reason: ClientError, at time: NIODeadline) {
        let matcher = matcher
        let timer = channel.eventLoop.scheduleTask(deadline: time) { matcher.value.close(reason) }
        channel.closeFuture.whenComplete { _ in timer.cancel() }
    }

    /// Ends the connection and waits until it is gone.
    func closeAndWait(_ reason: ClientError) async {
        close(reason)
        // How it ended is of no interest any more: it is gone either way.
        try? await channel.closeFuture.get()
    }

    /// Calls when the connection is gone; at once if it is already.
    func whenClosed(_ body: @escaping @Sendable (ClientError) -> Void) {
        let matcher = matcher
        let broker = broker
        channel.closeFuture.whenComplete { _ in
            body(matcher.value.reason ?? .disconnected(broker, "the connection ended"))
        }
    }
}
