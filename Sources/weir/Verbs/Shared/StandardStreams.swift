import Foundation
import Synchronization

/// An open descriptor to write to; small pieces are gathered.
final class DescriptorSink: ByteSink {
    private static let pieceBytes = 1 << 16
    private let descriptor: Int32
    private let kept = Mutex<[UInt8]>([])

    /// Writes to an open descriptor, which stays open.
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func write(_ bytes: [UInt8]) throws(VerbFailure) {
        let isFull = kept.withLock {
            $0 += bytes
            return $0.count >= Self.pieceBytes
        }
        if isFull { try flush() }
    }

    func flush() throws(VerbFailure) {
        // Taken and written under one lock, so that pieces never change places.
        let failure: Int32? = kept.withLock { kept in
            var written = 0
            while written < kept.count {
                let count = kept[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    let code = errno
                    kept.removeAll()
                    return code
                }
                written += count
            }
            kept.removeAll(keepingCapacity: true)
            return nil
        }
        guard let failure else { return }
        if failure == EPIPE { throw VerbFailure(.outputClosed, "") }
        throw VerbFailure(.notDone, "the output cannot be written: \(String(cString: strerror(failure)))")
    }
}

/// An open descriptor to read from. Waiting for bytes ends when the task is cancelled.
struct DescriptorSource: ByteSource {
    private let descriptor: Int32

    /// Reads from an open descriptor, which stays open.
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// How soon a cancelled task stops waiting, milliseconds.
    private static let patience: Int32 = 200

    func read(upTo count: Int) throws(VerbFailure) -> [UInt8] {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&wanted, 1, Self.patience) == 0 {
            guard !Task.isCancelled else { throw VerbFailure(.interrupted, "") }
        }
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
            var got = 0
            repeat {
                got = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
            } while got < 0 && errno == EINTR
            if got < 0 { failure = errno }
            filled = max(0, got)
        }
        guard failure == 0 else {
            throw VerbFailure(.notDone, "the input cannot be read: \(String(cString: strerror(failure)))")
        }
        return bytes
    }
}

extension Shell {
    /// The process's own streams.
    static let standard = Shell(
        output: DescriptorSink(STDOUT_FILENO),
        errors: DescriptorSink(STDERR_FILENO),
        input: DescriptorSource(STDIN_FILENO),
        outputIsTerminal: isatty(STDOUT_FILENO) != 0,
        canAsk: isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0,
        stateDirectory: "\(DataOptions.defaultDirectory)/state"
    )
}
