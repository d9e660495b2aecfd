import ClientTLS
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// Says in people's words why a channel could not be opened or broke.
enum ChannelFailure {
    /// Why a connection could not be opened.
    static func unreachable(_ error: any Error, _ broker: BrokerAddress) -> ClientError {
        if let error = error as? ClientError { return error }
        if let error = error as? TLSError { return .authentication(broker, "TLS: \(error)") }
        if let words = TLSError.words(error) { return .authentication(broker, "TLS: \(words)") }
        return .unreachable(broker, words(error))
    }

    /// Why an open connection broke.
    static func error(_ error: any Error, _ broker: BrokerAddress) -> ClientError {
        if let words = TLSError.words(error) { return .authentication(broker, "TLS: \(words)") }
        return .disconnected(broker, words(error))
    }

    /// The cause, without where it happened.
    static func words(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let attempt = error.connectionErrors.last { return words(attempt.error) }
            return "no address is known for the host \(error.host)"
        case let error as IOError: return system(error.errnoCode)
        case ChannelError.connectTimeout(let time): return "no connection within \(time.nanoseconds / 1_000_000) ms"
        case ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed: return "the connection is closed"
        case NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake])):
            return "it hung up during the TLS handshake; does this port expect plain TCP?"
        case NIOSSLError.uncleanShutdown: return "it closed the connection without ending TLS"
        case ChannelError.eof: return "it closed the connection"
        default: return "\(error)"
        }
    }

    /// A number of the system's in the system's words.
    static func system(_ code: CInt) -> String { String(cString: strerror(code)).lowercased() }
}
