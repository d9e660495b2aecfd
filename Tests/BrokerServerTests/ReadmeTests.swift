import KafkaProtocol
import ReadmeText
import Testing

@Suite("README's APIs")
struct ReadmeTests {
    @Test("README lists the APIs and versions that clients are told of; WEIR_UPDATE_SCREENS=1 writes them anew")
    func table() throws {
        #expect(try ReadmeSection("apis").difference(from: Self.markdown()) == nil)
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
