import Foundation
import Glibc

/// Why a file of the queries' folder could not be used.
package struct QueryFolderError: Error, Equatable, CustomStringConvertible {
    /// What was tried, with the path, and what the system said.
    package var description: String
}

/// The folder in which queries keep their statements and state: files that are replaced whole and are on the disk when a write returns.
struct QueryFolder: Sendable {
    /// The longest file that is read.
    private static let longest = 4 << 30

    let path: String

    /// The file's bytes; nil where there is none.
    func read(_ name: String) throws(QueryFolderError) -> [UInt8]? {
        let file = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        if file < 0, errno == ENOENT { return nil }
        guard file >= 0 else { throw failure("\(name) cannot be opened") }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_size <= Self.longest else { throw failure("\(name) cannot be read") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(file, buffer.baseAddress?.advanced(by: done), buffer.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("\(name) cannot be read whole") }
            done += count
        }
        return bytes
    }

    /// Replaces a file: after a crash it is there as it was, or as it is now.
    func write(_ name: String, _ bytes: [UInt8]) throws(QueryFolderError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw QueryFolderError(description: "\(path) cannot be made: \(error.localizedDescription)")
        }
        let new = "\(path)/\(name).new"
        let file = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("\(name) cannot be written") }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress?.advanced(by: done), $0.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failure("\(name) cannot be written")
                close(file)
                throw error
            }
            done += count
        }
        let isSynced = fsync(file) == 0
        let error = failure("\(name) cannot be written")
        guard close(file) == 0, isSynced, rename(new, "\(path)/\(name)") == 0 else { throw error }
        try sync()
    }

    /// The files' names, ascending; those half written left out.
    func names() -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return all.filter { !$0.hasSuffix(".new") }.sorted()
    }

    /// Deletes a file. What cannot be deleted is only in the way: it is overwritten later.
    func remove(_ name: String) { unlink("\(path)/\(name)") }

    /// Gives a file that cannot be used another name, so that nothing in it is lost.
    ///
    /// - Returns: The new path.
    func setAside(_ name: String) throws(QueryFolderError) -> String {
        var number = 1
        while access("\(path)/\(name).unread-\(number)", F_OK) == 0 { number += 1 }
        let aside = "\(path)/\(name).unread-\(number)"
        guard rename("\(path)/\(name)", aside) == 0 else { throw failure("\(name) cannot be set aside") }
        try sync()
        return aside
    }

    /// Makes names durable.
    private func sync() throws(QueryFolderError) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure("the folder cannot be opened") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure("the folder cannot be written") }
    }

    private func failure(_ what: String) -> QueryFolderError {
        QueryFolderError(description: "\(path): \(what): \(String(cString: strerror(errno)))")
    }
}
