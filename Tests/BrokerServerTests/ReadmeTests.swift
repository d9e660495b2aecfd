import Foundation
import KafkaProtocol
import Testing

@Suite("README's APIs")
struct ReadmeTests {
    @Test("README lists the APIs and versions that clients are told of; WEIR_UPDATE_SCREENS=1 writes them anew")
    func table() throws {
        let folder = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let readme = folder.appending(path: "README.md")
        let text = try String(contentsOf: readme, encoding: .utf8)
        let begin = try #require(text.range(of: "<!-- apis: begin -->\n"))
        let end = try #require(text.range(of: "<!-- apis: end -->"))
        let wanted = "\n" + Self.markdown().joined(separator: "\n") + "\n\n"
        guard ProcessInfo.processInfo.environment["WEIR_UPDATE_SCREENS"] == nil else {
            let updated = text.replacingCharacters(in: begin.upperBound..<end.lowerBound, with: wanted)
            return try updated.write(to: readme, atomically: true, encoding: .utf8)
        }
        #expect(text[begin.upperBound..<end.lowerBound] == wanted)
    }

    /// Three APIs a row, by key.
    private static func markdown() -> [String] {
        let columns = 3
        let cells = SupportedAPIs.all.map { "\($0.api.key) \($0.api.name) | \(versions($0))" }
        let rows = stride(from: 0, to: cells.count, by: columns).map { start in
            let row = cells[start..<min(start + columns, cells.count)]
            return (row + Array(repeating: " | ", count: columns - row.count)).joined(separator: " | ")
        }
        let head = Array(repeating: "API | versions", count: columns).joined(separator: " | ")
        let rule = Array(repeating: "--- | ---", count: columns).joined(separator: " | ")
        return ([head, rule] + rows).map { "| \($0) |" }
    }

    private static func versions(_ entry: SupportedAPIs.Entry) -> String {
        let (told, served) = (range(entry.advertised), range(entry.served))
        return told == served ? told : "\(told) told, \(served) served"
    }

    private static func range(_ versions: ClosedRange<Int16>) -> String {
        versions.count == 1 ? "\(versions.lowerBound)" : "\(versions.lowerBound)–\(versions.upperBound)"
    }
}
