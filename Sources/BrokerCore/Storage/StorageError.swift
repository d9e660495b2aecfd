import Glibc

/// A call to the disk that failed: what was tried, on what, and what the system said.
package struct StorageError: Error, Equatable, CustomStringConvertible {
    /// What was tried.
    package enum Operation: String, Sendable {
        case open, list, status, createDirectory = "create directory", remove, rename, read, write, truncate
        case allocate = "allocate room for"
        case sync, syncDirectory = "sync directory"
    }

    /// What was tried.
    package var operation: Operation
    /// The file or directory.
    package var path: String
    /// The system's error number (`errno`).
    package var code: Int32

    /// An error of a call.
    package init(_ operation: Operation, _ path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// `ENOENT`: there is no such file.
    package static let notFound = ENOENT
    /// `EFBIG`: the file is larger than what may be read at once.
    package static let fileTooBig = EFBIG
    /// `EIO`: the disk failed.
    package static let inputOutput = EIO
    /// `ENOSPC`: the disk is full.
    package static let noSpace = ENOSPC
    /// `EBADF`: the file was closed.
    package static let closed = EBADF

    /// `cannot write /data/log/t-0/00000000000000000000.log: No space left on device; free space on this disk`.
    package var description: String {
        "cannot \(operation.rawValue) \(path): \(String(cString: strerror(code)))\(advice)"
    }

    private var advice: String {
        switch code {
        case ENOSPC, EDQUOT: "; free space on this disk and start again"
        case EACCES, EPERM: "; check who owns it and its permissions"
        case EMFILE, ENFILE: "; raise the limit of open files (ulimit -n)"
        case EIO: "; the disk may be failing, see the kernel's log"
        case EROFS: "; the file system is read-only"
        default: ""
        }
    }
}
