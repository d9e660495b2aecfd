import Glibc
import KafkaProtocol
import NIOCore

@testable import BrokerServer

/// A Kafka client of the smallest kind: a blocking socket that sends bytes and reads frames, each read with a deadline.
final class WireClient {
    /// What the socket gave instead of a frame.
    enum Failure: Error, Equatable {
        case cannotConnect(errno: Int32)
        case closed
        case timedOut
    }

    private var descriptor: Int32

    /// Connects to a server on this machine.
    init(to address: ListenerAddress, receiveBufferBytes: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBufferBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = in_port_t(UInt16(address.port).bigEndian)
        inet_pton(AF_INET, "127.0.0.1", &target.sin_addr)
        let result = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            let code = errno
            Glibc.close(descriptor)
            descriptor = -1
            throw Failure.cannotConnect(errno: code)
        }
    }

    deinit { close() }

    /// Closes the socket.
    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Sends bytes as they are. False if the peer does not take them any more.
    @discardableResult
    func send(raw bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    descriptor, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Sends as much as the socket takes at once, without waiting. The count of bytes taken.
    func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        return max(0, bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, bytes.count, flags) })
    }

    /// Sends a frame, its length in front.
    @discardableResult
    func send(frame bytes: [UInt8]) -> Bool {
        let length = UInt32(bytes.count)
        let prefix = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
        return send(raw: prefix + bytes)
    }

    /// Sends a request.
    @discardableResult
    func send(_ request: AnyRequest, version: Int16, correlationID: Int32, clientID: String? = "test") throws -> Bool {
        let pieces = try request.encode(version: version, correlationID: correlationID, clientID: clientID)
        return send(raw: pieces.flatMap { Array($0.readableBytesView) })
    }

    /// The next frame without its length.
    func receive(withinMilliseconds milliseconds: Int = 10_000) throws -> ByteBuffer {
        let head = try read(4, withinMilliseconds: milliseconds)
        let length = head.reduce(0) { $0 << 8 | Int($1) }
        return ByteBuffer(bytes: try read(length, withinMilliseconds: milliseconds))
    }

    /// The answer to a request of this key and version.
    func receive(
        key: Int16, version: Int16, withinMilliseconds milliseconds: Int = 10_000
    ) throws -> (ResponseHeader, AnyResponse) {
        try AnyResponse.decode(
            frame: try receive(withinMilliseconds: milliseconds), key: key, version: version)
    }

    /// Sends a request and takes its answer.
    func ask(_ request: AnyRequest, version: Int16) throws -> AnyResponse {
        try send(request, version: version, correlationID: 1)
        return try receive(key: request.api.key, version: version).1
    }

    /// Whether the peer closes the connection in time; what it sends before is dropped.
    func isClosedByPeer(withinMilliseconds milliseconds: Int = 10_000) -> Bool {
        do {
            while true { _ = try read(1, withinMilliseconds: milliseconds) }
        } catch {
            return error as? Failure == .closed
        }
    }

    private func read(_ count: Int, withinMilliseconds milliseconds: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        let deadline = NIODeadline.now() + .milliseconds(Int64(milliseconds))
        while filled < count {
            let left = (deadline - .now()).nanoseconds / 1_000_000
            guard left > 0 else { throw Failure.timedOut }
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wanted, 1, Int32(clamping: left)) > 0 else { throw Failure.timedOut }
            let got = bytes.withUnsafeMutableBytes { buffer in
                recv(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, 0)
            }
            guard got > 0 else { throw Failure.closed }
            filled += got
        }
        return bytes
    }
}

/// Waits for a condition with a deadline; false if it never came true.
func eventually(withinMilliseconds milliseconds: Int64 = 10_000, _ condition: () -> Bool) -> Bool {
    let deadline = NIODeadline.now() + .milliseconds(milliseconds)
    while !condition() {
        guard NIODeadline.now() < deadline else { return false }
        // Leaves the processor to those the condition depends on; the condition decides, not the time.
        poll(nil, 0, 1)
    }
    return true
}

/// Bytes this process has resident, as the kernel counts them.
func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var (size, resident) = (0, 0)
    _ = withUnsafeMutablePointer(to: &size) { first in
        withUnsafeMutablePointer(to: &resident) { second in
            withVaList([first, second]) { vfscanf(file, "%ld %ld", $0) }
        }
    }
    return resident * Int(sysconf(Int32(_SC_PAGESIZE)))
}
