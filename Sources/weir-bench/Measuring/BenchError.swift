import Glibc

/// Why a figure could not be taken.
struct BenchError: Error, CustomStringConvertible {
    /// What happened, in words.
    let description: String

    /// An error with these words.
    init(_ description: String) { self.description = description }

    /// A call of the system that failed, with `errno`'s words.
    static func system(_ call: String) -> BenchError { BenchError("\(call): \(String(cString: strerror(errno)))") }
}
