import BrokerCore
import NIOCore
import Synchronization

/// The real disk, which counts how often log files are read in a way that may wait for it.
final class WatchedDisk: Storage {
    private let disk = DiskStorage()
    private let reads = Reads()

    /// Blocking reads of `.log` files so far.
    var logReads: Int { reads.count.load(ordering: .relaxed) }

    func open(_ path: String, _ mode: OpenMode) throws(StorageError) -> any StorageFile {
        WatchedFile(try disk.open(path, mode), reads)
    }

    func list(_ directory: String) throws(StorageError) -> [String] { try disk.list(directory) }
    func status(of path: String) throws(StorageError) -> FileStatus? { try disk.status(of: path) }
    func createDirectory(_ path: String) throws(StorageError) { try disk.createDirectory(path) }
    func remove(_ path: String) throws(StorageError) { try disk.remove(path) }
    func removeDirectory(_ path: String) throws(StorageError) { try disk.removeDirectory(path) }
    func rename(_ path: String, to newPath: String) throws(StorageError) { try disk.rename(path, to: newPath) }
    func syncDirectory(_ directory: String) throws(StorageError) { try disk.syncDirectory(directory) }

    fileprivate final class Reads: Sendable {
        let count = Atomic<Int>(0)
    }
}

private final class WatchedFile: StorageFile {
    private let file: any StorageFile
    private let reads: WatchedDisk.Reads

    init(_ file: any StorageFile, _ reads: WatchedDisk.Reads) {
        self.file = file
        self.reads = reads
    }

    var path: String { file.path }
    func read(at offset: Int64, count: Int, into buffer: inout ByteBuffer) throws(StorageError) -> Int {
        if file.path.hasSuffix(".log") { reads.count.wrappingAdd(1, ordering: .relaxed) }
        return try file.read(at: offset, count: count, into: &buffer)
    }
    func readCached(at offset: Int64, count: Int, into buffer: inout ByteBuffer) -> Bool {
        file.readCached(at: offset, count: count, into: &buffer)
    }
    func write(_ head: ByteBuffer, _ rest: ByteBuffer, at offset: Int64) throws(StorageError) {
        try file.write(head, rest, at: offset)
    }
    func size() throws(StorageError) -> Int64 { try file.size() }
    func truncate(to size: Int64) throws(StorageError) { try file.truncate(to: size) }
    func allocate(to size: Int64) throws(StorageError) { try file.allocate(to: size) }
    func sync() throws(StorageError) { try file.sync() }
    func rename(to newPath: String) throws(StorageError) { try file.rename(to: newPath) }
    func close() { file.close() }
}
