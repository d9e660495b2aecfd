import AlertRules
import Foundation
import Monitor

/// Files of rules on disk.
enum RuleText {
    /// What stands in a file.
    ///
    /// - Throws: `RuleFileProblem` where it cannot be read, is too large, or is no text.
    static func read(_ path: String) throws(RuleFileProblem) -> String { try RuleFileSource.text(of: path) }

    /// The files that a pattern with `*`, `?` and `[…]` means, beside another file; the pattern itself where it means none.
    static func files(_ pattern: String, beside file: String) -> [String] {
        let folder = (file as NSString).deletingLastPathComponent
        let whole = pattern.hasPrefix("/") || folder.isEmpty ? pattern : "\(folder)/\(pattern)"
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(whole, 0, nil, &found) == 0 else { return [whole] }
        let count = Int(found.gl_pathc)
        return (0..<count).compactMap { place in found.gl_pathv[place].map { String(cString: $0) } }
    }
}
