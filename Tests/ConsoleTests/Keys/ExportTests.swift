import Cluster
import Console
import ConsoleSamples
import Foundation
import Monitor
import Testing

@Suite("Export")
struct ExportTests {
    private func job(_ console: Fixture) -> ExportJob? {
        for effect in console.effects.reversed() { if case .export(let job) = effect { return job } }
        return nil
    }

    @Test("e proposes a name, writes the table's chosen columns with figures in full, and says where it went")
    func table() throws {
        var console = Fixture()
        console.press("2/pay<enter>e")
        #expect(console.text.contains("export to  topics-20261121-140231Z.csv"))
        console.press("<enter>")
        let written = try #require(job(console))
        #expect(written.path == "topics-20261121-140231Z.csv" && !written.replaces)
        guard case .table(let rows) = written.contents else {
            Issue.record("no table")
            return
        }
        #expect(rows.count == 2)
        #expect(rows[0].prefix(5) == ["NAME", "PARTS", "RECORDS", "RATE/s", "SIZE"])
        #expect(rows[1].prefix(5) == ["payments", "6", "24497988", "2100", "10093173144"])
        #expect(!rows[0].contains("in, 60s"))
        #expect(console.text.contains("written to topics-20261121-140231Z.csv"))
    }

    @Test("hidden columns stay out of the file, and their order is that of the screen")
    func chosen() throws {
        var console = Fixture()
        console.state.kept.columns["topics"] = ColumnChoice(
            order: ["SIZE", "NAME", "PARTS", "RECORDS", "RATE/s", "DIRTY", "POLICY", "RETENTION", "GROUPS", "in, 60s"],
            hidden: ["PARTS", "RETENTION"])
        console.press("2e<enter>")
        guard case .table(let rows) = try #require(job(console)).contents else { return }
        #expect(rows[0].prefix(2) == ["SIZE", "NAME"])
        #expect(!rows[0].contains("PARTS") && !rows[0].contains("RETENTION"))
    }

    @Test("every list on every screen has something to write, and none a picture", arguments: ActionTests.pages)
    func everywhere(page: Page) throws {
        var console = Fixture()
        _ = console.state.pages.count
        console.press("j")
        console.state.pages = [.dashboard]
        switch page {
        case .tail: console.press("t")
        case .configuration: console.press("d")
        case .statement: console.press("5NSHOW STREAMS;<enter><esc><tab>")
        case .explanation: console.press("5d")
        default: console.state.pages = [.dashboard, page]
        }
        console.press("e")
        #expect(console.state.prompt?.kind == .export)
        console.press("<enter>")
        guard let written = job(console) else {
            Issue.record("nothing written")
            return
        }
        guard case .table(let rows) = written.contents else { return }
        #expect(rows.allSatisfy { $0.count == rows[0].count } && rows[0].count > 0)
        #expect(!rows.joined().joined().unicodeScalars.contains { (0x2580...0x259f).contains($0.value) })
    }

    @Test("a file that is there is asked about: over it, another name, or not at all; read-only does not matter")
    func overwriting() throws {
        var snapshot = SampleData.snapshot()
        snapshot.capabilities.remove(.write)
        var console = Fixture(snapshot: snapshot)
        console.exportAnswer = .failure(.exists("/tmp/x.csv"))
        console.press("2e<ctrl-u>x.csv<enter>")
        #expect(console.text.contains("x.csv exists"))
        console.press("n")
        #expect(console.text.contains("export to  x.csv"))
        console.exportAnswer = .success("9 rows written to /tmp/x2.csv")
        console.press("<backspace><backspace><backspace><backspace>2.csv<enter>")
        #expect(job(console)?.path == "x2.csv")
        #expect(console.text.contains("9 rows written to /tmp/x2.csv"))
        console.exportAnswer = .failure(.exists("/tmp/x.csv"))
        console.press("e<ctrl-u>x.csv<enter>")
        console.exportAnswer = .success("done")
        console.press("o")
        #expect(job(console)?.replaces == true)
        console.press("e<ctrl-u><enter>")
        #expect(console.text.contains("type the name of a file"))
    }

    @Test("CSV quotes what needs quotes")
    func csv() {
        let bytes = ExportText.csv([["a", "b,c", "d\"e"], ["", "f\ng", "h"]])
        #expect(String(decoding: bytes, as: UTF8.self) == "a,\"b,c\",\"d\"\"e\"\r\n,\"f\ng\",h\r\n")
    }

    @Test("records are lines as kcat -J prints them, letter for letter")
    func kcat() {
        func line(_ record: FetchedRecord) -> [UInt8] {
            ExportText.line(
                ExportRecord(place: TopicPartition(topic: "kx", partition: 0), broker: 1, record: record))
        }
        // The lines below are kcat 1.7.1's.
        let headers = [
            RecordHeader(name: "a", value: Array("b".utf8)), RecordHeader(name: "c", value: Array("d".utf8)),
            RecordHeader(name: "e", value: nil),
        ]
        let plain = FetchedRecord(
            offset: 0, timestamp: 1_795_272_455_587, key: Array("k1".utf8), value: Array("v1\"x".utf8), headers: headers
        )
        #expect(
            String(decoding: line(plain), as: UTF8.self)
                == #"{"topic":"kx","partition":0,"offset":0,"tstype":"create","ts":1795272455587,"broker":1,"headers":["a","b","c","d","e",null],"key":"k1","payload":"v1\"x"}"#
                + "\n")
        let raw = FetchedRecord(
            offset: 1, timestamp: 1_795_272_455_797, key: nil, value: Array("hello".utf8) + [0xff, 0xfe, 1, 0x7a])
        let wanted =
            Array(
                #"{"topic":"kx","partition":0,"offset":1,"tstype":"create","ts":1795272455797,"broker":1,"key":null,"payload":"hello"#
                    .utf8) + [0xff, 0xfe] + Array("\\u0001z\"}\n".utf8)
        #expect(line(raw) == wanted)
        let tombstone = FetchedRecord(
            offset: 2, timestamp: 1_795_272_455_847, isLogAppendTime: true, key: Array("k\u{c}2".utf8), value: nil)
        #expect(
            String(decoding: line(tombstone), as: UTF8.self)
                == #"{"topic":"kx","partition":0,"offset":2,"tstype":"logappend","ts":1795272455847,"broker":1,"key":"k\f2","payload":null}"#
                + "\n")
    }

    @Test("a file is written whole, never over another unasked; errors say what is wrong")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "weir-export-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("a.csv").path
        try ExportFile.write([1, 2, 3], to: path, replacing: false)
        #expect(throws: ExportError.exists(path)) { try ExportFile.write([4], to: path, replacing: false) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2, 3]))
        try ExportFile.write([4], to: path, replacing: true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([4]))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.csv"])
        for (bad, reason) in [
            (folder.path, "it is a directory"), (folder.path + "/no/b.csv", "there is no such directory"),
            (path + "/c.csv", "part of the path is no directory"), ("/dev/null", "it is no ordinary file"),
        ] {
            #expect(throws: ExportError.file(bad, reason)) { try ExportFile.write([1], to: bad, replacing: true) }
        }
        #expect(ExportFile.absolute("~/x", home: "/home/me", directory: "/w") == "/home/me/x")
        #expect(ExportFile.absolute("x", home: nil, directory: "/w") == "/w/x")
        #expect(ExportFile.absolute("x", home: nil, directory: "/") == "/x")
        #expect(ExportFile.absolute("/y", home: nil, directory: "/w") == "/y")
    }

    @Test("the tail writes the records the filter lets pass, the inspector its value")
    func tail() throws {
        var console = Fixture(rows: 30, columns: 120)
        console.press("jt/us-88<enter>e<enter>")
        guard case .records(let records) = try #require(job(console)).contents else {
            Issue.record("no records")
            return
        }
        #expect(records.count == console.state.tail?.visible.count)
        #expect(job(console)?.path.hasSuffix(".jsonl") == true)
        for _ in 0..<12 where console.state.copyTextForTest?.hasPrefix("{") != true { console.press("k") }
        console.press("<tab>e<enter>")
        let selected = try #require(console.state.tail?.selected)
        let written = try #require(job(console))
        #expect(written.path == "orders-\(selected.partition)-\(selected.record.offset).json")
        guard case .value(let value) = written.contents else {
            Issue.record("no value")
            return
        }
        #expect(value.record == selected.record)
    }
}
