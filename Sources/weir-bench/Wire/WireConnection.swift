import Glibc
import KafkaProtocol
import NIOCore

/// A blocking client connection that sends frames as they are given.
///
/// One thread may send while another one receives: sending touches nothing but the socket.
final class WireConnection: @unchecked Sendable {
    private let socket: Int32
    private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)

    /// Connects to a port of this machine.
    ///
    /// - Throws: `BenchError` with the system's words.
    init(port: UInt16) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw BenchError.system("socket") }
        var address = SocketAddress.loopback(port)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw BenchError.system("connect to port \(port)") }
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit {
        close(socket)
        chunk.deallocate()
    }

    /// Sends all bytes.
    func send(_ bytes: ByteBuffer) throws {
        try bytes.withUnsafeReadableBytes { bytes in
            var done = 0
            while done < bytes.count {
                let put = Glibc.send(
                    socket, bytes.baseAddress?.advanced(by: done), bytes.count - done, Int32(MSG_NOSIGNAL))
                guard put > 0 else { throw BenchError.system("send") }
                done += put
            }
        }
    }

    /// Says that nothing more will be sent.
    func endSending() { shutdown(socket, Int32(SHUT_WR)) }

    /// Reads and throws away exactly so many bytes.
    func drain(_ count: Int) throws {
        var left = count
        while left > 0 { left -= try receive(min(left, chunk.count)) }
    }

    /// Reads a frame's length and throws its bytes away.
    ///
    /// - Returns: The length.
    func drainFrame() throws -> Int {
        let length = try frameLength()
        try drain(length)
        return length
    }

    /// Reads a frame without its length.
    func frame() throws -> ByteBuffer {
        var left = try frameLength()
        var buffer = ByteBufferAllocator().buffer(capacity: left)
        while left > 0 {
            let got = try receive(min(left, chunk.count))
            buffer.writeBytes(UnsafeRawBufferPointer(rebasing: chunk[..<got]))
            left -= got
        }
        return buffer
    }

    /// Sends a request and reads its answer.
    func ask(_ request: AnyRequest, version: Int16) throws -> AnyResponse {
        for piece in try request.encode(version: version, correlationID: 1, clientID: "weir-bench") { try send(piece) }
        return try AnyResponse.decode(frame: try frame(), key: request.api.key, version: version).1
    }

    private func frameLength() throws -> Int {
        guard recv(socket, chunk.baseAddress, 4, Int32(MSG_WAITALL)) == 4 else {
            throw BenchError("the connection was closed")
        }
        let length = UInt32(bigEndian: chunk.loadUnaligned(as: UInt32.self))
        guard length <= 1 << 30 else { throw BenchError("a frame of \(length) bytes") }
        return Int(length)
    }

    private func receive(_ most: Int) throws -> Int {
        let got = recv(socket, chunk.baseAddress, most, 0)
        guard got > 0 else { throw got == 0 ? BenchError("the connection was closed") : BenchError.system("recv") }
        return got
    }
}

/// Addresses of this machine.
enum SocketAddress {
    /// 127.0.0.1 with a port.
    static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
