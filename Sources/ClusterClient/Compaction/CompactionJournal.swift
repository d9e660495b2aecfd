package import Cluster
import Foundation
import Glibc

/// The file that remembers which topics have temporary settings, so that they are put back exactly, also after a crash.
///
/// `<state>/clusters/<cluster id>/compaction.json`:
///
/// ```json
/// {"version":1,"entries":[{"topic":"t","processID":4711,"startedAt":1700000000000,
///   "settings":[{"name":"segment.ms","original":"604800000","temporary":"5000"}]}]}
/// ```
///
/// An entry is written, and on the disk, before the first setting changes, and taken out after the last one is back. Other
/// processes of the same user are kept out while it is changed (flock(2)).
package struct CompactionJournal: Sendable {
    /// A topic whose settings are changed for a while.
    package struct Entry: Codable, Equatable, Sendable {
        /// The topic.
        package var topic: String
        /// The process that changed them; while it lives they are its own to put back.
        package var processID: Int32
        /// When, wall milliseconds.
        package var startedAt: Int64
        /// What was changed.
        package var settings: [Setting]

        /// An entry.
        package init(topic: String, processID: Int32, startedAt: Int64, settings: [Setting]) {
            self.topic = topic
            self.processID = processID
            self.startedAt = startedAt
            self.settings = settings
        }
    }

    /// One setting of an entry; `original` is missing where there was no override.
    package struct Setting: Codable, Equatable, Sendable {
        /// The key.
        package var name: String
        /// The override before.
        package var original: String?
        /// The value meanwhile.
        package var temporary: String

        /// A setting.
        package init(name: String, original: String?, temporary: String) {
            self.name = name
            self.original = original
            self.temporary = temporary
        }
    }

    private struct Contents: Codable {
        var version = 1
        var entries: [Entry] = []
    }

    private let folder: String
    private var path: String { "\(folder)/compaction.json" }

    /// The journal of a cluster.
    ///
    /// - Parameter stateDirectory: Weir's own directory.
    package init(stateDirectory: String, clusterID: String) {
        // A cluster's id comes from outside; only what a file name may hold is kept.
        let name = clusterID.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        folder = "\(stateDirectory)/clusters/\(name.isEmpty ? "unnamed" : name)"
    }

    /// The topics with temporary settings.
    ///
    /// - Throws: `.storage` for a file that cannot be read: it is left as it is.
    package func entries() throws(ClusterError) -> [Entry] { try read().entries }

    /// Changes the entries; durable when it returns.
    ///
    /// - Throws: `.storage`; nothing has changed then.
    package func update(_ change: (inout [Entry]) -> Void) throws(ClusterError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .storage("\(folder) cannot be made: \(error.localizedDescription)")
        }
        let lock = open("\(folder)/compaction.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw failure("cannot be locked") }
        defer { close(lock) }
        while flock(lock, LOCK_EX) != 0 {
            guard errno == EINTR else { throw failure("cannot be locked") }
        }
        var contents = try read()
        change(&contents.entries)
        try write(contents)
    }

    private func read() throws(ClusterError) -> Contents {
        guard FileManager.default.fileExists(atPath: path) else { return Contents() }
        do {
            let contents = try JSONDecoder().decode(Contents.self, from: Data(contentsOf: URL(filePath: path)))
            guard contents.version == 1 else {
                throw ClusterError.storage("\(path) is of version \(contents.version), written by a newer Weir")
            }
            return contents
        } catch let error as ClusterError {
            throw error
        } catch {
            throw .storage("\(path) cannot be read; look at it and move it away: \(error)")
        }
    }

    private func write(_ contents: Contents) throws(ClusterError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let bytes: Data
        do { bytes = try encoder.encode(contents) } catch { throw .storage("\(path): \(error)") }
        let draft = "\(path).new"
        let file = open(draft, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("cannot be written") }
        defer { close(file) }
        let written = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        guard written == bytes.count, fsync(file) == 0, rename(draft, path) == 0 else {
            throw failure("cannot be written")
        }
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure("cannot be synced") }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw failure("cannot be synced") }
    }

    private func failure(_ what: String) -> ClusterError {
        .storage("\(path) \(what): \(String(cString: strerror(errno)))")
    }
}

extension CompactionJournal.Entry {
    /// The settings in the words that all sides share.
    var temporarySettings: [TemporarySetting] {
        settings.map { TemporarySetting(name: $0.name, original: $0.original, temporary: $0.temporary) }
    }

    /// Whether the process that changed the settings is still there to put them back.
    var isOwned: Bool { processID == getpid() || kill(processID, 0) == 0 || errno == EPERM }
}
