import Cluster
import KafkaProtocol
import Logging
import NIOCore

/// One client connection: frames in, answers out in the order of their requests.
///
/// Memory is bounded from both sides. A request is taken up only while fewer than
/// ``ServerConfiguration/maxRequestsInFlight`` are open, finished answers that wait for their turn stay below
/// ``ServerConfiguration/maxWaitingAnswerBytes``, the socket takes what it is given, and no other fetch is open: a fetch
/// answer is the one thing that is large. What is not taken up is not read from the socket either, so a client that does
/// not read its answers stops itself. What it has not taken counts in ``AnswerMemory``; while that is short, it may hold little
/// more, and is disconnected if it takes nothing.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Tells a connection to answer what it has taken up, and to close.
    enum Event { case drain }

    private static let fetchKey: Int16 = 1
    /// Bytes of untaken answers from which they are told to the memory for answers, and too many while that is short.
    private static let largeBytes = 64 << 10
    private static let progressInterval = TimeAmount.milliseconds(500)
    /// Requests that are taken up before others of the event loop have their turn, and how long that is. (A task without a delay
    /// would come before their sockets are looked at.)
    private static let requestsAtATime = 64
    private static let pause = TimeAmount.microseconds(100)

    private let configuration: ServerConfiguration
    private let handler: any FrameHandling
    private let client: Client
    private let meters: RequestMeters
    private let logger: Logger

    private var context: ChannelHandlerContext?
    private var decoder: FrameDecoder
    private var answers = AnswerQueue<Answer>()
    /// A fetch that arrived while another one was open.
    private var heldFrame: ByteBuffer?
    /// The open fetch's place, and the fetch itself while it waits.
    private var openFetch: AnswerQueue<Answer>.Ticket?
    private var waiting: (any WaitingRequest)?
    private var isClosing = false
    private var isTakingUp = false
    /// Goes on with what has arrived, once others have had their turn.
    private var resumption: Scheduled<Void>?
    /// Whether the socket was asked for bytes and has not given them yet.
    private var isReading = false
    /// Whether bytes are being handed over right now; what they lead to is flushed once, at their end.
    private var isInRead = false
    /// Bytes of answers that were handed to the channel and not flushed.
    private var unflushedBytes = 0
    /// Bytes that were flushed since the memory for answers was told.
    private var untoldBytes = 0
    /// What it was told last.
    private var untakenBytes = 0
    /// Whether the client has not taken the whole answer to its last fetch yet.
    private var hasUntakenFetch = false
    /// When the client last took something of what waits for it.
    private var lastProgress = NIODeadline.now()
    private var progressCheck: Scheduled<Void>?
    private var lastActivity = NIODeadline.now()
    private var idleCheck: Scheduled<Void>?

    /// A handler for a connection that was just accepted.
    init(
        configuration: ServerConfiguration, handler: any FrameHandling, client: Client, meters: RequestMeters,
        logger: Logger
    ) {
        self.configuration = configuration
        self.handler = handler
        self.client = client
        self.meters = meters
        self.logger = logger
        decoder = FrameDecoder(limit: configuration.maxRequestBytes)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        lastActivity = .now()
        scheduleIdleCheck(after: configuration.idleMilliseconds)
        readMore()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosing = true
        idleCheck?.cancel()
        progressCheck?.cancel()
        resumption?.cancel()
        client.share.setUntaken(0)
        waiting?.cancel()
        waiting = nil
        heldFrame = nil
        decoder.discard()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        guard !isClosing else { return }
        isInRead = true
        let count = Int64(bytes.readableBytes)
        client.entry.update { $0.bytesIn += count }
        decoder.append(bytes)
        takeUp()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        isInRead = false
        flushIfNeeded()
        readMore()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        lastActivity = .now()
        tellUntaken()
        goOn()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is Event else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        isClosing = true
        heldFrame = nil
        decoder.discard()
        waiting?.finishEarly()
        if answers.isEmpty { closeAfterFlush() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let reason = ListenerTLS.handshakeFailure(error) {
            // Kafka counts it as a failed authentication; its owner wants to know.
            logger.warning("TLS failed", metadata: ["client": "\(client.host)", "cause": "\(reason)"])
        } else {
            // A reset by the peer is its own business; nothing can be said to it any more.
            logger.debug("connection failed", metadata: ["client": "\(client.host)", "error": "\(error)"])
        }
        context.close(promise: nil)
    }

    // MARK: Requests

    /// Whether one more request may be taken up now.
    private var hasRoom: Bool {
        !isClosing && answers.count < configuration.maxRequestsInFlight
            && answers.readyBytes <= configuration.maxWaitingAnswerBytes && context?.channel.isWritable == true
            && !(untakenBytes > Self.largeBytes && client.share.memory.isShort)
    }

    /// Takes up whole frames while there is room for them.
    private func takeUp() {
        guard !isTakingUp, resumption == nil else { return }
        isTakingUp = true
        defer { isTakingUp = false }
        var left = Self.requestsAtATime
        while hasRoom {
            guard left > 0 else { return pause() }
            left -= 1
            guard let frame = nextFrame() else { return }
            if isFetch(frame), openFetch != nil {
                heldFrame = frame
                return
            }
            takeUp(frame)
        }
    }

    private func pause() {
        guard let context else { return }
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        resumption = context.eventLoop.scheduleTask(in: Self.pause) {
            this.value.resumption = nil
            this.value.goOn()
        }
    }

    private func goOn() {
        takeUp()
        flushIfNeeded()
        readMore()
    }

    private func nextFrame() -> ByteBuffer? {
        if let held = heldFrame {
            heldFrame = nil
            return held
        }
        decoder.limit = min(configuration.maxRequestBytes, handler.frameLimit ?? .max)
        do {
            return try decoder.next()
        } catch {
            refuse("\(error)")
            return nil
        }
    }

    private func isFetch(_ frame: ByteBuffer) -> Bool {
        frame.getInteger(at: frame.readerIndex, as: Int16.self) == Self.fetchKey
    }

    private func takeUp(_ frame: ByteBuffer) {
        guard let context else { return }
        let began = NIODeadline.now()
        let bytes = frame.readableBytes + MemoryLayout<Int32>.size
        lastActivity = began
        client.entry.touch(at: began)
        let ticket = answers.open()
        let isFetch = isFetch(frame)
        if isFetch { openFetch = ticket }
        client.entry.update {
            $0.requests += 1
            $0.requestsInFlight += 1
        }
        let eventLoop = context.eventLoop
        let this = NIOLoopBound(self, eventLoop: eventLoop)
        let meters = meters
        let request = handler.handle(frame, from: client) { answer in
            if let request = answer.request {
                meters.record(request, bytesIn: bytes, bytesOut: answer.bytes, time: .now() - began)
            }
            if eventLoop.inEventLoop {
                this.value.finish(ticket, with: answer)
            } else {
                eventLoop.execute { this.value.finish(ticket, with: answer) }
            }
        }
        if isFetch, openFetch == ticket { waiting = request }
    }

    /// Answers a frame that is none: what came before it is answered, then the connection is closed.
    private func refuse(_ reason: String) {
        let ticket = answers.open()
        client.entry.update { $0.requestsInFlight += 1 }
        finish(ticket, with: .close(reason: reason))
    }

    // MARK: Answers

    private func finish(_ ticket: AnswerQueue<Answer>.Ticket, with answer: Answer) {
        guard answers.fulfil(ticket, with: answer, bytes: answer.bytes) else { return }
        client.entry.update { $0.requestsInFlight -= 1 }
        if openFetch == ticket {
            hasUntakenFetch = true
            openFetch = nil
            waiting = nil
        }
        guard let context, context.channel.isActive else { return }
        send()
        // What is flushed at the end of this turn is told then; until it can be sent it counts here.
        if answers.readyBytes + unflushedBytes >= Self.largeBytes { tellUntaken() }
        if isTakingUp { return }
        takeUp()
        if !isInRead { flushIfNeeded() }
        readMore()
    }

    /// Hands every answer whose turn it is to the channel.
    private func send() {
        while let answer = answers.next() {
            switch answer {
            case .frame(let pieces, _):
                write(pieces)
                lastActivity = .now()
            case .nothing:
                break
            case .last(let pieces, let reason, _):
                write(pieces)
                logger.debug("connection closed", metadata: ["client": "\(client.host)", "reason": "\(reason)"])
                isClosing = true
                closeAfterFlush()
                return
            case .close(let reason, _):
                logger.info("connection closed", metadata: ["client": "\(client.host)", "reason": "\(reason)"])
                isClosing = true
                closeAfterFlush()
                return
            }
        }
        if isClosing, answers.isEmpty { closeAfterFlush() }
    }

    private func write(_ pieces: [ByteBuffer]) {
        guard let context else { return }
        for piece in pieces {
            unflushedBytes += piece.readableBytes
            context.write(wrapOutboundOut(piece), promise: nil)
        }
        let bytes = Int64(pieces.reduce(0) { $0 + $1.readableBytes })
        client.entry.update { $0.bytesOut += bytes }
    }

    private func closeAfterFlush() {
        guard let context else { return }
        unflushedBytes = 0
        // Closing fails what was written but not taken by the socket yet; so the close waits behind an empty write.
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
            bound.value.close(promise: nil)
        }
    }

    private func flushIfNeeded() {
        guard unflushedBytes > 0, let context else { return }
        untoldBytes += unflushedBytes
        unflushedBytes = 0
        context.flush()
        if untoldBytes >= Self.largeBytes || untakenBytes > 0 || hasUntakenFetch { tellUntaken() }
    }

    private func readMore() {
        guard let context, !isReading, heldFrame == nil, resumption == nil, hasRoom else { return }
        isReading = true
        context.read()
    }

    // MARK: Memory

    /// Tells the memory for answers what the client has not taken, as long as that is much, and looks again until it is nothing.
    private func tellUntaken() {
        guard let context, context.channel.isActive else { return }
        // The channel has no other options than these, and this one throws only once it is closed.
        let buffered = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        let bytes = answers.readyBytes + unflushedBytes + buffered
        untoldBytes = 0
        if bytes == 0, hasUntakenFetch, openFetch == nil {
            hasUntakenFetch = false
            client.share.grow()
        }
        guard bytes >= Self.largeBytes || untakenBytes > 0 else { return }
        if bytes < untakenBytes || untakenBytes == 0 { lastProgress = .now() }
        untakenBytes = bytes
        client.share.setUntaken(bytes)
        if bytes > 0, progressCheck == nil {
            let this = NIOLoopBound(self, eventLoop: context.eventLoop)
            progressCheck = context.eventLoop.scheduleTask(in: Self.progressInterval) { this.value.checkProgress() }
        }
    }

    /// Whether the client takes what waits for it; one that does not is let go of while others wait for memory.
    private func checkProgress() {
        progressCheck = nil
        guard let context, context.channel.isActive else { return }
        tellUntaken()
        if (NIODeadline.now() - lastProgress).nanoseconds / 1_000_000 >= configuration.stalledMilliseconds,
            untakenBytes > 0, client.share.memory.isShort
        {
            client.share.memory.countStalled()
            logger.warning(
                "connection closed",
                metadata: [
                    "client": "\(client.host)",
                    "reason": "it does not take its answers, and others wait for memory (weir.answer.memory.bytes)",
                ])
            return context.close(promise: nil)
        }
        // Room that came back here may be room for its own next request.
        goOn()
    }

    // MARK: Idleness

    /// Activity is a whole request or an answer, not a byte: who trickles a frame is idle.
    private func scheduleIdleCheck(after milliseconds: Int64) {
        guard let context, configuration.idleMilliseconds > 0 else { return }
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        idleCheck = context.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) { this.value.checkIdleness() }
    }

    private func checkIdleness() {
        guard let context, context.channel.isActive else { return }
        let idle = (NIODeadline.now() - lastActivity).nanoseconds / 1_000_000
        let left = configuration.idleMilliseconds - idle
        guard left <= 0 else { return scheduleIdleCheck(after: left) }
        // A request that the broker still works on (a group that gathers, say) is not the client's idleness.
        guard answers.isEmpty || !context.channel.isWritable else {
            return scheduleIdleCheck(after: configuration.idleMilliseconds)
        }
        logger.info("connection closed", metadata: ["client": "\(client.host)", "reason": "idle for \(idle) ms"])
        context.close(promise: nil)
    }
}
