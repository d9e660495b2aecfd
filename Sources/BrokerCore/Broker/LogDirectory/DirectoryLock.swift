import Glibc
import Synchronization

/// The `.lock` file of a log directory, taken as Java's `FileChannel.tryLock` takes it: a POSIX record lock on the whole file.
///
/// So Kafka and Weir exclude each other, and the system names the process that holds it. Such locks belong to a process, not to a
/// descriptor; a second broker of the same process is kept out by ``held``.
final class DirectoryLock: Sendable {
    /// Files locked by this process, by device and inode.
    private static let held = Mutex<Set<[UInt64]>>([])

    private let descriptor: Int32
    private let isReleased = Mutex(false)
    private let identity: [UInt64]

    /// Takes the lock of a directory.
    ///
    /// - Throws: ``BrokerError/inUse(directory:processID:listener:)`` without a listener, or ``BrokerError/unusable(_:)``.
    init(directory: String) throws(BrokerError) {
        let path = "\(directory)/.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .unusable("cannot open \(path): \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let reason = String(cString: strerror(errno))
            Glibc.close(descriptor)
            throw .unusable("cannot read the state of \(path): \(reason)")
        }
        let identity = [UInt64(status.st_dev), UInt64(status.st_ino)]
        // Taken before anything else of this process can close a descriptor of the file and lose its lock. Closing ours when it is
        // held already would do just that, so the descriptor is left to the process in that case.
        guard Self.held.withLock({ $0.insert(identity).inserted }) else {
            throw .inUse(directory: directory, processID: getpid(), listener: nil)
        }
        var wanted = flock(
            l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
        guard fcntl(descriptor, F_SETLK, &wanted) == 0 else {
            let code = errno
            var holder = flock(
                l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
            let isKnown = fcntl(descriptor, F_GETLK, &holder) == 0 && holder.l_type != Int16(F_UNLCK)
            Glibc.close(descriptor)
            _ = Self.held.withLock { $0.remove(identity) }
            guard code == EAGAIN || code == EACCES else {
                throw .unusable("cannot lock \(path): \(String(cString: strerror(code)))")
            }
            throw .inUse(directory: directory, processID: isKnown ? holder.l_pid : nil, listener: nil)
        }
        self.descriptor = descriptor
        self.identity = identity
    }

    deinit { release() }

    /// Gives the lock back; once more does nothing.
    func release() {
        let isFirst = isReleased.withLock { isReleased in
            defer { isReleased = true }
            return !isReleased
        }
        guard isFirst else { return }
        Glibc.close(descriptor)
        _ = Self.held.withLock { $0.remove(identity) }
    }
}
