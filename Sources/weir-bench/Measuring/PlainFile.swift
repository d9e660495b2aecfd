import Glibc

/// A file written and read with plain system calls: what the log is compared with.
struct PlainFile: ~Copyable {
    private let descriptor: Int32
    private let path: String
    private let isOwned: Bool

    /// Creates the file, or empties it.
    ///
    /// - Throws: `BenchError` with the system's words.
    init(_ path: String) throws {
        self.path = path
        isOwned = true
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw BenchError.system("open \(path)") }
    }

    /// Opens a file of somebody else.
    ///
    /// - Throws: `BenchError` with the system's words.
    init(reading path: String) throws {
        self.path = path
        isOwned = false
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BenchError.system("open \(path)") }
    }

    deinit {
        close(descriptor)
        if isOwned { unlink(path) }
    }

    /// Writes all bytes at the end of what was written before.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            let put = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            guard put > 0 else { throw BenchError.system("write") }
            done += put
        }
    }

    /// Reads up to the buffer's size; 0 at the end.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let got = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
        guard got >= 0 else { throw BenchError.system("pread") }
        return got
    }

    /// Makes what was written durable.
    func sync() throws {
        guard fdatasync(descriptor) == 0 else { throw BenchError.system("fdatasync") }
    }
}
