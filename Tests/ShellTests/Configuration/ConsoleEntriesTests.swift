import Console
import Foundation
import Testing

@testable import weir

@Suite("What the configuration says of the console")
struct ConsoleEntriesTests {
    @Test("zone, interval, mouse, keys, columns and a cluster's colour are read")
    func whole() throws {
        let configuration = try Configuration(
            text: """
                zone: europe/berlin
                poll-interval-ms: 2500
                mouse: true
                keys:
                  tail: T
                  refresh: [ctrl-r, "."]
                  faults: none
                columns:
                  topics: { order: [NAME, SIZE], hidden: [RETENTION] }
                clusters:
                  prod: { bootstrap: a, colour: "#cc3333" }
                """, file: "f")
        #expect(configuration.warnings == [])
        let console = configuration.console
        #expect(console.zone?.identifier == "Europe/Berlin")
        #expect(console.pollIntervalMilliseconds == 2500)
        #expect(console.hasMouse == true)
        #expect(console.keys == KeyOverrides(["tail": ["T"], "refresh": [.control("r"), "."], "faults": []]))
        #expect(console.columns == ["topics": ColumnChoice(order: ["NAME", "SIZE"], hidden: ["RETENTION"])])
        #expect(configuration.clusters["prod"]?.colour == .rgb(0xcc, 0x33, 0x33))
    }

    @Test(
        "what is wrong is said with its line and what to write",
        arguments: [
            ("zone: Europe/Berlim", "f:1: no time zone is called \"Europe/Berlim\"; did you mean \"Europe/Berlin\"?"),
            ("a: 1\npoll-interval-ms: 5", "f:2: poll-interval-ms must be a number from 100 to 3600000, not \"5\""),
            ("mouse: often", "f:1: mouse must be true or false, not \"often\""),
            (
                "keys:\n  tail: s",
                "f:2: keys: s of tail is the key of sort, too, on the page dashboard; give one of them another"
            ),
            (
                "keys:\n  stop-compaction: z",
                "f:2: keys: stop-compaction changes the cluster: its key must be a capital letter, not z"
            ),
            (
                "keys:\n  refresh: .\n  tail: [F1]",
                "f:3: keys: \"F1\" is no key; write one character, ctrl-a to ctrl-z,"
            ),
            ("keys:\n  tail: { a: b }", "f:2: keys: tail must be one word or sentence"),
            ("keys: x", "f:1: keys must be a mapping of keys to values"),
            (
                "clusters:\n  x:\n    bootstrap: a\n    colour: redd",
                "f:4: clusters.x: colour is \"redd\"; write #rrggbb in quotes, or an index 0-255"
            ),
        ])
    func wrong(text: String, message: String) {
        #expect {
            try Configuration(text: text, file: "f")
        } throws: { error in
            if !"\(error)".hasPrefix(message) { print("got:", error) }
            return "\(error)".hasPrefix(message)
        }
    }

    @Test("names that nobody knows are warnings with a suggestion, and the rest counts")
    func warnings() throws {
        let configuration = try Configuration(
            text: "keys:\n  taill: z\n  tail: Z\ncolumns:\n  topcis: { order: [NAME] }\nmuose: true", file: "f")
        #expect(
            configuration.warnings == [
                "f:2: keys: no action is called \"taill\"; did you mean \"tail\"?",
                "f:5: columns: no table is called \"topcis\"; did you mean \"topics\"?",
                "f:6: unknown key \"muose\"; did you mean \"mouse\"?",
            ])
        #expect(configuration.console.keys == KeyOverrides(["tail": ["Z"]]))
    }

    @Test("weir config check says what is wrong and ends with a code")
    func check() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-config-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func report(_ text: String) throws -> (lines: [String], errors: Int, warnings: Int) {
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/c.yaml"))
            return ConfigCommand.Check.report("\(folder)/c.yaml", environment: ["HOME": folder])
        }
        let good = try report("theme: nord\nclusters: { a: { bootstrap: x } }")
        #expect(good.lines == ["\(folder)/c.yaml: good, 1 clusters"] && good.errors == 0)
        let warned = try report("teme: nord")
        #expect(warned.errors == 0 && warned.warnings == 1)
        #expect(warned.lines.first == "warning: \(folder)/c.yaml:1: unknown key \"teme\"; did you mean \"theme\"?")
        let theme = try report("theme: nrod")
        #expect(theme.errors == 1 && theme.lines.last?.contains("did you mean \"nord\"?") == true)
        #expect(try report("keys: [").errors == 1)
        #expect(ConfigCommand.Check.report("\(folder)/missing", environment: [:]).errors == 1)
        #expect(ConfigCommand.Check.report(nil, environment: ["HOME": folder]).errors == 0)
    }
}
