import Foundation

/// A file in Weir's own folder with something of alert rules that outlives a restart.
///
/// It is replaced as a whole or not at all. One that cannot be understood is set aside under another name, so that nothing in it is lost.
struct KeptRuleFile: Sendable {
    /// Where it lies.
    let path: String
    private let folder: String
    private let subject: RuleStateError.Subject
    /// No file is larger, bytes.
    private let limit: Int

    /// A file of a folder, which need not exist yet.
    init(_ name: String, in folder: String, of subject: RuleStateError.Subject, limit: Int) {
        self.folder = folder
        self.subject = subject
        self.limit = limit
        path = "\(folder)/\(name)"
    }

    /// What is kept, as `understand` has it; nil where there is no file.
    ///
    /// - Throws: `RuleStateError`; a file for which `understand` throws was set aside.
    func load<Value>(_ understand: (Data) throws -> Value) throws(RuleStateError) -> Value? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let data: Data
        do {
            data = try BoundedFile.read(path, atMost: limit)
        } catch {
            throw .unreadable(subject, path: path, reason: error.localizedDescription)
        }
        do {
            guard data.count <= limit else { throw CocoaError(.fileReadTooLarge) }
            return try understand(data)
        } catch {
            throw .damaged(subject, path: path, aside: setAside())
        }
    }

    /// Writes what `data` gives in place of what was kept.
    ///
    /// - Throws: `RuleStateError.unwritable`; what stood there before stands there still.
    func save(_ data: () throws -> Data) throws(RuleStateError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try data().write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .unwritable(subject, path: path, reason: error.localizedDescription)
        }
    }

    /// Renames the file; nil where that fails.
    private func setAside() -> String? {
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
