import KafkaProtocol
import NIOCore

/// A request that was sent and whose answer has not come.
struct PendingRequest {
    /// The number that the answer repeats.
    let correlationID: Int32
    /// Kafka's name of its API, for errors.
    let api: String
    /// Milliseconds until it has failed.
    let timeoutMilliseconds: Int64
    /// Who waits for the answer's frame.
    let answer: Awaited<ByteBuffer>
    /// Ends the connection when the time is over.
    var timer: Scheduled<Void>?
}

/// The end of a connection's pipeline: writes requests, cuts answers out of what comes, and gives each to who asked.
///
/// A broker answers in the order in which it was asked, so the oldest request is the one that an answer must name. Lives on
/// the connection's event loop.
final class AnswerMatcher: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let broker: BrokerAddress
    private let meter: CostMeter
    private var decoder: FrameDecoder
    private var pending = CircularBuffer<PendingRequest>()
    private var context: ChannelHandlerContext?
    /// Why the connection is of no use any more.
    private var failure: ClientError?
    private var isFlushDue = false

    /// A matcher for a connection without requests.
    init(broker: BrokerAddress, maxAnswerBytes: Int, meter: CostMeter) {
        self.broker = broker
        self.meter = meter
        decoder = FrameDecoder(limit: maxAnswerBytes)
    }

    // MARK: Requests

    /// Writes a request; its answer goes to `request.answer`. The pieces of one turn of the event loop are flushed together.
    func send(_ pieces: [ByteBuffer], for request: PendingRequest) {
        guard let context, failure == nil else {
            request.answer.settle(.failure(failure ?? .disconnected(broker, "the connection is not open")))
            return
        }
        var request = request
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        let id = request.correlationID
        request.timer = context.eventLoop.scheduleTask(in: .milliseconds(max(0, request.timeoutMilliseconds))) {
            this.value.timeOut(id)
        }
        pending.append(request)
        write(pieces, to: context)
    }

    /// Writes a request that is never answered (Produce with acks=0), and settles when the socket took it.
    func sendUnanswered(_ pieces: [ByteBuffer], taken: Awaited<ByteBuffer>) {
        guard let context, failure == nil else {
            taken.settle(.failure(failure ?? .disconnected(broker, "the connection is not open")))
            return
        }
        let broker = broker
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { result in
            taken.settle(result.map { ByteBuffer() }.mapError { .disconnected(broker, ChannelFailure.words($0)) })
        }
        write(pieces, to: context, promise: promise)
    }

    private func write(
        _ pieces: [ByteBuffer], to context: ChannelHandlerContext, promise: EventLoopPromise<Void>? = nil
    ) {
        meter.sent(bytes: pieces.reduce(0) { $0 + $1.readableBytes })
        for piece in pieces.dropLast() { context.write(wrapOutboundOut(piece), promise: nil) }
        context.write(wrapOutboundOut(pieces.last ?? ByteBuffer()), promise: promise)
        guard !isFlushDue else { return }
        isFlushDue = true
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute {
            this.value.isFlushDue = false
            this.value.context?.flush()
        }
    }

    private func timeOut(_ id: Int32) {
        guard let late = pending.first(where: { $0.correlationID == id }) else { return }
        late.answer.settle(
            .failure(.timedOut(broker, api: late.api, milliseconds: late.timeoutMilliseconds)))
        // Answers come in order: behind one that is missing, none can be told apart from it.
        close(.disconnected(broker, "it did not answer \(late.api) within \(late.timeoutMilliseconds) ms"))
    }

    /// Why the connection is of no use any more; nil while it is open.
    var reason: ClientError? { failure }

    /// Ends the connection: every request fails with the reason, and those that come later too.
    func close(_ reason: ClientError) {
        fail(reason)
        context?.close(promise: nil)
    }

    private func fail(_ reason: ClientError) {
        guard failure == nil else { return }
        failure = reason
        decoder.discard()
        let unanswered = pending
        pending = CircularBuffer()
        for request in unanswered {
            request.timer?.cancel()
            request.answer.settle(.failure(reason))
        }
    }

    // MARK: Answers

    private func take(_ frame: ByteBuffer) throws(MalformedAnswer) {
        guard let id = frame.getInteger(at: frame.readerIndex, as: Int32.self) else {
            throw MalformedAnswer("a frame of \(frame.readableBytes) bytes, too short for an answer")
        }
        guard let asked = pending.first else {
            throw MalformedAnswer("an answer to request \(id), and no request is open")
        }
        guard asked.correlationID == id else {
            throw MalformedAnswer("an answer to request \(id) where \(asked.correlationID) (\(asked.api)) is due")
        }
        pending.removeFirst()
        asked.timer?.cancel()
        asked.answer.settle(.success(frame))
    }

    private func refuse(_ reason: String) {
        if let asked = pending.popFirst() {
            asked.timer?.cancel()
            asked.answer.settle(.failure(.malformed(broker, reason)))
        }
        close(.disconnected(broker, "closed after an answer that cannot be read: \(reason)"))
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        fail(.disconnected(broker, "the connection ended"))
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        guard failure == nil else { return }
        meter.received(bytes: bytes.readableBytes)
        decoder.append(bytes)
        do {
            while let frame = try decoder.next() { try take(frame) }
        } catch let error as FrameDecoder.InvalidLength {
            refuse("\(error)\(Self.hint(error.length))")
        } catch let error as MalformedAnswer {
            refuse(error.reason)
        } catch {
            refuse("\(error)")
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.disconnected(broker, "it closed the connection"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close(ChannelFailure.error(error, broker))
    }

    /// What a length that is none may mean: a TLS record's first bytes, or a web server's.
    private static func hint(_ length: Int32) -> String {
        switch length.bigEndianBytes {
        case (0x14...0x17, 0x03, _, _): "; these are bytes of TLS, so the port expects TLS"
        case (0x48, 0x54, 0x54, 0x50): "; these are bytes of HTTP, so the port is no Kafka broker's"
        default: ""
        }
    }
}

/// What is wrong with an answer.
private struct MalformedAnswer: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

extension Int32 {
    fileprivate var bigEndianBytes: (UInt8, UInt8, UInt8, UInt8) {
        (
            UInt8(truncatingIfNeeded: self >> 24), UInt8(truncatingIfNeeded: self >> 16),
            UInt8(truncatingIfNeeded: self >> 8), UInt8(truncatingIfNeeded: self)
        )
    }
}
