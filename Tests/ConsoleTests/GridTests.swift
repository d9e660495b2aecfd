import Cluster
import Console
import Monitor
import MonitorScript
import Operations
import SeededNumbers
import Testing

@Suite("What may reach the terminal")
struct SafetyTests {
    @Test(
        "no control, escape, bidi or zero-width scalar gets into a grid",
        arguments: [
            "\u{1b}[2J", "\u{1b}]52;c;AAAA\u{7}", "\r\n\t\u{0}", "\u{7f}\u{80}\u{9b}31m", "\u{202e}evil\u{202c}",
            "\u{2066}x\u{2069}",
            "a\u{200b}b\u{200d}c\u{feff}", "\u{ad}soft", "\u{e000}\u{10ffff}", "\u{2028}\u{2029}",
            "👩\u{200d}👩\u{200d}👧", "✔\u{fe0f}", "\u{e0041}tag",
        ])
    func unsafe(text: String) {
        var grid = Grid(size: Size(rows: 2, columns: 40))
        grid.put(text, row: 0, column: 0, style: Style())
        for scalar in grid.text.unicodeScalars where scalar != "\n" {
            #expect(scalar.value >= 0x20 && !(0x7f..<0xa0).contains(scalar.value))
            #expect(
                ![.control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator].contains(
                    scalar.properties.generalCategory))
        }
    }

    @Test("no scalar of Unicode gets through as a control")
    func everyScalar() {
        var grid = Grid(size: Size(rows: 1, columns: 4))
        for value in UInt32(0)...0x10ffff {
            guard let scalar = Unicode.Scalar(value), let shown = SafeScalar.shown(scalar) else { continue }
            let category = shown.properties.generalCategory
            if category == .control || category == .format || category == .privateUse
                || shown.properties.isDefaultIgnorableCodePoint
            {
                Issue.record("U+\(String(value, radix: 16)) gets through as U+\(String(shown.value, radix: 16))")
            }
        }
        grid.put("\u{1b}\u{7f}", row: 0, column: 0, style: Style())
        #expect(grid.text == "␛␡")
    }

    @Test("record bytes, topic names and errors on every screen are safe, whatever they hold")
    func hostileNames() {
        var console = Fixture()
        var snapshot = console.state.snapshot
        let evil = "\u{1b}[31m\u{202e}x\u{7}\r\n"
        snapshot.topics[0].description.name = evil
        snapshot.groups[0].description.groupID = evil
        snapshot.poll.problems = [evil]
        snapshot.topics[1].partitions[0].description.problem = evil
        for keys in ["1", "2", "3", "4", "6", ":\u{1b}", "<esc>"] {
            console.press(keys)
            console.feed(.snapshot(snapshot))
            for scalar in console.text.unicodeScalars where scalar != "\n" {
                #expect(scalar.value >= 0x20 && scalar.value != 0x202e)
            }
        }
    }
}

@Suite("The grid")
struct GridTests {
    @Test("a cut name keeps the end that tells it from others")
    func shortNames() {
        let partition = TopicPartition(topic: "page-views", partition: 11)
        #expect(ShortNames.partition(partition, width: 11) == "page-vi…-11")
        #expect(ShortNames.partition(partition, width: 13) == "page-views-11")
        #expect(ShortNames.name("search-indexer-1", width: 10) == "search-…-1")
        #expect(ShortNames.name("search-indexer-12", width: 17) == "search-indexer-12")
        #expect(ShortNames.name("consumer-7f3e9a01", width: 11) == "consu…e9a01")
        #expect(CellWidth.of(ShortNames.name("数据数据数据数据-1", width: 9)) <= 9)
    }

    @Test(
        "a text that does not fit ends with an ellipsis, at cells",
        arguments: [
            ("hello", 10, "hello"), ("hello", 5, "hello"), ("hello", 4, "hel…"), ("hello", 1, "…"),
            ("注文イベント", 12, "注文イベント"),
            ("注文イベント", 7, "注文イ…"), ("注文イベント", 6, "注文 …"), ("e\u{301}tat", 4, "e\u{301}tat"),
        ])
    func cutting(text: String, width: Int, shown: String) {
        var grid = Grid(size: Size(rows: 1, columns: 20))
        grid.put(text, row: 0, column: 0, style: Style(), limit: width)
        #expect(grid.text.replacing(" ", with: "") == shown.replacing(" ", with: ""))
        #expect(CellWidth.of(grid.text) <= width)
    }

    @Test("overwriting half of a wide glyph leaves no half behind")
    func halves() {
        for column in 0..<6 {
            var grid = Grid(size: Size(rows: 1, columns: 8))
            grid.put("注文注", row: 0, column: 0, style: Style())
            grid.put("x", row: 0, column: column, style: Style())
            let cells = grid.row(0)
            for index in cells.indices where cells[index].width == 2 { #expect(cells[index + 1].width == 0) }
            for index in cells.indices.dropFirst() where cells[index].width == 0 {
                #expect(cells[index - 1].width == 2)
            }
            #expect(cells.reduce(0) { $0 + Int($1.width) } == 8)
        }
    }

    @Test("drawing outside does nothing")
    func outside() {
        var grid = Grid(size: Size(rows: 2, columns: 4))
        let blank = grid
        grid.put("x", row: -1, column: 0, style: Style())
        grid.put("x", row: 2, column: 0, style: Style())
        grid.put("x", row: 0, column: 4, style: Style())
        grid.put("x", row: 0, column: -5, style: Style())
        grid.fill("x", row: 0, columns: 9..<12, style: Style())
        grid.set("x", row: 9, column: 9, style: Style())
        grid.clear(Rect(row: 5, column: 5, height: 3, width: 3), style: Style())
        #expect(grid == blank)
    }

    @Test(
        "widths are those terminals use",
        arguments: [
            ("a", 1), ("é", 1), ("e\u{301}", 1), ("注", 2), ("▲", 1), ("●", 1), ("█", 1), ("⣿", 1), ("─", 1), ("👩", 2),
            ("🇫🇷", 2), ("…", 1), ("한", 2), ("ｱ", 1),
        ])
    func widths(text: String, width: Int) { #expect(CellWidth.of(text) == width) }

    @Test("random drawing never traps and never leaves its rectangle", arguments: 1...20)
    func random(seed: Int) {
        print("seed", seed)
        var random = SeededGenerator(seed: UInt64(seed))
        let texts = ["plain", "注文イベント", "e\u{301}\u{302}x", "👩\u{200d}👧", "", "\u{1b}[31m"]
        for _ in 0..<200 {
            var grid = Grid(
                size: Size(
                    rows: Int.random(in: 1...10, using: &random), columns: Int.random(in: 1...20, using: &random)))
            let limit = Int.random(in: -3...24, using: &random)
            let row = Int.random(in: -2...12, using: &random)
            let column = Int.random(in: -6...24, using: &random)
            grid.put(texts.randomElement(using: &random) ?? "", row: row, column: column, style: Style(1), limit: limit)
            for y in 0..<grid.size.rows {
                let cells = grid.row(y)
                for (x, cell) in cells.enumerated() where cell.style.foreground == 1 {
                    #expect(y == row && x < limit && x >= column)
                }
            }
        }
    }
}

@Suite("Figures")
struct FigureTests {
    @Test(
        "short figures",
        arguments: [
            (0, "0"), (0.4, "0.4"), (9, "9"), (9.96, "10"), (310, "310"), (999.6, "1.0k"), (84_100, "84.1k"),
            (999_960, "1.0M"),
            (214_900_000, "214.9M"), (3e12, "3.0T"), (-53, "−53"), (.nan, "?"), (1e300, "9999.0T"),
        ] as [(Double, String)])
    func short(value: Double, text: String) { #expect(Figures.short(value) == text) }

    @Test(
        "bytes in powers of 1024",
        arguments: [
            (0, "0B"), (412, "412B"), (1024, "1.0k"), (536_870_912, "512M"), (19_542_101_196, "18.2G"),
            (671_088_640, "640M"), (.max, "8192.0P"),
        ] as [(Int64, String)])
    func bytes(value: Int64, text: String) { #expect(Figures.bytes(value) == text) }

    @Test(
        "grouped figures, the smallest integer too",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (25_857_491, "25,857,491"), (.min, "−9,223,372,036,854,775,808"),
        ] as [(Int64, String)])
    func grouped(value: Int64, text: String) { #expect(Figures.grouped(value) == text) }

    @Test(
        "durations",
        arguments: [
            (0, "0s"), (41_000, "41s"), (388_000, "6m 28s"), (7_200_000, "2h 00m"), (11_520_000, "3h 12m"),
            (400_000_000, "4d 15h"), (-5, "0s"),
        ] as [(Int64, String)])
    func durations(value: Int64, text: String) { #expect(Durations.long(milliseconds: value) == text) }

    @Test(
        "times are read as people type them",
        arguments: [
            ("14:02", "2026-11-21 14:02:00"), ("09:05:07", "2026-11-21 09:05:07"),
            ("2026-11-20", "2026-11-20 00:00:00"),
            ("2026-11-20 23:59", "2026-11-20 23:59:00"), ("2026-11-20T23:59:58Z", "2026-11-20 23:59:58"),
            ("-15m", "2026-11-21 13:47:31"),
            ("1795269751000", "2026-11-21 14:02:31"), ("25:00", nil), ("yesterdays", nil), ("", nil),
            ("-99999999999999999h", nil), ("2026-13-01", nil),
        ] as [(String, String?)])
    func times(typed: String, meant: String?) {
        let moment = try? TimeZoneChoice.utc.parse(typed, now: 1_795_269_751_000)
        #expect(moment.map { TimeZoneChoice.utc.dateAndClock($0.milliseconds) } == meant)
    }

    @Test("a time out of the calendar is no time", arguments: [Int64.min, .max, -62_167_219_200_001])
    func farTimes(value: Int64) { #expect(TimeZoneChoice.utc.clock(value) == "–") }

    @Test(
        "sparklines",
        arguments: [
            ([0, 0, 0], "▁▁▁"), ([1, 4, 8], "▁▄█"), ([.nan, 8], " █"), ([], ""), ([0.001, 100], "▁█"),
        ] as [([Double], String)])
    func sparklines(values: [Double], text: String) { #expect(Sparkline.text(values) == text) }
}
