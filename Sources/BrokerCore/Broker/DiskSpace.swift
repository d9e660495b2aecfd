import Glibc

/// The space of a file system.
struct DiskSpace: Equatable {
    /// Bytes in all.
    var total: Int64
    /// Bytes that this process may still write.
    var free: Int64

    /// The file system that a path lies on; nil when it cannot be asked.
    init?(of path: String) {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let block = UInt64(status.f_frsize)
        total = Int64(clamping: UInt64(status.f_blocks).multipliedReportingOverflow(by: block).partialValue)
        free = Int64(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: block).partialValue)
    }
}
