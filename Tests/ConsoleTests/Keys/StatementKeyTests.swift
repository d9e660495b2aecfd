import ConsoleSamples
import Foundation
import LiveQueries
import MonitorScript
import SeededNumbers
import Testing

@testable import Console

@Suite("Typing statements")
struct StatementKeyTests {
    private static func ran(_ console: Fixture) -> [String] {
        console.effects.compactMap { if case .query(.run(let text, _, _)) = $0 { text } else { nil } }
    }

    private static func prompt(_ text: String = "") -> Fixture {
        var console = Fixture(rows: 30, columns: 100)
        console.press("5N" + text)
        return console
    }

    @Test("enter breaks the line until a statement is ended, then runs it; letters are letters meanwhile")
    func lines() {
        var console = Self.prompt("SHOW<enter> STREAMS 1q?:")
        #expect(console.state.queries.editor.text == "SHOW\n STREAMS 1q?:")
        #expect(Self.ran(console).isEmpty && console.state.page == .statement)
        console.press("<ctrl-u>SHOW<enter>STREAMS;<enter>")
        #expect(Self.ran(console) == ["SHOW\nSTREAMS;"])
        #expect(console.state.queries.editor.isEmpty && console.text.contains("clickstream"))
    }

    @Test("a semicolon within the text does not end it while the caret stands before the end")
    func middle() {
        var console = Self.prompt("SHOW;<left><left><enter>")
        #expect(console.state.queries.editor.text == "SHO\nW;")
        console.press("<down><right><right><enter>")
        #expect(Self.ran(console) == ["SHO\nW;"])
    }

    @Test("what is wrong stands under the words it is about, and the text stays to be mended")
    func failure() throws {
        var console = Self.prompt("SELECT user,<enter>       PAEG<enter>FROM page_views;<enter>")
        let rows = (0..<30).map { console.grid.text(row: $0) }
        let mark = try #require(rows.firstIndex { $0.contains("^^^^") })
        #expect(rows[mark - 1].contains("PAEG"))
        func column(_ row: String, _ text: String) -> Int? {
            row.range(of: text).map { row.distance(from: row.startIndex, to: $0.lowerBound) }
        }
        #expect(column(rows[mark], "^^^^") == column(rows[mark - 1], "PAEG"))
        #expect(rows[mark + 1].contains("▲ no column is called PAEG") && rows[mark + 1].contains("did you mean PAGE?"))
        #expect(console.state.queries.editor.row == 1 && console.state.queries.editor.column == 7)
        console.press("x")
        #expect(!console.text.contains("^^^^"))
    }

    @Test("what was done before an error is told, too")
    func partly() {
        let console = Self.prompt("CREATE STREAM X AS SELECT * FROM ORDERS; SELECT PAEG FROM X;<enter>")
        #expect(console.text.contains("● stream X is created"))
        #expect(console.text.contains("▲ no column is called PAEG"))
    }

    @Test("up goes back through what was run, also in an earlier run of the console, and down forth to what was typed")
    func history() throws {
        var console = Self.prompt("SHOW STREAMS;<enter>SHOW<enter>TOPICS;<enter>SHO")
        console.press("<up>")
        #expect(console.state.queries.editor.text == "SHOW\nTOPICS;")
        console.press("<up><up>")
        #expect(console.state.queries.editor.text == "SHOW STREAMS;")
        console.press("<down><down><down>")
        #expect(console.state.queries.editor.text == "SHO")

        let kept = console.effects.compactMap { if case .keep(let kept) = $0 { kept } else { nil } }
        var next = Fixture()
        next.state.kept = try SettingsFile.settings(SettingsFile.text(try #require(kept.last)))
        next.press("5N<up>")
        #expect(next.state.queries.editor.text == "SHOW\nTOPICS;")
    }

    @Test(
        "tab completes what may stand there",
        arguments: [
            ("SEL", "SELECT"), ("SELECT pag", "SELECT PAGE"),
            ("SELECT * FROM page_views_", "SELECT * FROM PAGE_VIEWS_PER_MINUTE"),
            ("SELECT count_d", "SELECT COUNT_DISTINCT("), ("PRINT us", "PRINT `user-profiles`"),
            ("PRINT pay", "PRINT payments"), ("PAUSE CSAS", "PAUSE CSAS_BIG_ORDERS_5"),
            ("SHOW T", "SHOW TOPICS"),
            (
                "CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='cli",
                "CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='clickstream"
            ),
            ("x) WITH (VALUE_FORMAT='J", "x) WITH (VALUE_FORMAT='JSON"), ("WITH (kafka", "WITH (KAFKA_TOPIC"),
            ("SELECT 1 FROM orders EMIT CH", "SELECT 1 FROM orders EMIT CHANGES"),
            ("SHOW TOPICS; DESC", "SHOW TOPICS; DESCRIBE"),
            ("SELECT ucas", "SELECT UCASE("), ("SELECT zzz", "SELECT zzz"),
        ])
    func completion(typed: String, becomes: String) {
        var console = Self.prompt(typed)
        console.press("<tab>")
        #expect(console.state.queries.editor.text == becomes)
    }

    @Test("tab goes on to the next candidate and around, the ones there are stand below")
    func candidates() {
        var console = Self.prompt("SELECT COUNT")
        #expect(console.text.contains("COUNT(") && console.text.contains("COUNT_DISTINCT("))
        console.press("<tab>")
        #expect(console.state.queries.editor.text == "SELECT COUNT(")
        console.press("<tab>")
        #expect(console.state.queries.editor.text == "SELECT COUNT_DISTINCT(")
        console.press("<tab>")
        #expect(console.state.queries.editor.text == "SELECT COUNT(")
    }

    @Test("columns are those of the sources that the text names")
    func columnsOfNamed() {
        var console = Self.prompt("SELECT  FROM orders")
        for _ in 0..<12 { console.press("<left>") }
        console.press("C<tab>")
        #expect(console.state.queries.editor.text == "SELECT CUR FROM orders")
    }

    @Test("a paste keeps its lines and runs nothing")
    func paste() {
        var console = Self.prompt()
        console.feed(.paste("CREATE STREAM a\r\n\tAS SELECT\u{1b}[2J *\nFROM b;\n"))
        #expect(console.state.queries.editor.text == "CREATE STREAM a\n  AS SELECT[2J *\nFROM b;\n")
        #expect(Self.ran(console).isEmpty)
        console.press("<enter>")
        #expect(Self.ran(console).count == 1)
    }

    @Test("esc leaves the letters, then the page; the text stays")
    func leaving() {
        var console = Self.prompt("SELECT 1")
        console.press("<esc>")
        #expect(console.state.page == .statement)
        console.press("2")
        #expect(console.state.page == .topics)
        console.press("5N")
        #expect(console.state.queries.editor.text == "SELECT 1")
    }

    @Test("on a production cluster what changes something takes enter, and what deletes a topic a typed word")
    func production() {
        var console = Fixture(settings: Settings(clusterName: "payments-eu", isProduction: true))
        console.press("5NSHOW STREAMS;<enter>")
        #expect(Self.ran(console).count == 1)
        console.press("INSERT INTO orders (id) VALUES ('a');<enter>")
        #expect(Self.ran(console).count == 1)
        console.press("<enter>")
        #expect(Self.ran(console).count == 2)
        console.press("DROP STREAM orders DELETE TOPIC;<enter><enter>")
        #expect(Self.ran(console).count == 2)
    }

    @Test("the editor does what a plain text with a caret does", arguments: 1...20)
    func model(seed: Int) {
        print("seed", seed)
        var random = SeededGenerator(seed: UInt64(seed) &* 31)
        var editor = StatementEditor()
        var text: [Unicode.Scalar] = []
        var caret = 0
        func lineStart() -> Int { text[..<caret].lastIndex(of: "\n").map { $0 + 1 } ?? 0 }
        for step in 0..<300 {
            switch Int.random(in: 0..<9, using: &random) {
            case 0:
                editor.breakLine()
                text.insert("\n", at: caret)
                caret += 1
            case 1:
                _ = editor.take(.backspace)
                if caret > 0 {
                    caret -= 1
                    text.remove(at: caret)
                }
            case 2:
                _ = editor.take(.delete)
                if caret < text.count { text.remove(at: caret) }
            case 3:
                _ = editor.take(.left)
                caret = max(0, caret - 1)
            case 4:
                _ = editor.take(.right)
                caret = min(text.count, caret + 1)
            case 5:
                _ = editor.take(.home)
                caret = lineStart()
            case 6:
                _ = editor.take(.up)
                let start = lineStart()
                if start > 0 {
                    let column = caret - start
                    caret = start - 1
                    let above = lineStart()
                    caret = min(above + column, caret)
                }
            default:
                let scalar = "aé長 ;".unicodeScalars.randomElement(using: &random) ?? "a"
                _ = editor.take(.character(scalar))
                text.insert(scalar, at: caret)
                caret += 1
            }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: text)
            var before = String.UnicodeScalarView()
            before.append(contentsOf: text[..<caret])
            #expect(editor.text == String(view), "step \(step)")
            #expect(editor.textBeforeCaret == String(before), "step \(step)")
        }
    }

    @Test("a text stops growing at its limit, whatever is pasted")
    func limit() {
        var editor = StatementEditor(String(repeating: "a\n", count: 30_000))
        #expect(editor.text.unicodeScalars.count == StatementEditor.maxLength)
        editor.breakLine()
        #expect(editor.text.unicodeScalars.count == StatementEditor.maxLength)
    }
}
