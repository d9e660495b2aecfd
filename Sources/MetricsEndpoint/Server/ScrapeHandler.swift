import Logging
import NIOCore
import NIOHTTP1

/// Answers one connection's requests: `GET /metrics`, and a page that says where that is.
final class ScrapeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let scrapes: ScrapeSource
    private let logger: Logger
    private var request: HTTPRequestHead?

    init(_ scrapes: ScrapeSource, logger: Logger) {
        self.scrapes = scrapes
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): request = head
        // Nothing that is asked for has a body; one that is sent is not looked at.
        case .body: break
        case .end:
            guard let request else { return }
            self.request = nil
            answer(request, context)
        }
    }

    private func answer(_ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let path = request.uri.prefix { $0 != "?" }
        guard request.method == .GET || request.method == .HEAD else {
            return say(.methodNotAllowed, "only GET is understood here", request, context, [("Allow", "GET, HEAD")])
        }
        switch path {
        case "/metrics":
            guard let page = scrapes.page() else {
                return say(.serviceUnavailable, "the cluster has not been read yet", request, context)
            }
            send(page, request, context)
        case "/": say(.ok, "Weir's metrics are at /metrics", request, context)
        default: say(.notFound, "there is nothing at \(path); the metrics are at /metrics", request, context)
        }
    }

    /// A short answer in words.
    private func say(
        _ status: HTTPResponseStatus, _ text: String, _ request: HTTPRequestHead, _ context: ChannelHandlerContext,
        _ headers: [(String, String)] = []
    ) {
        let body = ByteBuffer(string: text + "\n")
        let fields =
            headers + [
                ("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "\(body.readableBytes)"),
            ]
        write(head: status, fields, request, context)
        if request.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        end(request, context)
    }

    /// The page, part after part, each made when the one before is written: a slow reader holds one of them.
    private func send(_ page: MetricsPage, _ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        // Without a length it goes in chunks, or, to a client that knows none, until the connection ends.
        write(head: .ok, [("Content-Type", TextFormat.contentType)], request, context)
        guard request.method != .HEAD else { return end(request, context) }
        sendPart(of: page, request, NIOLoopBound(context, eventLoop: context.eventLoop))
    }

    private func sendPart(
        of page: MetricsPage, _ request: HTTPRequestHead, _ bound: NIOLoopBound<ChannelHandlerContext>
    ) {
        let loop = bound.value.eventLoop
        scrapes.part(of: page, on: loop).assumeIsolated().whenComplete { [self] result in
            let context = bound.value
            guard context.channel.isActive else { return }
            switch result {
            case .success(let (part, rest)?):
                context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(part)))).assumeIsolated().whenSuccess {
                    self.sendPart(of: rest, request, bound)
                }
            case .success(nil): end(request, context)
            case .failure(let error):
                // Half a page ends without its last chunk, which a scraper takes for an error.
                logger.warning("a page of metrics could not be made: \(error)")
                context.close(promise: nil)
            }
        }
    }

    private func write(
        head status: HTTPResponseStatus, _ fields: [(String, String)], _ request: HTTPRequestHead,
        _ context: ChannelHandlerContext
    ) {
        var headers = HTTPHeaders(fields)
        if !staysOpen(after: request) { headers.add(name: "Connection", value: "close") }
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: request.version, status: status, headers: headers))),
            promise: nil)
    }

    private func end(_ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        guard !staysOpen(after: request) else { return }
        let channel = context.channel
        written.whenComplete { _ in channel.close(promise: nil) }
    }

    private func staysOpen(after request: HTTPRequestHead) -> Bool {
        request.isKeepAlive && request.version == .http1_1
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A scraper that went away is its own business.
        logger.debug("metrics: \(error)")
        context.close(promise: nil)
    }
}
