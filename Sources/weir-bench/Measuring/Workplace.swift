import Foundation

/// The folder that a run works in, removed at its end.
final class Workplace {
    /// Where it is.
    let path: String
    private var names = 0

    /// A new folder inside `parent`.
    ///
    /// - Throws: Foundation's error with the path when it cannot be made.
    init(in parent: String) throws {
        path = "\(parent)/weir-bench-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Removes it with everything in it.
    func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// A path in it that nothing has yet.
    func fresh(_ name: String) -> String {
        names += 1
        return "\(path)/\(name)-\(names)"
    }

    /// Removes a file or folder in it.
    func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
