import Foundation

/// Files of which no more is read than they may hold, however large they have become.
enum BoundedFile {
    /// A file's bytes; of one that is larger than allowed one byte more than that, by which it is known.
    ///
    /// - Throws: Foundation's errors where it cannot be read.
    static func read(_ path: String, atMost limit: Int) throws -> Data {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        return try handle.read(upToCount: limit + 1) ?? Data()
    }
}
