import AlertRules
import Foundation

/// The state of a cluster's alert rules as a small JSON file in Weir's own folder, `rules-<cluster id>.json`.
///
/// A file is replaced as a whole or not at all. One that cannot be understood is set aside under another name.
struct RuleStateFile: Sendable {
    /// No file is larger than this, bytes.
    private static let limit = 64 << 20

    private struct Contents: Codable {
        var version = 1
        var cluster: String
        var state: KeptRuleState
    }

    /// Where it lies.
    let path: String
    private let folder: String
    private let cluster: String

    /// The file of a cluster in a folder, which need not exist yet.
    init(folder: String, cluster: String) {
        self.folder = folder
        self.cluster = cluster
        path = "\(folder)/rules-\(FileNames.plain(cluster)).json"
    }

    /// Reads what is kept; nil where there is no file.
    ///
    /// - Throws: `RuleStateError`; one that cannot be understood was set aside.
    func load() throws(RuleStateError) -> KeptRuleState? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            data = try handle.read(upToCount: Self.limit) ?? Data()
        } catch {
            throw .unreadable(.state, path: path, reason: error.localizedDescription)
        }
        do {
            let contents = try JSONDecoder().decode(Contents.self, from: data)
            guard contents.cluster == cluster else { throw CocoaError(.fileReadCorruptFile) }
            return contents.state
        } catch {
            throw .damaged(.state, path: path, aside: Self.setAside(path))
        }
    }

    /// Writes a state in place of what was kept.
    ///
    /// - Throws: `RuleStateError.unwritable`; what stood there before stands there still.
    func save(_ state: KeptRuleState) throws(RuleStateError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let data = try encoder.encode(Contents(cluster: cluster, state: state))
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .unwritable(.state, path: path, reason: error.localizedDescription)
        }
    }

    /// Renames a file that cannot be understood, so that nothing in it is lost; nil where that fails.
    static func setAside(_ path: String) -> String? {
        for number in 1..<1000 {
            let aside = "\(path).unreadable-\(number)"
            guard !FileManager.default.fileExists(atPath: aside) else { continue }
            // Refuses to replace a file that is there.
            do { try FileManager.default.moveItem(atPath: path, toPath: aside) } catch { return nil }
            return aside
        }
        return nil
    }
}

/// Why what outlives a restart of the rules could not be read or kept.
enum RuleStateError: Error, Equatable, CustomStringConvertible {
    /// What it is about.
    enum Subject: String {
        case state = "the state of alert rules"
        case series = "the history that alert rules look back on"
    }

    case damaged(Subject, path: String, aside: String?)
    case unreadable(Subject, path: String, reason: String)
    case unwritable(Subject, path: String, reason: String)

    /// What it is about.
    var subject: Subject {
        switch self {
        case .damaged(let subject, _, _), .unreadable(let subject, _, _), .unwritable(let subject, _, _): subject
        }
    }

    var description: String {
        switch self {
        case .damaged(let what, let path, let aside):
            "\(what.rawValue) cannot be understood and begins anew: \(path)"
                + (aside.map { " is set aside as \($0)" } ?? " stays as it is")
        case .unreadable(let what, let path, let reason): "\(what.rawValue) cannot be read: \(path): \(reason)"
        case .unwritable(let what, let path, let reason): "\(what.rawValue) is lost with this run: \(path): \(reason)"
        }
    }
}
