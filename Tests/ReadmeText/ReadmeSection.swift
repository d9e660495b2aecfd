import Foundation
import Synchronization

/// A part of README that is written from the code, between comments that name it.
package struct ReadmeSection {
    private let name: String

    /// A section by its name.
    package init(_ name: String) { self.name = name }

    /// README has no comments that begin and end a section.
    package struct Missing: Error {
        /// The section's name.
        package var name: String
    }

    private static let path = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        .appending(path: "README.md")
    /// Tests run beside one another.
    private static let using = Mutex(())

    /// What README says where it ought to say the lines; nil where it does. With WEIR_UPDATE_SCREENS the lines are written there.
    ///
    /// - Throws: `Missing`; what reading and writing throws.
    package func difference(from lines: [String]) throws -> String? {
        let wanted = "\n" + lines.joined(separator: "\n") + "\n\n"
        return try Self.using.withLock { _ in
            let text = try String(contentsOf: Self.path, encoding: .utf8)
            guard let begin = text.range(of: "<!-- \(name): begin -->\n"),
                let end = text.range(of: "<!-- \(name): end -->", range: begin.upperBound..<text.endIndex)
            else { throw Missing(name: name) }
            let range = begin.upperBound..<end.lowerBound
            guard ProcessInfo.processInfo.environment["WEIR_UPDATE_SCREENS"] == nil else {
                let updated = text.replacingCharacters(in: range, with: wanted)
                try updated.write(to: Self.path, atomically: true, encoding: .utf8)
                return nil
            }
            return text[range] == wanted ? nil : String(text[range])
        }
    }
}
