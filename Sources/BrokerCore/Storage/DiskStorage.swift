import Glibc
import NIOCore

/// The real disk: plain descriptors, `pread`, `pwrite`, `fdatasync`, and `fsync` of directories.
///
/// Files open their descriptor on first use and give it up again when more than ``descriptorLimit`` are open (see
/// ``DescriptorCache``), so that tens of thousands of segments can be held at once.
package final class DiskStorage: Storage {
    /// How many descriptors the files of this storage hold at most while they are idle.
    package let descriptorLimit: Int
    private let descriptors: DescriptorCache

    /// A storage on the machine's file system.
    ///
    /// - Parameter descriptorLimit: The most descriptors to keep open; nil takes half of the process's limit, after
    ///   raising the soft limit to the hard one.
    package init(descriptorLimit: Int? = nil) {
        self.descriptorLimit = max(8, descriptorLimit ?? Self.raiseLimit() / 2)
        descriptors = DescriptorCache(limit: self.descriptorLimit)
    }

    /// Descriptors open now, for screens and tests.
    package var openDescriptors: Int { descriptors.count }

    /// Raises the soft limit of open files to the hard one and answers with what holds now.
    private static func raiseLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            _ = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return Int(min(limit.rlim_cur, 1 << 20))
    }

    package func open(_ path: String, _ mode: OpenMode) throws(StorageError) -> any StorageFile {
        let file = DiskFile(path: path, isWritable: mode != .read, descriptors: descriptors)
        switch mode {
        case .read, .write: try file.openNow(creating: 0)
        case .create: try file.openNow(creating: O_CREAT)
        case .replace: try file.openNow(creating: O_CREAT | O_TRUNC)
        }
        return file
    }

    package func list(_ directory: String) throws(StorageError) -> [String] {
        guard let stream = opendir(directory) else { throw StorageError(.list, directory, code: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw StorageError(.list, directory, code: errno) }
        return names.sorted()
    }

    package func status(of path: String) throws(StorageError) -> FileStatus? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw StorageError(.status, path, code: errno)
        }
        return FileStatus(
            isDirectory: status.st_mode & S_IFMT == S_IFDIR,
            size: Int64(status.st_size),
            modifiedMilliseconds: Int64(status.st_mtim.tv_sec) &* 1000 &+ Int64(status.st_mtim.tv_nsec) / 1_000_000
        )
    }

    package func createDirectory(_ path: String) throws(StorageError) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw StorageError(.createDirectory, path, code: errno)
        }
    }

    package func remove(_ path: String) throws(StorageError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw StorageError(.remove, path, code: errno) }
    }

    package func removeDirectory(_ path: String) throws(StorageError) {
        guard rmdir(path) == 0 || errno == ENOENT else { throw StorageError(.remove, path, code: errno) }
    }

    package func rename(_ path: String, to newPath: String) throws(StorageError) {
        guard Glibc.rename(path, newPath) == 0 else { throw StorageError(.rename, path, code: errno) }
    }

    package func syncDirectory(_ directory: String) throws(StorageError) {
        let descriptor = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StorageError(.syncDirectory, directory, code: errno) }
        defer { _ = Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StorageError(.syncDirectory, directory, code: errno) }
    }
}
