import CDisk
import Glibc
import NIOCore
import Synchronization

/// A file of ``DiskStorage``. Its descriptor comes and goes; the path stays right across ``rename(to:)``.
final class DiskFile: StorageFile {
    private struct State {
        var path: String
        var descriptor: Int32 = -1
        /// Calls that use the descriptor now; it is not taken away meanwhile.
        var users = 0
        /// Used since the descriptor cache last looked (its clock hand clears it).
        var isReferenced = false
        /// Written since the last sync.
        var isUnsynced = false
        /// A sync that failed when the descriptor was taken away; the next ``sync()`` reports it.
        var failure: StorageError?
        var isClosed = false
    }

    private let state: Mutex<State>
    private let isWritable: Bool
    private let descriptors: DescriptorCache

    init(path: String, isWritable: Bool, descriptors: DescriptorCache) {
        state = Mutex(State(path: path))
        self.isWritable = isWritable
        self.descriptors = descriptors
    }

    deinit { close() }

    var path: String { state.withLock { $0.path } }

    /// Whether it holds a descriptor now.
    var hasDescriptor: Bool { state.withLock { $0.descriptor >= 0 } }

    /// Opens the descriptor with extra `open` flags (`O_CREAT`, `O_TRUNC`).
    func openNow(creating flags: Int32) throws(StorageError) {
        _ = try acquire(flags)
        release()
    }

    func read(at offset: Int64, count: Int, into buffer: inout ByteBuffer) throws(StorageError) -> Int {
        guard count > 0 else { return 0 }
        let descriptor = try acquire()
        defer { release() }
        var failure: Int32 = 0
        let total = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
            var done = 0
            while done < count {
                let got = pread(descriptor, target.baseAddress?.advanced(by: done), count - done, off_t(offset) + done)
                if got > 0 {
                    done += got
                } else if got == 0 {
                    break
                } else if errno != EINTR {
                    failure = errno
                    break
                }
            }
            return done
        }
        guard failure == 0 else { throw StorageError(.read, path, code: failure) }
        return total
    }

    func readCached(at offset: Int64, count: Int, into buffer: inout ByteBuffer) -> Bool {
        // Opening may wait for the disk.
        guard count > 0, offset >= 0, let descriptor = acquireOpen() else { return false }
        defer { release() }
        let before = buffer.writerIndex
        let got = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
            guard let start = target.baseAddress else { return 0 }
            return max(0, cdisk_read_cached(descriptor, start, count, offset))
        }
        guard got < count else { return true }
        buffer.moveWriterIndex(to: before)
        return false
    }

    func write(_ head: ByteBuffer, _ rest: ByteBuffer, at offset: Int64) throws(StorageError) {
        let descriptor = try acquire(willWrite: true)
        defer { release() }
        let failure = head.withUnsafeReadableBytes { head in
            rest.withUnsafeReadableBytes { rest in
                Self.write(head, rest, to: descriptor, at: off_t(offset))
            }
        }
        guard failure == 0 else { throw StorageError(.write, path, code: failure) }
    }

    /// Writes both pieces, going on after a short write; answers with `errno` or 0.
    private static func write(
        _ head: UnsafeRawBufferPointer,
        _ rest: UnsafeRawBufferPointer,
        to descriptor: Int32,
        at offset: off_t
    ) -> Int32 {
        var done = 0
        while done < head.count + rest.count {
            let left = UnsafeRawBufferPointer(rebasing: head[min(done, head.count)...])
            let right = UnsafeRawBufferPointer(rebasing: rest[max(0, done - head.count)...])
            let pieces = [left, right].filter { !$0.isEmpty }.map {
                iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
            }
            let put = pwritev(descriptor, pieces, Int32(pieces.count), offset + done)
            if put > 0 {
                done += put
            } else if put == 0 {
                return ENOSPC
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }

    func size() throws(StorageError) -> Int64 {
        let descriptor = try acquire()
        defer { release() }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StorageError(.status, path, code: errno) }
        return Int64(status.st_size)
    }

    func truncate(to size: Int64) throws(StorageError) {
        let descriptor = try acquire(willWrite: true)
        defer { release() }
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw StorageError(.truncate, path, code: errno) }
    }

    func allocate(to size: Int64) throws(StorageError) {
        let descriptor = try acquire(willWrite: true)
        defer { release() }
        let failure = posix_fallocate(descriptor, 0, off_t(size))
        guard failure == 0 else { throw StorageError(.allocate, path, code: failure) }
    }

    func sync() throws(StorageError) {
        let descriptor = try acquire()
        defer { release() }
        if let failure = state.withLock({ $0.failure }) { throw failure }
        state.withLock { $0.isUnsynced = false }
        guard fdatasync(descriptor) == 0 else {
            let failure = StorageError(.sync, path, code: errno)
            state.withLock { $0.failure = failure }
            throw failure
        }
    }

    func rename(to newPath: String) throws(StorageError) {
        let failure = state.withLock { state -> StorageError? in
            guard Glibc.rename(state.path, newPath) == 0 else {
                return StorageError(.rename, state.path, code: errno)
            }
            state.path = newPath
            return nil
        }
        if let failure { throw failure }
    }

    func close() {
        let wasOpen = state.withLock { state -> Bool in
            guard !state.isClosed else { return false }
            state.isClosed = true
            return Self.closeIfIdle(&state)
        }
        if wasOpen { descriptors.didClose() }
    }

    /// Gives up the descriptor if nobody uses it and it was not used since the last call.
    ///
    /// - Parameter force: Also takes one that was used lately, or that has unsynced bytes (they are synced first).
    /// - Returns: Whether a descriptor was closed.
    func evict(force: Bool) -> Bool {
        state.withLock { state in
            guard state.descriptor >= 0, state.users == 0 else { return false }
            if !force && (state.isReferenced || state.isUnsynced) {
                state.isReferenced = false
                return false
            }
            if state.isUnsynced {
                state.isUnsynced = false
                if fdatasync(state.descriptor) != 0 {
                    state.failure = StorageError(.sync, state.path, code: errno)
                }
            }
            return Self.closeIfIdle(&state)
        }
    }

    private static func closeIfIdle(_ state: inout State) -> Bool {
        guard state.descriptor >= 0, state.users == 0 else { return false }
        _ = Glibc.close(state.descriptor)
        state.descriptor = -1
        return true
    }

    private func acquire(_ extraFlags: Int32 = 0, willWrite: Bool = false) throws(StorageError) -> Int32 {
        var opened = false
        let outcome = state.withLock { state -> Result<Int32, StorageError> in
            guard !state.isClosed else { return .failure(StorageError(.open, state.path, code: EBADF)) }
            if state.descriptor < 0 {
                let flags = (isWritable ? O_RDWR : O_RDONLY) | O_CLOEXEC | extraFlags
                state.descriptor = Glibc.open(state.path, flags, 0o644)
                guard state.descriptor >= 0 else { return .failure(StorageError(.open, state.path, code: errno)) }
                opened = true
            }
            state.users += 1
            state.isReferenced = true
            if willWrite { state.isUnsynced = true }
            return .success(state.descriptor)
        }
        if opened { descriptors.didOpen(self) }
        return try outcome.get()
    }

    /// The descriptor if there is one now; ``release()`` it.
    private func acquireOpen() -> Int32? {
        state.withLock { state in
            guard !state.isClosed, state.descriptor >= 0 else { return nil }
            state.users += 1
            state.isReferenced = true
            return state.descriptor
        }
    }

    private func release() {
        let closed = state.withLock { state -> Bool in
            state.users -= 1
            return state.isClosed && Self.closeIfIdle(&state)
        }
        if closed { descriptors.didClose() }
    }
}
