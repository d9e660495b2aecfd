package import NIOCore

/// The files and directories of a broker: the real disk, or a simulated one that loses and tears.
///
/// Nothing is durable before it is synced: bytes by ``StorageFile/sync()``, names (created, renamed, removed) by
/// ``syncDirectory(_:)``. Code on top must be right if any part of what is not synced is lost, in any order.
package protocol Storage: Sendable {
    /// Opens a file.
    ///
    /// - Throws: ``StorageError`` when it cannot be opened (`ENOENT` for a missing file unless the mode creates it).
    func open(_ path: String, _ mode: OpenMode) throws(StorageError) -> any StorageFile
    /// The names in a directory, sorted, without `.` and `..`.
    func list(_ directory: String) throws(StorageError) -> [String]
    /// What is known of a file or directory, or nil when there is none.
    func status(of path: String) throws(StorageError) -> FileStatus?
    /// Makes a directory whose parent exists; one that is there already is fine.
    func createDirectory(_ path: String) throws(StorageError)
    /// Removes a file; one that is missing is fine.
    func remove(_ path: String) throws(StorageError)
    /// Removes an empty directory; one that is missing is fine.
    func removeDirectory(_ path: String) throws(StorageError)
    /// Renames a file or directory, replacing what has the new name. Open files keep their old path:
    /// rename those with ``StorageFile/rename(to:)``.
    func rename(_ path: String, to newPath: String) throws(StorageError)
    /// Makes the names of a directory durable.
    func syncDirectory(_ directory: String) throws(StorageError)
}

/// A file of a ``Storage``. Calls may come from any thread; writes to one range are the caller's to order.
package protocol StorageFile: AnyObject, Sendable {
    /// Where the file is now.
    var path: String { get }
    /// Appends up to `count` bytes from `offset` to `buffer`.
    ///
    /// - Returns: How many bytes came; fewer than `count` only at the end of the file.
    func read(at offset: Int64, count: Int, into buffer: inout ByteBuffer) throws(StorageError) -> Int
    /// Appends exactly `count` bytes from `offset` to `buffer` if the system has all of them in memory: never waits for the disk.
    ///
    /// - Returns: False, with the buffer's content as it was, where it has not or cannot tell; ``read(at:count:into:)`` then says what there
    ///   is, or what is wrong.
    func readCached(at offset: Int64, count: Int, into buffer: inout ByteBuffer) -> Bool
    /// Writes all readable bytes of two buffers, one behind the other, at `offset`, in one call. On an error any part
    /// of them may have been written.
    func write(_ head: ByteBuffer, _ rest: ByteBuffer, at offset: Int64) throws(StorageError)
    /// The file's length in bytes.
    func size() throws(StorageError) -> Int64
    /// Cuts the file, or extends it with zeros.
    func truncate(to size: Int64) throws(StorageError)
    /// Extends the file with zeros and takes the room for them on the disk now, where the file system can.
    func allocate(to size: Int64) throws(StorageError)
    /// Makes the bytes durable. After a failure the file's unsynced bytes may be gone: never retry, never acknowledge.
    func sync() throws(StorageError)
    /// Gives the file a new path in the same directory and goes on with it.
    func rename(to newPath: String) throws(StorageError)
    /// Lets go of the file; later calls fail with `EBADF`.
    func close()
}

/// How to open a file.
package enum OpenMode: Sendable {
    /// An existing file, to read.
    case read
    /// An existing file, to read and write.
    case write
    /// To read and write; created when missing.
    case create
    /// To read and write; emptied when it exists.
    case replace
}

/// What is known of a file or directory without opening it.
package struct FileStatus: Sendable, Equatable {
    /// Whether it is a directory.
    package var isDirectory: Bool
    /// The length in bytes.
    package var size: Int64
    /// When it was last written, in milliseconds since 1970.
    package var modifiedMilliseconds: Int64

    /// A status.
    package init(isDirectory: Bool, size: Int64, modifiedMilliseconds: Int64) {
        self.isDirectory = isDirectory
        self.size = size
        self.modifiedMilliseconds = modifiedMilliseconds
    }
}

extension StorageFile {
    /// Cannot tell.
    package func readCached(at offset: Int64, count: Int, into buffer: inout ByteBuffer) -> Bool { false }

    /// Only the length, for disks that take no room ahead.
    package func allocate(to size: Int64) throws(StorageError) { try truncate(to: size) }

    /// Writes all readable bytes at `offset`. On an error any part of them may have been written.
    package func write(_ bytes: ByteBuffer, at offset: Int64) throws(StorageError) {
        try write(bytes, ByteBuffer(), at: offset)
    }
}

extension Storage {
    /// Reads a whole file, or nil when there is none.
    ///
    /// - Parameter limit: The most bytes to take; a longer file is an `EFBIG` error, so that a wrong file costs no memory.
    package func readFile(_ path: String, limit: Int = 64 << 20) throws(StorageError) -> ByteBuffer? {
        guard let status = try status(of: path), !status.isDirectory else { return nil }
        guard status.size <= Int64(limit) else {
            throw StorageError(.read, path, code: StorageError.fileTooBig)
        }
        let file = try open(path, .read)
        defer { file.close() }
        var buffer = ByteBufferAllocator().buffer(capacity: Int(status.size))
        _ = try file.read(at: 0, count: Int(status.size), into: &buffer)
        return buffer
    }

    /// Puts a whole file in place so that after a crash either the old or the new one is there: writes `path.tmp`,
    /// syncs it, renames it and syncs the directory.
    package func replaceFile(_ path: String, with bytes: ByteBuffer) throws(StorageError) {
        let file = try open(path + ".tmp", .replace)
        defer { file.close() }
        try file.write(bytes, at: 0)
        try file.sync()
        try file.rename(to: path)
        try syncDirectory(parentDirectory(of: path))
    }
}

/// The directory part of a path; "." when there is none.
package func parentDirectory(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The last part of a path.
package func fileName(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
}
