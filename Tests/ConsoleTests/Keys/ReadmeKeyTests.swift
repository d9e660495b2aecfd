import Console
import Foundation
import Testing

@Suite("README's keys")
struct ReadmeKeyTests {
    @Test("README lists the keys that the actions have; WEIR_UPDATE_SCREENS=1 writes them anew")
    func table() throws {
        let folder = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let readme = folder.appending(path: "README.md")
        let text = try String(contentsOf: readme, encoding: .utf8)
        let begin = try #require(text.range(of: "<!-- keys: begin -->\n"))
        let end = try #require(text.range(of: "<!-- keys: end -->"))
        let wanted = "\n" + KeyTable.markdown().joined(separator: "\n") + "\n\n"
        guard ProcessInfo.processInfo.environment["WEIR_UPDATE_SCREENS"] == nil else {
            let updated = text.replacingCharacters(in: begin.upperBound..<end.lowerBound, with: wanted)
            return try updated.write(to: readme, atomically: true, encoding: .utf8)
        }
        #expect(text[begin.upperBound..<end.lowerBound] == wanted)
    }
}
