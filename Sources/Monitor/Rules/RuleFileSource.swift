package import AlertRules
import Foundation

/// Files of rules on disk, with the shipped rules before them, read again when one changes.
///
/// A file that can no longer be used leaves its former rules at work, and what is wrong is said.
package struct RuleFileSource: RuleSource {
    /// What tells one state of a file from another: nil where there is none.
    private struct Stamp: Equatable, Sendable {
        var seconds: Int
        var nanoseconds: Int
        var size: Int64
        var inode: UInt64
    }

    private struct Watched: Sendable {
        var path: String
        var stamp: Stamp?
        var rules: RuleFile
        var problems: [RuleFileProblem] = []
    }

    private var watched: [Watched]
    private let shipsDefaults: Bool
    private let version: PrometheusVersion

    /// Files that nobody has read yet.
    ///
    /// - Parameters:
    ///   - paths: The files, in order.
    ///   - shipsDefaults: Whether the shipped rules are at work, too.
    ///   - version: Whose rules expressions follow.
    package init(_ paths: [String], shipsDefaults: Bool = true, version: PrometheusVersion = .three) {
        watched = paths.map { Watched(path: $0, rules: RuleFile(file: $0, groups: [])) }
        self.shipsDefaults = shipsDefaults
        self.version = version
    }

    /// Reads all files.
    package mutating func load() -> LoadedRules {
        for place in watched.indices { read(place, Self.stamp(of: watched[place].path)) }
        return loaded
    }

    package mutating func changed() -> LoadedRules? {
        var hasChanged = false
        for place in watched.indices {
            let stamp = Self.stamp(of: watched[place].path)
            guard stamp != watched[place].stamp else { continue }
            read(place, stamp)
            hasChanged = true
        }
        return hasChanged ? loaded : nil
    }

    private var loaded: LoadedRules {
        let shipped = shipsDefaults ? LoadedRules.shipped : .none
        return LoadedRules(
            files: shipped.files + watched.map(\.rules), problems: shipped.problems + watched.flatMap(\.problems),
            version: version)
    }

    private mutating func read(_ place: Int, _ stamp: Stamp?) {
        watched[place].stamp = stamp
        do {
            let path = watched[place].path
            let (rules, problems) = RuleFileReader.read(text: try Self.text(of: path), file: path, version: version)
            watched[place].problems = problems
            if !problems.contains(where: { $0.severity == .error }) { watched[place].rules = rules }
        } catch {
            watched[place].problems = [error]
        }
    }

    private static func stamp(of path: String) -> Stamp? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        return Stamp(
            seconds: facts.st_mtim.tv_sec, nanoseconds: facts.st_mtim.tv_nsec, size: Int64(facts.st_size),
            inode: UInt64(facts.st_ino))
    }

    /// Bytes of a file of rules at most.
    private static let limit = 16 << 20

    /// What stands in a file.
    ///
    /// - Throws: `RuleFileProblem` where it cannot be read, is too large, or is no text.
    package static func text(of path: String) throws(RuleFileProblem) -> String {
        let data: Data
        do {
            data = try BoundedFile.read(path, atMost: limit)
        } catch {
            throw RuleFileProblem(
                .error, file: path, position: nil, reason: "cannot be read: \(error.localizedDescription)")
        }
        guard data.count <= limit else {
            throw RuleFileProblem(.error, file: path, position: nil, reason: "is larger than \(limit >> 20) MiB")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw RuleFileProblem(.error, file: path, position: nil, reason: "is no UTF-8 text")
        }
        return text
    }
}
