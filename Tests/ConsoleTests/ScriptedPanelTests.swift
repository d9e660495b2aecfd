import Console
import Foundation
import Monitor
import MonitorScript
import TerminalHarness
import Testing

#if canImport(CVTerm)
    /// The monitor and the console over a scripted cluster, judged by what stands on the terminal.
    @Suite("Panels against a model", .serialized)
    struct ScriptedPanelTests {
        @Test("every lag, age, catch-up time and alert on the screen is the model's through eight eventful minutes")
        func eightMinutes() throws {
            let seed: UInt64 = 0x0DD5_0001
            print("seed \(seed)")
            let terminal = try #require(
                HeadlessTerminal(TerminalTests.probe, ["--script", "\(seed)"], rows: 46, columns: 150))
            #expect(terminal.waitFor("Weir"))
            // By name, so that a group's row stays where it is.
            terminal.type("3s")
            var script = EventfulScript(seed: seed)
            var panel = PanelModel()
            var kinds: [String: [String]] = [:]
            var alertStates: [String] = []
            while script.step < EventfulScript.steps {
                terminal.type(".")
                let (world, wall) = script.advance()
                panel.model.learn(world, second: script.second, wall: wall)
                terminal.settle(quiet: 5)
                let look = Look(
                    terminal: terminal, step: script.step, clock: TimeZoneChoice.utc.clock(wall))
                // Where something happened, and one page in turn at every step.
                let ids = panel.groupIDs
                let turn = script.step % 3
                var changed = Set(ids.filter { kinds[$0] != panel.kinds(of: $0) })
                for id in ids { kinds[id] = panel.kinds(of: id) }
                if turn == 0 || !changed.isEmpty || panel.model.hasProblem {
                    try look.at("groups", keys: "3") { panel.differences(groups: $0) }
                }
                if turn == 1 || alertStates != panel.alertStates {
                    try look.at("alerts", keys: "4") { panel.differences(alerts: $0) }
                }
                alertStates = panel.alertStates
                if turn == 2 { changed.insert(ids[script.step / 3 % ids.count]) }
                for (place, id) in ids.enumerated() where changed.contains(id) {
                    let keys = "3g" + String(repeating: "j", count: place) + "\r"
                    try look.at(id, keys: keys) { panel.differences(group: id, $0) }
                }
            }
            let expected: Set<String> = [
                "lag no commit", "lag none", "lag none≈", "lag records", "lag records≈", "lag records≥",
                "age no commit", "age caught up", "age milliseconds", "age milliseconds≥", "age unknown", "stale",
                "row lag no commit", "row lag none", "row lag records", "row lag records≈", "row stale", "row ahead",
                "row unreadable", "row catch-up unknown", "row catch-up done", "row catch-up steady",
                "row catch-up after", "row catch-up never", "group.age pending", "group.age firing",
                "group.stopped firing", "group.loss firing", "group.lost firing",
                "row status STALL", "row status STOP", "row status REWIND", "row status NO PROGRESS", "row status ERR",
                "row loss WILL LOSE", "row loss TIGHT", "row loss LOST",
                "group.catch-up pending", "group.catch-up firing",
                "topic.offline pending", "not evaluated",
            ]
            let missed = expected.subtracting(panel.seenKinds)
            #expect(missed.isEmpty)
            terminal.type("\u{3}")
            #expect(terminal.waitFor("ended: quit"))
        }
    }

    /// Looks at pages of one step's poll.
    private struct Look {
        let terminal: HeadlessTerminal
        let step: Int
        let clock: String

        /// Types keys, waits for a page of this poll, and for nothing on it to differ from the model.
        func at(_ page: String, keys: String, differences: ([String]) -> [String]) throws {
            terminal.type(keys)
            let deadline = Date().addingTimeInterval(5)
            var found = ["the page never came"]
            var isOpen = true
            while isOpen, Date() < deadline {
                isOpen = terminal.settle(quiet: 3)
                guard terminal.line(0).contains(clock), terminal.line(terminal.rows - 2).contains("‹\(page)›") else {
                    continue
                }
                found = differences((0..<terminal.rows).map(terminal.line))
                if found.isEmpty { return }
            }
            Issue.record("step \(step), \(clock), \(page): \(found.joined(separator: "; "))\n\(terminal.text)")
            throw PanelDiffers()
        }
    }

    /// Ends a run at its first wrong figure: the steps after it would only repeat it.
    private struct PanelDiffers: Error {}
#else
    @Suite("Panels against a model")
    struct ScriptedPanelTests {
        @Test("panels in a terminal emulator", .disabled("install libvterm-dev to judge the terminal's screens"))
        func absent() {}
    }
#endif
