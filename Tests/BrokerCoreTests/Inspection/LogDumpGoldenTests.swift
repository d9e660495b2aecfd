import Foundation
import Testing

@testable import BrokerCore

@Suite("Dumping the log directories that Kafka wrote")
struct LogDumpGoldenTests {
    /// The cases with an expected file of a name; the small core has fewer.
    private static func cases(with file: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: LogGolden.root)) ?? []
        return names.filter { FileManager.default.fileExists(atPath: "\(LogGolden.root)/\($0)/\(file)") }.sorted()
    }

    private func dump(_ name: String, _ format: LogDump.Format) -> (lines: [NSDictionary], summary: LogDump.Summary) {
        var text = ""
        let summary = LogDump.run(paths: [LogGolden.directory(name)], format: format, output: { text += $0 })
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return (lines(text), summary)
    }

    /// JSON lines as dictionaries, without those of the metadata log, which the expected files leave out.
    private func lines(_ text: String) -> [NSDictionary] {
        text.split(separator: "\n").compactMap { line in
            let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? NSDictionary
            #expect(object != nil, "not a JSON object: \(line.prefix(200))")
            let owner = object?["topic"] as? String ?? object?["file"] as? String ?? ""
            return owner.hasPrefix("__cluster_metadata") ? nil : object
        }
    }

    private func expected(_ name: String, _ file: String) throws -> [NSDictionary] {
        lines(try String(contentsOfFile: "\(LogGolden.root)/\(name)/\(file)", encoding: .utf8))
    }

    private func expectSame(_ seen: [NSDictionary], _ expected: [NSDictionary], _ name: String) {
        #expect(seen.count == expected.count, "\(name): \(seen.count) lines instead of \(expected.count)")
        for (ours, theirs) in zip(seen, expected) where ours != theirs {
            Issue.record("\(name): ours \(ours), Kafka's \(theirs)")
            return
        }
    }

    @Test("every record is shown as Kafka's readers saw it", arguments: cases(with: "expected.jsonl"))
    func records(name: String) throws {
        let (seen, summary) = dump(name, .records)
        expectSame(seen, try expected(name, "expected.jsonl"), name)
        #expect(summary.damages == 0)
    }

    @Test("fields come in the order of the expected files")
    func order() throws {
        let name = "compact-1-cleaned"
        for (format, file) in [(LogDump.Format.records, "expected.jsonl"), (.batches, "expected-batches.jsonl")] {
            var text = ""
            LogDump.run(paths: [LogGolden.directory(name)], format: format, output: { text += $0 })
            let ours = text.split(separator: "\n").filter { !$0.contains("__cluster_metadata") }
            let theirs = try String(contentsOfFile: "\(LogGolden.root)/\(name)/\(file)", encoding: .utf8)
                .split(separator: "\n")
            #expect(ours == theirs)
        }
    }

    @Test("every batch is shown with its place and header", arguments: cases(with: "expected-batches.jsonl"))
    func batches(name: String) throws {
        let (seen, summary) = dump(name, .batches)
        expectSame(seen, try expected(name, "expected-batches.jsonl"), name)
        #expect(summary.damages == (name == "torn" ? 5 : 0))
    }

    @Test("every index entry and producer is shown", arguments: cases(with: "expected-indexes.jsonl"))
    func indexes(name: String) throws {
        let (seen, summary) = dump(name, .indexes)
        // "dumpSays" holds words of Kafka's tool. In directories of a killed broker the expected files say
        // "entriesNotZero" also of index files that had been cut to their entries before.
        let plain: (NSDictionary) -> NSDictionary = { line in
            let said: Set<String> = ["dumpSays", "entriesNotZero"]
            var fields = (line as? [String: Any] ?? [:]).filter { !said.contains($0.key) }
            if let entries = line["entriesNotZero"] { fields["entries"] = entries }
            return NSDictionary(dictionary: fields)
        }
        // There, too, Kafka's tool read no .snapshot and no .txnindex files.
        let isKilled = name == "kill9" || name == "torn"
        let ours = seen.filter { line in
            let file = line["file"] as? String ?? ""
            return !isKilled || file.hasSuffix(".index") || file.hasSuffix(".timeindex")
        }
        expectSame(ours.map(plain), try expected(name, "expected-indexes.jsonl").map(plain), name)
        // The damage to torn's .log files cuts off batches that index entries point to.
        if name != "torn" { #expect(summary.damages == 0) }
    }

    @Test("preallocated index files are told from trimmed ones")
    func preallocated() throws {
        let (seen, _) = dump("torn", .indexes)
        for line in seen {
            let isPreallocated = line["bytes"] as? Int == 4096 || line["bytes"] as? Int == 4092
            #expect((line["entriesNotZero"] != nil) == isPreallocated, "\(line)")
        }
    }

    @Test("each damage of a torn directory is named with its file, place and reason")
    func torn() throws {
        var damages: [LogDamage] = []
        let summary = LogDump.run(
            paths: [LogGolden.directory("torn")],
            format: .records,
            output: { _ in },
            onDamage: { damages.append($0) }
        )
        let found = damages.map { damage in
            let file = damage.path.split(separator: "/").suffix(2).joined(separator: "/")
            return "\(file) \(damage.position ?? -1) \(damage.bytes ?? -1)"
        }
        #expect(
            found == [
                "c1-0/00000000000000000031.log 3377 45", "c1-1/00000000000000000031.log 1697 109",
                "c1-2/00000000000000000033.log 3121 700", "c1-3/00000000000000000035.log 2856 333",
                "ctx-0/00000000000000000037.log 1591 129",
            ]
        )
        for (damage, reason) in zip(damages, ["too few bytes", "checksum", "zeros", "no batch", "is cut"]) {
            #expect(damage.reason.contains(reason), "\(damage)")
        }
        // 340 records before, one lost at the end of c1-0 and three of ctx-0; the one with the flipped bit is still shown.
        #expect(summary.records == (LogGolden.isWhole ? 336 : 296))
    }

    @Test("dumping changes no byte, in any format", arguments: LogDump.Format.allCases)
    func readOnly(format: LogDump.Format) throws {
        let directory = try TemporaryDirectory()
        let copy = try directory.copy(of: "\(LogGolden.directory("torn"))/c1-1", as: "c1-1")
        let before = try contents(copy)
        LogDump.run(paths: [copy], format: format, output: { _ in })
        #expect(try contents(copy) == before)
    }

    private func contents(_ directory: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
            files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)"))
        }
        return files
    }
}
