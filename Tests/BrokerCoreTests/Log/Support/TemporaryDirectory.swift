import BrokerCore
import Glibc
import NIOCore

/// A directory that goes away with the value.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/weir-log-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw StorageError(.createDirectory, "/tmp", code: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// Copies a directory of files (not deeper) to a new folder in here, writable.
    func copy(of directory: String, as name: String) throws -> String {
        let disk = DiskStorage(descriptorLimit: 64)
        let target = "\(path)/\(name)"
        try disk.createDirectory(target)
        for file in try disk.list(directory) {
            guard let bytes = try disk.readFile("\(directory)/\(file)") else { continue }
            let copy = try disk.open("\(target)/\(file)", .replace)
            try copy.write(bytes, at: 0)
            copy.close()
        }
        return target
    }

    private static func remove(_ path: String) {
        let disk = DiskStorage(descriptorLimit: 64)
        for name in (try? disk.list(path)) ?? [] {
            let child = "\(path)/\(name)"
            if (try? disk.status(of: child))??.isDirectory == true { remove(child) } else { try? disk.remove(child) }
        }
        try? disk.removeDirectory(path)
    }
}
