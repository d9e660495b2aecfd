import ClientTLS
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One message to a web server, on a connection of its own; redirects are not followed.
struct HTTPPost: Sendable {
    /// Where to.
    var target: HTTPTarget
    /// What is asked for behind the target's own path; nil for that path itself.
    var path: String?
    /// The JSON.
    var body: [UInt8]

    /// Posts it and waits for the answer; cancelling the task ends the wait.
    ///
    /// - Throws: `DeliveryFailure`: worth another try where the server could not be reached, did not answer in time, answered 429 or 5xx.
    func run() async throws(DeliveryFailure) {
        let resolved = try target.resolve()
        let address = path.map(resolved.appending) ?? resolved
        let tls = address.isSecure ? try context() : nil
        let authorization = try target.authorization()
        let answer = try await exchange(with: address, tls, authorization)
        guard !(200..<300).contains(answer.status.code) else { return }
        let words = answer.words.isEmpty ? "" : ": \(answer.words)"
        throw DeliveryFailure(
            "\(target.place) answered \(answer.status.code) \(answer.status.reasonPhrase)\(words)",
            mayRetry: answer.status.code == 429 || answer.status.code >= 500)
    }

    private func exchange(
        with address: HTTPAddress, _ tls: NIOSSLContext?, _ authorization: String?
    ) async throws(DeliveryFailure) -> HTTPAnswer {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: HTTPAnswer.self)
        let request = head(for: address, authorization)
        let body = ByteBuffer(bytes: body)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.milliseconds(target.timeLimit))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        let name = TLSSettings.serverName(of: address.host)
                        try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name))
                    }
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(HTTPAnswerHandler(request, body, promise))
                }
            }
        let limit = loop.scheduleTask(in: .milliseconds(target.timeLimit)) {
            promise.fail(HTTPAnswerError(description: "no answer within \(target.timeLimit) ms"))
        }
        let connecting = bootstrap.connect(host: address.host, port: address.port)
        connecting.cascadeFailure(to: promise)
        promise.futureResult.whenComplete { _ in
            limit.cancel()
            connecting.whenSuccess { $0.close(promise: nil) }
        }
        do {
            return try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                promise.fail(HTTPAnswerError(description: "this program ends"))
            }
        } catch {
            throw DeliveryFailure("\(target.place): \(Self.words(error))", mayRetry: true)
        }
    }

    /// What a TLS connection needs, read anew each time, so that renewed certificates are used at the next message.
    private func context() throws(DeliveryFailure) -> NIOSSLContext {
        do {
            return try target.tls.context()
        } catch {
            throw DeliveryFailure("\(target.place): TLS: \(error)", mayRetry: true)
        }
    }

    private func head(for address: HTTPAddress, _ authorization: String?) -> HTTPRequestHead {
        var headers = HTTPHeaders([
            ("Host", address.hostHeader), ("User-Agent", "weir"), ("Content-Type", "application/json"),
            ("Content-Length", "\(body.count)"), ("Connection", "close"),
        ])
        if let authorization { headers.add(name: "Authorization", value: authorization) }
        return HTTPRequestHead(version: .http1_1, method: .POST, uri: address.path, headers: headers)
    }

    /// Why a connection did not work, in the words of the error that lies behind.
    private static func words(_ error: any Error) -> String {
        switch error {
        case let failed as NIOConnectionError:
            failed.connectionErrors.first.map { words($0.error) } ?? "its host name is not known"
        case let system as IOError: String(cString: strerror(system.errnoCode)).lowercased()
        case ChannelError.connectTimeout: "no connection in time"
        default: TLSError.words(error).map { "TLS: \($0)" } ?? "\(error)"
        }
    }
}

/// A web server's answer.
struct HTTPAnswer: Sendable {
    /// The status.
    var status: HTTPResponseStatus
    /// What it says, the first of it, on one line.
    var words: String
}

/// Why there is no answer.
struct HTTPAnswerError: Error, CustomStringConvertible {
    let description: String
}

/// Sends a request as soon as the connection stands, and takes the answer.
private final class HTTPAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// Bytes of an answer that are looked at.
    private static let maxWords = 256

    private let request: HTTPRequestHead
    private let body: ByteBuffer
    private let promise: EventLoopPromise<HTTPAnswer>
    private var status: HTTPResponseStatus?
    private var words: [UInt8] = []

    init(_ request: HTTPRequestHead, _ body: ByteBuffer, _ promise: EventLoopPromise<HTTPAnswer>) {
        self.request = request
        self.body = body
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(request)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = head.status
        case .body(let part): words += part.readableBytesView.prefix(Self.maxWords - words.count)
        case .end:
            if let status { answer(status) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case NIOSSLError.uncleanShutdown = error, let status {
            // Many servers end a connection without ending TLS. The status counts, which came whole; the words may be cut.
            answer(status)
        } else {
            promise.fail(error)
        }
        context.close(promise: nil)
    }

    private func answer(_ status: HTTPResponseStatus) {
        let text = String(decoding: words, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        promise.succeed(HTTPAnswer(status: status, words: text))
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(HTTPAnswerError(description: "the connection was closed before there was an answer"))
    }
}
