import ClusterClient
import KafkaProtocol
import NIOCore
import NIOPosix
import Synchronization

/// A peer that says what a test tells it to: to each request one reaction.
final class CannedPeer: Sendable {
    /// What to do about a request.
    enum Reaction: Sendable {
        /// Answer it as a broker does.
        case answer(AnyResponse)
        /// Answer it in another version, or under another number.
        case answerAs(AnyResponse, version: Int16, correlationID: Int32)
        /// Send bytes as they are.
        case bytes([UInt8])
        /// Say nothing.
        case silence
        /// Hang up.
        case close
    }

    typealias Script = @Sendable (RequestHeader, AnyRequest?) -> Reaction

    let address: BrokerAddress
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let listener: any Channel
    private let accepted: Accepted

    init(_ script: @escaping Script) async throws {
        let accepted = Accepted()
        self.accepted = accepted
        listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    accepted.opened()
                    channel.closeFuture.whenComplete { _ in accepted.closed() }
                    try channel.pipeline.syncOperations.addHandler(Handler(script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        address = BrokerAddress(host: "127.0.0.1", port: listener.localAddress?.port ?? 0)
    }

    private final class Accepted: Sendable {
        let counts = Mutex((all: 0, open: 0, most: 0))

        func opened() {
            counts.withLock {
                $0.all += 1
                $0.open += 1
                $0.most = max($0.most, $0.open)
            }
        }

        func closed() { counts.withLock { $0.open -= 1 } }
    }

    /// How many connections were taken.
    var connectionCount: Int { accepted.counts.withLock { $0.all } }
    /// How many were open at a time, at most.
    var mostAtOnce: Int { accepted.counts.withLock { $0.most } }

    func stop() async {
        try? await listener.close()
        try? await group.shutdownGracefully()
    }

    /// What a current broker tells of itself, with the versions given in place of some and without others.
    static func versions(_ changed: [Int16: ClosedRange<Int16>] = [:], without: Set<Int16> = []) -> AnyResponse {
        let apis = SupportedAPIs.all.map(\.api).filter { !without.contains($0.key) }
        return .apiVersions(
            ApiVersionsResponse(
                apiKeys: apis.map { api in
                    let range = changed[api.key] ?? api.versions
                    return .init(apiKey: api.key, minVersion: range.lowerBound, maxVersion: range.upperBound)
                }))
    }

    /// A script that answers ApiVersions, and everything else by `script`.
    static func afterVersions(_ script: @escaping Script) -> Script {
        { header, request in
            header.apiKey == ApiVersionsRequest.api.key ? .answer(versions()) : script(header, request)
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let script: Script
        private var decoder = FrameDecoder(limit: 100 << 20)

        init(_ script: @escaping Script) { self.script = script }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            decoder.append(unwrapInboundIn(data))
            while let frame = try? decoder.next() { react(to: frame, context) }
        }

        private func react(to frame: ByteBuffer, _ context: ChannelHandlerContext) {
            let place = frame.readerIndex
            var header = RequestHeader(
                apiKey: frame.getInteger(at: place, as: Int16.self) ?? -1,
                apiVersion: frame.getInteger(at: place + 2, as: Int16.self) ?? -1,
                correlationID: frame.getInteger(at: place + 4, as: Int32.self) ?? -1)
            var request: AnyRequest?
            if let decoded = try? AnyRequest.decode(frame: frame, servedOnly: false) { (header, request) = decoded }
            switch script(header, request) {
            case .answer(let response):
                send(response, header.apiVersion, header.correlationID, context)
            case .answerAs(let response, let version, let id):
                send(response, version, id, context)
            case .bytes(let bytes):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            case .silence: break
            case .close: context.close(promise: nil)
            }
        }

        private func send(
            _ response: AnyResponse, _ version: Int16, _ id: Int32, _ context: ChannelHandlerContext
        ) {
            for piece in (try? response.encode(version: version, correlationID: id)) ?? [] {
                context.write(wrapOutboundOut(piece), promise: nil)
            }
            context.flush()
        }
    }
}
