import Console
import Foundation
import Testing

/// Pictures kept beside the tests. `WEIR_UPDATE_SCREENS=1` writes them anew; look at the difference before committing it.
enum Golden {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Screens")

    /// Compares a grid's text with its picture; a difference names the first cell and shows both screens.
    static func expect(_ grid: Grid, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try expect(text: grid.text + "\n", name, sourceLocation: sourceLocation)
    }

    /// Compares a text with the one kept.
    static func expect(text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = folder.appendingPathComponent(name + ".txt")
        if ProcessInfo.processInfo.environment["WEIR_UPDATE_SCREENS"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
            return
        }
        let wanted = try String(contentsOf: file, encoding: .utf8)
        if wanted != text {
            Issue.record(
                "\(name): \(difference(wanted, text))\nwanted:\n\(wanted)\ngot:\n\(text)",
                sourceLocation: sourceLocation)
        }
    }

    /// Where two screens first differ.
    static func difference(_ wanted: String, _ got: String) -> String {
        let (left, right) = (
            wanted.split(separator: "\n", omittingEmptySubsequences: false),
            got.split(separator: "\n", omittingEmptySubsequences: false)
        )
        for row in 0..<max(left.count, right.count) {
            let a = row < left.count ? Array(left[row].unicodeScalars) : []
            let b = row < right.count ? Array(right[row].unicodeScalars) : []
            guard a != b else { continue }
            let column = zip(a, b).prefix { $0 == $1 }.count
            let wantedCell = column < a.count ? "\(a[column])" : "nothing"
            let gotCell = column < b.count ? "\(b[column])" : "nothing"
            return "first difference in row \(row), column \(column): wanted \(wantedCell), got \(gotCell)"
        }
        return "no difference"
    }
}
