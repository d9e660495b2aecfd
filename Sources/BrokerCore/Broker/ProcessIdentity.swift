import Glibc

/// Who this process is to others.
enum ProcessIdentity {
    /// The process id.
    static var current: Int32 { getpid() }
}
