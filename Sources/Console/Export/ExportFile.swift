import Glibc

/// Writes an exported file: a new one, or in the place of an old one when that was asked for.
package enum ExportFile {
    /// The path a person typed, made absolute.
    package static func absolute(_ typed: String, home: String?, directory: String) -> String {
        if typed == "~" || typed.hasPrefix("~/"), let home, home.hasPrefix("/") { return home + typed.dropFirst() }
        return typed.hasPrefix("/") ? typed : (directory == "/" ? "" : directory) + "/" + typed
    }

    /// Writes the bytes, whole or not at all; a file that is there is replaced only where `replacing` says so.
    ///
    /// - Throws: `ExportError.exists`, or `ExportError.file` with the reason in words.
    package static func write(_ bytes: [UInt8], to path: String, replacing: Bool) throws(ExportError) {
        var status = stat()
        if stat(path, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { throw .file(path, "it is a directory") }
            if !replacing { throw .exists(path) }
            if status.st_mode & S_IFMT != S_IFREG { throw .file(path, "it is no ordinary file") }
        }
        let target = replacing ? path + ".weir-\(getpid())" : path
        let file = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard file >= 0 else {
            if errno == EEXIST, !replacing { throw .exists(path) }
            throw .file(path, reason(errno))
        }
        var problem = writeAll(bytes, to: file)
        if close(file) != 0, problem == 0 { problem = errno }
        if problem == 0, replacing, rename(target, path) != 0 { problem = errno }
        if problem != 0 {
            unlink(target)
            throw .file(path, reason(problem))
        }
    }

    /// Writes all of the bytes; tells errno, 0 for none.
    private static func writeAll(_ bytes: [UInt8], to file: Int32) -> Int32 {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count > 0 { start += count } else if errno != EINTR { return count == 0 ? EIO : errno }
        }
        return 0
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case ENOENT: "there is no such directory"
        case ENOTDIR: "part of the path is no directory"
        case EACCES, EPERM: "it is not permitted"
        case EROFS: "the file system is read-only"
        case ENOSPC, EDQUOT: "the disk is full"
        case ENAMETOOLONG: "the name is too long"
        default: String(cString: strerror(code))
        }
    }
}
