package import Cluster
import Dispatch
import Foundation

/// The audit log of attached clusters: JSON lines in Weir's own directory, `<state>/audit/<cluster id>.jsonl`.
///
/// A line is on the disk when ``append(_:)`` returns. A file that has grown to ``rotationBytes`` is renamed to `.1`, `.1` to `.2` and so
/// on; the oldest goes. Other processes of the same user are kept out while it is written (flock(2)).
package final class AuditFile: AuditJournal {
    /// How large a file grows before it is set aside, bytes.
    package static let rotationBytes: Int64 = 8 << 20
    /// How many files set aside are kept.
    package static let keptFiles = 4

    private let folder: String
    /// Where the newest events are.
    package let path: String
    private let limit: Int64
    /// Where the disk is waited for.
    private let queue = DispatchQueue(label: "weir.audit")

    /// The file of a cluster.
    ///
    /// - Parameters:
    ///   - stateDirectory: Weir's own directory, which need not exist yet.
    ///   - rotationBytes: How large the file grows before it is set aside.
    package init(stateDirectory: String, clusterID: String, rotationBytes: Int64 = AuditFile.rotationBytes) {
        folder = "\(stateDirectory)/audit"
        // A cluster's id comes from outside; only what a file name may hold is kept.
        let name = clusterID.prefix(100).filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        path = "\(folder)/\(name.isEmpty ? "unnamed" : name).jsonl"
        limit = rotationBytes
    }

    package func append(_ event: AuditEvent) async throws(ClusterError) {
        let line = try event.bytes() + [0x0a]
        try await onQueue { [self] () throws(ClusterError) in try write(line) }
    }

    package func newest(_ count: Int) async throws(ClusterError) -> AuditExcerpt {
        try await onQueue { [self] () throws(ClusterError) in
            var excerpt = AuditExcerpt(events: [])
            for number in 0...Self.keptFiles where excerpt.events.count < count {
                let name = number == 0 ? path : "\(path).\(number)"
                guard FileManager.default.fileExists(atPath: name) else { continue }
                let lines = try read(name).split(separator: 0x0a)
                for line in lines.reversed() where excerpt.events.count < count {
                    if let event = AuditEvent(line: line) {
                        excerpt.events.append(event)
                    } else {
                        excerpt.unreadable += 1
                    }
                }
            }
            return excerpt
        }
    }

    private func read(_ name: String) throws(ClusterError) -> Data {
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: name))
            defer { try? file.close() }
            // Never more than a file may hold, one line beyond its limit at most.
            return try file.read(upToCount: Int(clamping: limit) + AuditEvent.maxBytes) ?? Data()
        } catch {
            throw .storage("\(name) cannot be read: \(error.localizedDescription)")
        }
    }

    private func write(_ line: [UInt8]) throws(ClusterError) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .storage("\(folder) cannot be made: \(error.localizedDescription)")
        }
        let lock = open("\(path).lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw failure("cannot be locked") }
        defer { close(lock) }
        while flock(lock, LOCK_EX) != 0 {
            guard errno == EINTR else { throw failure("cannot be locked") }
        }
        try rotate(before: line.count)
        try add(line)
    }

    private func rotate(before bytes: Int) throws(ClusterError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 0, Int64(status.st_size) + Int64(bytes) > limit else { return }
        for number in stride(from: Self.keptFiles, to: 0, by: -1) {
            let from = number == 1 ? path : "\(path).\(number - 1)"
            guard rename(from, "\(path).\(number)") == 0 || errno == ENOENT else {
                throw failure("cannot be set aside")
            }
        }
    }

    private func add(_ line: [UInt8]) throws(ClusterError) {
        let isNew = !FileManager.default.fileExists(atPath: path)
        let file = open(path, O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("cannot be written") }
        defer { close(file) }
        var bytes = line
        // A line that was cut off by a crash is closed first, so that it spoils no other.
        let end = lseek(file, 0, SEEK_END)
        var last: UInt8 = 0x0a
        if end > 0, pread(file, &last, 1, end - 1) == 1, last != 0x0a { bytes.insert(0x0a, at: 0) }
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("cannot be written") }
            start += count
        }
        guard fsync(file) == 0 else { throw failure("cannot be synced") }
        guard isNew else { return }
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure("cannot be synced") }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw failure("cannot be synced") }
    }

    private func failure(_ what: String) -> ClusterError {
        .storage("\(path) \(what): \(String(cString: strerror(errno)))")
    }

    private func onQueue<Value: Sendable>(
        _ body: @escaping @Sendable () throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        let result: Result<Value, ClusterError> = await withCheckedContinuation { continuation in
            queue.async {
                do throws(ClusterError) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
