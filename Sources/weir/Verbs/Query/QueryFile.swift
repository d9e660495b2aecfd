import Foundation

/// Files of statements, and of the records that they are tested with.
enum QueryFile {
    /// A file's bytes.
    ///
    /// - Throws: `.usage` where it cannot be read or is longer than `limit` bytes.
    static func read(_ path: String, upTo limit: Int) throws(VerbFailure) -> [UInt8] {
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            data = try handle.read(upToCount: limit + 1) ?? Data()
        } catch {
            throw VerbFailure(.usage, "\(path) cannot be read")
        }
        return try checked(Array(data), upTo: limit, path)
    }

    /// Bytes without the mark that some editors put before UTF-8.
    ///
    /// - Throws: `.usage` where there are more than `limit`.
    static func checked(_ bytes: [UInt8], upTo limit: Int, _ name: String) throws(VerbFailure) -> [UInt8] {
        guard bytes.count <= limit else {
            throw VerbFailure(.usage, "\(name) is longer than \(limit >> 20) MiB")
        }
        return bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// Bytes as text.
    ///
    /// - Throws: `.usage` where they are not UTF-8.
    static func text(_ bytes: [UInt8], _ name: String) throws(VerbFailure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw VerbFailure(.usage, "\(name) is not UTF-8")
        }
        return text
    }
}
