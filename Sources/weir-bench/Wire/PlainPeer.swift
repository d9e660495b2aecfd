import Foundation
import Glibc
import Synchronization

/// What the broker is compared with over a socket: a thread that moves the same bytes between a connection and a file and does nothing else.
final class PlainPeer: Sendable {
    /// What to do with a connection.
    enum Task: Sendable {
        /// Writes all that comes to a file, syncing it each time that so many bytes have come, then answers with one byte.
        case store(path: String, syncEvery: Int)
        /// Sends the first so many bytes of a file.
        case send(path: String, bytes: Int)
        /// Sends back what comes, as it comes.
        case echo
    }

    /// The port it listens on.
    let port: UInt16
    private let listener: Int32
    private let outcome = Mutex<(seconds: Double, failure: String?)>((0, nil))
    private let done = DispatchSemaphore(value: 0)

    /// Listens, and serves one connection on a thread of its own.
    ///
    /// - Throws: `BenchError` with the system's words.
    init(_ task: Task) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0 else { throw BenchError.system("socket") }
        var address = SocketAddress.loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = listener
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && listen(socket, 1) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        guard isBound else { throw BenchError.system("bind") }
        port = UInt16(bigEndian: address.sin_port)
        let thread = Thread { [self] in serve(task) }
        thread.start()
    }

    deinit { close(listener) }

    /// Waits until the connection is served.
    ///
    /// - Returns: Processor seconds that the thread used.
    func wait() throws -> Double {
        done.wait()
        let (seconds, failure) = outcome.withLock { $0 }
        if let failure { throw BenchError(failure) }
        return seconds
    }

    private func serve(_ task: Task) {
        let connection = accept(listener, nil, nil)
        defer {
            close(connection)
            done.signal()
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)
        defer { buffer.deallocate() }
        let isFine =
            switch task {
            case .store(let path, let syncEvery): Self.store(connection, path, syncEvery, buffer)
            case .send(let path, let bytes): Self.send(connection, path, bytes, buffer)
            case .echo: Self.echo(connection, buffer)
            }
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        let seconds = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        outcome.withLock { $0 = (seconds, isFine ? nil : "the plain peer failed") }
    }

    private static func store(
        _ connection: Int32, _ path: String, _ syncEvery: Int, _ buffer: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { return false }
        defer {
            close(file)
            unlink(path)
        }
        var unsynced = 0
        while true {
            let got = recv(connection, buffer.baseAddress, min(buffer.count, syncEvery - unsynced), 0)
            guard got > 0 else { break }
            guard write(file, buffer.baseAddress, got) == got else { return false }
            unsynced += got
            if unsynced == syncEvery {
                guard fdatasync(file) == 0 else { return false }
                unsynced = 0
            }
        }
        return Glibc.send(connection, buffer.baseAddress, 1, Int32(MSG_NOSIGNAL)) == 1
    }

    private static func send(
        _ connection: Int32, _ path: String, _ bytes: Int, _ buffer: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var done = 0
        while done < bytes {
            let got = pread(file, buffer.baseAddress, min(buffer.count, bytes - done), off_t(done))
            guard got > 0, put(connection, buffer, got) else { return false }
            done += got
        }
        return true
    }

    private static func echo(_ connection: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Bool {
        var on: Int32 = 1
        setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        while true {
            let got = recv(connection, buffer.baseAddress, buffer.count, 0)
            guard got > 0 else { return got == 0 }
            guard put(connection, buffer, got) else { return false }
        }
    }

    private static func put(_ connection: Int32, _ buffer: UnsafeMutableRawBufferPointer, _ count: Int) -> Bool {
        var sent = 0
        while sent < count {
            let put = Glibc.send(connection, buffer.baseAddress?.advanced(by: sent), count - sent, Int32(MSG_NOSIGNAL))
            guard put > 0 else { return false }
            sent += put
        }
        return true
    }
}
