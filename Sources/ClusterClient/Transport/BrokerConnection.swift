import KafkaProtocol
import NIOCore

/// An open connection to a broker whose versions are known, and which knows us.
final class BrokerConnection: Sendable {
    /// The versions of each API in common.
    let versions: CommonVersions

    private let socket: BrokerSocket
    /// What the broker offers, for errors.
    private let offered: [Int16: ClosedRange<Int16>]
    /// When to change over to a new connection; nil for never.
    private let staleAt: NIODeadline?

    /// A connection over a socket.
    ///
    /// - Parameters:
    ///   - offered: The versions of each API that the broker told.
    ///   - staleAt: When new requests should take another connection, since the broker will end this one.
    init(_ socket: BrokerSocket, offered: [Int16: ClosedRange<Int16>], staleAt: NIODeadline? = nil) {
        self.socket = socket
        self.offered = offered
        self.staleAt = staleAt
        versions = VersionNegotiation.common(offered)
    }

    /// Whether new requests may be sent here.
    func isFresh(at now: NIODeadline) -> Bool { staleAt.map { now < $0 } ?? true }

    /// Sends one request in the highest version in common.
    func send<Request: RequestMessage>(
        _ request: Request, timeoutMilliseconds: Int64
    ) async throws(ClientError) -> Request.Response {
        guard let range = versions[Request.api] else {
            let told = offered[Request.api.key].map { "in versions \($0.lowerBound) to \($0.upperBound)" }
            throw .unsupported(socket.broker, api: Request.api.name, broker: told ?? "in no version")
        }
        return try await socket.ask(request, version: range.upperBound, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Ends the connection and waits until it is gone.
    func close(_ reason: ClientError) async { await socket.closeAndWait(reason) }

    /// Calls when the connection is gone; at once if it is already.
    func whenClosed(_ body: @escaping @Sendable (ClientError) -> Void) { socket.whenClosed(body) }
}
