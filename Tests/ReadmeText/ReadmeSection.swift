import Foundation

/// A part of README that is written from the code, between comments that name it.
package struct ReadmeSection {
    private let path: URL
    private let text: String
    private let range: Range<String.Index>

    /// Finds a section.
    ///
    /// - Throws: What reading throws; `Missing` where README has no such comments.
    package init(_ name: String) throws {
        path = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
            .appending(path: "README.md")
        text = try String(contentsOf: path, encoding: .utf8)
        guard let begin = text.range(of: "<!-- \(name): begin -->\n"),
            let end = text.range(of: "<!-- \(name): end -->", range: begin.upperBound..<text.endIndex)
        else { throw Missing(name: name) }
        range = begin.upperBound..<end.lowerBound
    }

    /// README has no comments that begin and end a section.
    package struct Missing: Error {
        /// The section's name.
        package var name: String
    }

    /// What README says where it ought to say the lines; nil where it does. With WEIR_UPDATE_SCREENS the lines are written there.
    package func difference(from lines: [String]) throws -> String? {
        let wanted = "\n" + lines.joined(separator: "\n") + "\n\n"
        guard ProcessInfo.processInfo.environment["WEIR_UPDATE_SCREENS"] == nil else {
            try text.replacingCharacters(in: range, with: wanted).write(to: path, atomically: true, encoding: .utf8)
            return nil
        }
        return text[range] == wanted ? nil : String(text[range])
    }
}
