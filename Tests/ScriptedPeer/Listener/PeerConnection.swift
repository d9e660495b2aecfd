import NIOCore

/// What a request comes to.
enum Outcome: Sendable {
    /// These bytes, in order.
    case answer([ByteBuffer])
    /// These bytes, then the connection ends.
    case answerAndClose([ByteBuffer])
    /// The connection ends.
    case close
    /// Nothing.
    case silence
}

/// One connection to a scripted broker. As Kafka does, it works at one request at a time: what waits holds up what is behind it.
final class PeerConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let cluster: ScriptedCluster
    private let broker: Int32
    private var buffered = ByteBuffer()
    private var isBusy = false

    init(cluster: ScriptedCluster, broker: Int32) {
        self.cluster = cluster
        self.broker = broker
    }

    func channelActive(context: ChannelHandlerContext) { cluster.opened(context.channel, at: broker) }

    func channelInactive(context: ChannelHandlerContext) { cluster.closed(context.channel, at: broker) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        buffered.writeImmutableBuffer(unwrapInboundIn(data))
        work(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func work(_ context: ChannelHandlerContext) {
        guard !isBusy, let frame = buffered.readLengthPrefixedSlice(as: Int32.self) else { return }
        isBusy = true
        let loop = context.eventLoop
        let bound = NIOLoopBound((self, context), eventLoop: loop)
        cluster.handle(frame, at: broker) { outcome in
            loop.execute {
                let (connection, context) = bound.value
                connection.isBusy = false
                connection.finish(outcome, context)
            }
        }
    }

    private func finish(_ outcome: Outcome, _ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        switch outcome {
        case .answer(let pieces):
            for piece in pieces { context.write(wrapOutboundOut(piece), promise: nil) }
            context.flush()
        case .answerAndClose(let pieces):
            for piece in pieces { context.write(wrapOutboundOut(piece), promise: nil) }
            context.flush()
            context.close(promise: nil)
            return
        case .close:
            context.close(promise: nil)
            return
        case .silence: break
        }
        work(context)
    }
}
