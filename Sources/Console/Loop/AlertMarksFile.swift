package import AlertRules
import Foundation
import Monitor

/// The operator's marks on alerts as small JSON files in Weir's own folder, one a cluster: `alerts-<cluster id>.json`.
///
/// A file is replaced as a whole or not at all. One that cannot be understood is never written over: it is set aside under another name first.
package struct AlertMarksFile: Sendable {
    /// No marks file is larger than this, bytes.
    private static let limit = 4 << 20

    private struct Contents: Codable {
        var version = 1
        var cluster: String
        var marks: AlertMarks
    }

    private let folder: String

    /// The files in a folder, which need not exist yet.
    package init(folder: String) { self.folder = folder }

    /// The file of a cluster.
    package func path(cluster: String) -> String { "\(folder)/alerts-\(FileNames.plain(cluster)).json" }

    /// Reads a cluster's marks; none where there is no file.
    ///
    /// - Throws: `AlertMarksError.unreadable` where there is one that cannot be read or understood; it stays as it is.
    package func load(cluster: String) throws(AlertMarksError) -> AlertMarks {
        let path = path(cluster: cluster)
        guard FileManager.default.fileExists(atPath: path) else { return AlertMarks() }
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            let data = try handle.read(upToCount: Self.limit) ?? Data()
            return try JSONDecoder().decode(Contents.self, from: data).marks
        } catch {
            throw .unreadable(path: path, reason: Self.reason(error))
        }
    }

    /// Writes a cluster's marks.
    ///
    /// - Returns: Where a file that could not be understood was set aside; nil when there was none.
    /// - Throws: `AlertMarksError.unwritable`; what stood there before stands there still.
    package func save(_ marks: AlertMarks, cluster: String) throws(AlertMarksError) -> String? {
        let path = path(cluster: cluster)
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let aside = try setAside(path, cluster: cluster)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let data = try encoder.encode(Contents(cluster: cluster, marks: marks))
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
            return aside
        } catch {
            throw .unwritable(path: path, reason: Self.reason(error))
        }
    }

    /// Renames a file that cannot be understood, so that nothing in it is lost.
    private func setAside(_ path: String, cluster: String) throws -> String? {
        guard (try? load(cluster: cluster)) == nil else { return nil }
        var number = 1
        while FileManager.default.fileExists(atPath: "\(path).unreadable-\(number)"), number < 1000 { number += 1 }
        let aside = "\(path).unreadable-\(number)"
        // Refuses to replace a file that is there.
        try FileManager.default.moveItem(atPath: path, toPath: aside)
        return aside
    }

    private static func reason(_ error: any Error) -> String {
        if case DecodingError.dataCorrupted = error { return "not valid JSON" }
        if error is DecodingError { return "not a file of marks" }
        return (error as NSError).localizedDescription
    }
}

/// Why marks could not be read or kept.
package enum AlertMarksError: Error, Equatable, CustomStringConvertible {
    /// There is a file, and it cannot be understood; it stays, and will be set aside before another is written.
    case unreadable(path: String, reason: String)
    /// The marks hold until the console ends, and are lost then.
    case unwritable(path: String, reason: String)

    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "mutes not read, file kept: \(reason): \(path)"
        case .unwritable(let path, let reason): "mutes end with this session: \(reason): \(path)"
        }
    }
}
