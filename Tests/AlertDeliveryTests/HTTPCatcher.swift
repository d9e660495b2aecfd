import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A web server that keeps what it is posted, and answers with the statuses it is given, then 200.
final class HTTPCatcher: Sendable {
    struct Request: Sendable {
        var path: String
        var headers: HTTPHeaders
        var body: [UInt8]
    }

    private struct State {
        var requests: [Request] = []
        var statuses: [HTTPResponseStatus]
    }

    private let state: Mutex<State>
    private let channel: Mutex<(any Channel)?> = Mutex(nil)
    /// `http://127.0.0.1:port`.
    var address: String { "http://127.0.0.1:\(channel.withLock { $0?.localAddress?.port ?? 0 })" }
    /// What came so far.
    var requests: [Request] { state.withLock { $0.requests } }

    /// - Parameters:
    ///   - statuses: The answers to the first requests.
    ///   - answers: False for a server that takes all and never says anything.
    init(statuses: [HTTPResponseStatus] = [], answers: Bool = true) async throws {
        state = Mutex(State(statuses: statuses))
        let bound = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(self, answers: answers))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        channel.withLock { $0 = bound }
    }

    func stop() async throws { try await channel.withLock { $0 }?.close().get() }

    private func take(_ request: Request) -> HTTPResponseStatus {
        state.withLock { state in
            state.requests.append(request)
            return state.statuses.isEmpty ? .ok : state.statuses.removeFirst()
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let catcher: HTTPCatcher
        private let answers: Bool
        private var request = Request(path: "", headers: [:], body: [])

        init(_ catcher: HTTPCatcher, answers: Bool) {
            self.catcher = catcher
            self.answers = answers
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): request = Request(path: head.uri, headers: head.headers, body: [])
            case .body(let part): request.body += part.readableBytesView
            case .end:
                let status = catcher.take(request)
                guard answers else { return }
                let body = ByteBuffer(string: "because\nof this")
                let headers = HTTPHeaders([("Content-Length", "\(body.readableBytes)")])
                context.write(
                    wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))),
                    promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}

/// Asks again and again until it is so, or a deadline has passed.
func eventually(seconds: Double = 20, _ holds: () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var looks = 0
    while !holds() {
        // Where other tests take all processors, time goes by and nothing could happen: so many looks are taken in any case.
        guard ContinuousClock.now < deadline || looks < 2000 else { return false }
        looks += 1
        await Task.yield()
        // What is waited for happens on other threads; this one leaves them the processor.
        try? await Task.sleep(for: .milliseconds(5))
    }
    return true
}
