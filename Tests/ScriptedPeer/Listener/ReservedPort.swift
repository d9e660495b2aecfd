import Glibc

/// A port of 127.0.0.1 that stays this process's for as long as this lives, also while nobody listens on it.
///
/// The socket is bound and never listens: connecting to it is refused, and a listener with SO_REUSEADDR can bind beside it.
final class ReservedPort: Sendable {
    /// No port could be had.
    struct Failure: Error {
        let errno: Int32
    }

    /// The port.
    let number: Int
    private let descriptor: Int32

    /// Takes a free port.
    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound else {
            let code = errno
            close(descriptor)
            throw Failure(errno: code)
        }
        number = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }
}
