import BrokerCore
import NIOCore

/// The real disk without waiting for it: for setting up what a figure needs, never for what it measures.
struct UnsyncedStorage: Storage {
    private let disk = DiskStorage()

    func open(_ path: String, _ mode: OpenMode) throws(StorageError) -> any StorageFile {
        UnsyncedFile(try disk.open(path, mode))
    }

    func list(_ directory: String) throws(StorageError) -> [String] { try disk.list(directory) }
    func status(of path: String) throws(StorageError) -> FileStatus? { try disk.status(of: path) }
    func createDirectory(_ path: String) throws(StorageError) { try disk.createDirectory(path) }
    func remove(_ path: String) throws(StorageError) { try disk.remove(path) }
    func removeDirectory(_ path: String) throws(StorageError) { try disk.removeDirectory(path) }
    func rename(_ path: String, to newPath: String) throws(StorageError) { try disk.rename(path, to: newPath) }
    func syncDirectory(_ directory: String) throws(StorageError) {}
}

/// A file whose syncs do nothing.
private final class UnsyncedFile: StorageFile {
    private let file: any StorageFile

    init(_ file: any StorageFile) { self.file = file }

    var path: String { file.path }
    func read(at offset: Int64, count: Int, into buffer: inout ByteBuffer) throws(StorageError) -> Int {
        try file.read(at: offset, count: count, into: &buffer)
    }
    func write(_ head: ByteBuffer, _ rest: ByteBuffer, at offset: Int64) throws(StorageError) {
        try file.write(head, rest, at: offset)
    }
    func size() throws(StorageError) -> Int64 { try file.size() }
    func truncate(to size: Int64) throws(StorageError) { try file.truncate(to: size) }
    func allocate(to size: Int64) throws(StorageError) { try file.allocate(to: size) }
    func sync() throws(StorageError) {}
    func rename(to newPath: String) throws(StorageError) { try file.rename(to: newPath) }
    func close() { file.close() }
}
