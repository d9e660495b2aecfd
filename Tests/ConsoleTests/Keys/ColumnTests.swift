import Console
import ConsoleSamples
import Foundation
import MonitorScript
import SeededNumbers
import Testing

@Suite("Choosing columns")
struct ColumnTests {
    /// The titles of the table on screen, as its first line has them.
    private func titles(_ console: Fixture, _ first: String) -> [String] {
        let line = console.text.split(separator: "\n").first { $0.contains(first) && !$0.contains("┐") } ?? ""
        return line.split(separator: " ").map(String.init).filter { $0 != "│" && $0 != "││" }
    }

    @Test("space hides a column and shows it again; the table behind follows at once, and closing remembers it")
    func hiding() throws {
        var console = Fixture(rows: 30, columns: 100)
        console.press("2")
        #expect(console.text.contains(" SIZE "))
        console.press(",jjjj ")
        #expect(console.text.contains("[ ] SIZE"))
        #expect(!console.effects.contains { if case .keep = $0 { true } else { false } })
        console.press("<esc>")
        #expect(!titles(console, "NAME").contains("SIZE"))
        let choice = ColumnChoice(hidden: ["SIZE"])
        #expect(console.effects.last == .keep(KeptSettings(columns: ["topics": choice])))
        console.press(",jjjj <enter>")
        #expect(titles(console, "NAME").contains("SIZE"))
        #expect(console.effects.last == .keep(KeptSettings()))
    }

    @Test("the result of a query has columns to choose, too; what is hidden in one query's is hidden in all")
    func result() {
        var console = Fixture(rows: 40, columns: 140)
        console.press("5<enter>")
        #expect(console.text.contains(" UPDATES "))
        console.press(",G <esc>")
        #expect(!console.text.contains(" UPDATES "))
        #expect(console.effects.last == .keep(KeptSettings(columns: ["result": ColumnChoice(hidden: ["UPDATES"])])))
        console.press("<esc>jjj<enter>")
        #expect(console.text.contains(" BALANCE "))
        #expect(!console.text.contains(" UPDATES "))
    }

    @Test("< and > move a column; what was at the right edge can come to the left")
    func moving() {
        var console = Fixture(rows: 40, columns: 200)
        console.press("3,jjjj<<")
        #expect(titles(console, "GROUP").isEmpty == false)
        console.press(",")
        #expect(Array(titles(console, "GROUP").prefix(4)) == ["GROUP", "STATUS", "LAG", "STATE"])
        console.press(",jjjj")
        console.press("<left><left>")
        #expect(console.state.kept.columns["groups"]?.order.prefix(3) == ["GROUP", "STATUS", "MEMBERS"])
        console.press("0<esc>")
        #expect(console.state.kept == KeptSettings())
        #expect(Array(titles(console, "GROUP").prefix(3)) == ["GROUP", "STATUS", "STATE"])
    }

    @Test("the last column cannot be hidden")
    func last() {
        var console = Fixture(rows: 30, columns: 100)
        console.press("jd, j j ")
        #expect(console.text.contains("one column has to stay"))
        #expect(console.text.contains("1 of 3"))
    }

    @Test("sorting, filtering and keys that sort go on by columns that are hidden")
    func sortingHidden() {
        var console = Fixture(rows: 30, columns: 100)
        console.press("2,jjjj <esc>")
        console.press("sssss")
        #expect(console.text.contains("sort: size ↓"))
        console.press("S")
        #expect(console.text.contains("sort: size ↑"))
        console.press("/pay<enter>")
        #expect(console.text.contains("1 of 9"))
        var group = Fixture(rows: 30, columns: 100)
        group.press("3<enter>,j <esc>m")
        #expect(group.text.contains("sort: member ↑"))
        #expect(!titles(group, "TOPIC-PART").contains("MEMBER"))
    }

    @Test("in an order chosen by hand the last columns go first where there is no room")
    func narrow() {
        var console = Fixture(rows: 24, columns: 80)
        console.state.kept.columns["topics"] = ColumnChoice(
            order: [
                "NAME", "RETENTION", "POLICY", "GROUPS", "SIZE", "DIRTY", "RATE/s", "PARTS", "RECORDS",
                "RF", "ISR", "LAST WRITE", "MAX LAG", "SKEW", "in, 60s",
            ])
        console.press("2")
        #expect(
            titles(console, "NAME") == ["NAME", "RETENTION", "POLICY", "GROUPS", "SIZE", "DIRTY", "RATE/s", "PARTS"])
    }

    @Test("a choice keeps the places of columns that another topic's table lacks")
    func absentColumns() {
        let compacted = ["#", "SIZE", "CLEAN", "DIRTY"]
        let plain = ["#", "SIZE", "LAG"]
        let first = ColumnChoice().ordered(["DIRTY", "#", "SIZE", "CLEAN"], natural: compacted)
        #expect(first.arranged(compacted) == ["DIRTY", "#", "SIZE", "CLEAN"])
        #expect(first.arranged(plain) == ["#", "SIZE", "LAG"])
        let second = first.ordered(["LAG", "SIZE", "#"], natural: plain)
        #expect(second.arranged(plain) == ["LAG", "SIZE", "#"])
        #expect(second.arranged(compacted).firstIndex(of: "DIRTY") == 0)
        #expect(first.ordered(["DIRTY", "#", "SIZE", "CLEAN"], natural: compacted) == first)
    }

    @Test("any order and any marks come back from the file as they were", arguments: 1...20)
    func roundTrip(seed: Int) throws {
        print("seed", seed)
        var random = SeededGenerator(seed: UInt64(seed))
        let names = [
            "NAME", "RATE/s", "Δ/s", "in, 60s", "log start ▕  committed ◆  end ▏", #"a "b" \c"#, "#", "yes", "0",
        ]
        var kept = KeptSettings()
        for table in ["topics", "group", "no: such"] where Bool.random(using: &random) {
            let order = names.shuffled(using: &random)
            kept.columns[table] = ColumnChoice(
                order: Bool.random(using: &random) ? order : [],
                hidden: Set(order.prefix(Int.random(in: 0...4, using: &random))))
        }
        #expect(try SettingsFile.settings(SettingsFile.text(kept)) == kept)
    }

    @Test("the file is written and read; a damaged one is kept aside and said")
    func file() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "weir-kept-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = SettingsFile(path: folder.appendingPathComponent("console.yaml").path)
        #expect(file.load().settings == KeptSettings() && file.load().warning == nil)
        let kept = KeptSettings(columns: ["topics": ColumnChoice(order: ["B", "A"], hidden: ["A"])])
        try file.save(kept)
        #expect(file.load().settings == kept)
        try "columns: [1, 2]\n".write(toFile: file.path, atomically: true, encoding: .utf8)
        let (settings, warning) = file.load()
        #expect(settings == KeptSettings())
        #expect(warning?.contains("line 1: columns must be a mapping; defaults are used, it is kept as") == true)
        #expect(FileManager.default.fileExists(atPath: file.path + ".damaged"))
        #expect(throws: SettingsError.self) { try SettingsFile(path: "/proc/nowhere/console.yaml").save(kept) }
    }

    @Test(
        "broken settings are refused with their line, never half taken",
        arguments: [
            "columns: {a: 1}", "columns: {a: {order: x}}", "columns: {a: {order: [[1]]}}", "[1]", "columns: {",
            "a: b: c",
        ])
    func broken(text: String) {
        #expect(throws: SettingsError.self) { try SettingsFile.settings(text) }
    }
}
