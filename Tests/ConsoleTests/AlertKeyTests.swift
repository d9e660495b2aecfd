import AlertRules
import Cluster
import Console
import ConsoleSamples
import Foundation
import Monitor
import Testing

@Suite("Alerts from the keyboard")
struct AlertKeyTests {
    static let scorer = "group.lag fraud-scorer "

    /// The line of the alerts table on a subject.
    static func row(_ console: Fixture, _ subject: String) -> String {
        console.text.split(separator: "\n").first { $0.contains(subject) && !$0.contains("fired") }.map(String.init)
            ?? ""
    }

    static func resolved(_ id: String, in snapshot: Snapshot, after: Int64) -> Snapshot {
        var next = snapshot
        next.takenAt += after
        for index in next.alerts.instances.indices where next.alerts.instances[index].id == id {
            next.alerts.instances[index].state = .quiet
        }
        return next
    }

    @Test("a acknowledged alert stays listed, counts no more, and counts again when it fires anew")
    func acknowledging() {
        var console = Fixture(rows: 40, columns: 118)
        console.press("3")
        #expect(console.grid.text(row: 0).contains("▲2"))
        console.press("4a")
        #expect(Self.row(console, "fraud-scorer").contains("◆ acked"))
        #expect(console.text.contains("1 firing · 1 pending · 2 quiet · 1 acknowledged"))
        console.press("3")
        #expect(console.grid.text(row: 0).contains("▲1"))
        // It resolves: the acknowledgement ends, and is forgotten on disk, too.
        console.feed(.snapshot(Self.resolved(Self.scorer, in: SampleData.snapshot(), after: 1000)))
        guard case .keepMarks(let kept, _) = console.effects.last else {
            Issue.record("the end of the acknowledgement was not kept")
            return
        }
        #expect(kept.acknowledgements.isEmpty)
        console.feed(.snapshot(SampleData.snapshot()))
        #expect(console.grid.text(row: 0).contains("▲2"))
    }

    @Test("a takes an acknowledgement back, and is not there for what does not fire")
    func takingBack() {
        var console = Fixture()
        console.press("4aa")
        #expect(Self.row(console, "fraud-scorer").contains("▲ firing"))
        console.press("G")
        #expect(!console.grid.text(row: 29).contains("acknowledge"))
    }

    @Test("M asks which, how long and why, mutes, lists apart, and M again unmutes")
    func muting() {
        var console = Fixture(rows: 40, columns: 118)
        console.press("4M")
        #expect(console.text.contains("▸this alert"))
        console.press("deploy at 3<enter>")
        #expect(Self.row(console, "fraud-scorer").contains("◌ muted"))
        #expect(console.text.contains("1 firing · 1 pending · 2 quiet · 1 muted"))
        // The muted alert is the last one.
        console.press("G")
        #expect(console.state.selectedAlert?.id == Self.scorer)
        #expect(console.text.contains("group.lag of fraud-scorer until 15:02:31 UTC: deploy at 3"))
        console.press("3")
        #expect(console.grid.text(row: 0).contains("▲1"))
        console.press("4GM")
        #expect(console.state.dialog == nil)
        #expect(Self.row(console, "fraud-scorer").contains("▲ firing"))
    }

    @Test("a mute of a whole rule or subject ends at its time")
    func scopes() {
        var console = Fixture()
        console.press("4M<tab>")
        #expect(console.text.contains("group.lag of all"))
        console.press("<tab>")
        #expect(console.text.contains("all of fraud-scorer"))
        console.press("<up><enter>")
        var later = SampleData.snapshot()
        later.takenAt += 899_000
        console.feed(.snapshot(later))
        #expect(Self.row(console, "fraud-scorer").contains("◌ muted"))
        later.takenAt += 1000
        console.feed(.snapshot(later))
        #expect(Self.row(console, "fraud-scorer").contains("▲ firing"))
    }

    @Test("until resolved is offered only for what fires, and ends with the firing")
    func untilResolved() {
        var console = Fixture()
        console.press("4jjM")
        #expect(!console.text.contains("until resolved"))
        console.press("<esc>ggM<down><down><down><down><enter>")
        #expect(console.text.contains("until it resolves"))
        console.feed(.snapshot(Self.resolved(Self.scorer, in: SampleData.snapshot(), after: 1000)))
        #expect(Self.row(console, "fraud-scorer").contains("● quiet"))
    }

    @Test("marks outlive a restart: they are read once the cluster is known, and wait for the alert to fire again")
    func restart() {
        var console = Fixture()
        console.press("4a")
        var again = Fixture(
            snapshot: Self.resolved(Self.scorer, in: SampleData.snapshot(), after: 5000), kept: console.kept)
        again.feed(.snapshot(SampleData.snapshot()))
        again.press("4")
        #expect(Self.row(again, "fraud-scorer").contains("◆ acked"))
    }

    @Test("a marks file that cannot be read is a warning")
    func unreadable() {
        let error = AlertMarksError.unreadable(path: "/data/state/alerts-x.json", reason: "unexpected end")
        let console = Fixture(kept: .failure(error))
        #expect(console.text.contains("mutes not read, file kept: unexpected end: /data/state/alerts-x.json"))
    }

    @Test("muting works in read-only mode: it changes nothing in the cluster")
    func readOnly() {
        var snapshot = SampleData.snapshot()
        snapshot.capabilities.remove(.write)
        var console = Fixture(snapshot: snapshot)
        console.press("4M<enter>")
        #expect(Self.row(console, "fraud-scorer").contains("◌ muted"))
    }

    @Test("h shows when the alert was pending, fired and resolved, with values")
    func history() {
        var snapshot = SampleData.snapshot()
        snapshot.alerts.instances[0].events = [
            AlertEvent(
                at: SampleData.now - 139_000, kind: .fired, rule: "group.lag", subject: "x", detail: "50.2k > 50k"),
            AlertEvent(at: SampleData.now - 169_000, kind: .pending, rule: "group.lag", subject: "x", detail: "50.1k"),
            AlertEvent(at: SampleData.now - 900_000, kind: .passed, rule: "group.lag", subject: "x", detail: "49k"),
        ]
        var console = Fixture(snapshot: snapshot)
        console.press("4h")
        #expect(console.state.page == .alert(Self.scorer))
        let text = console.text
        #expect(text.contains("14:00:12   2m  fired     50.2k > 50k"))
        #expect(text.contains("pending   50.1k") && text.contains("passed    49k"))
        console.press("<enter>")
        #expect(console.state.page == .group("fraud-scorer"))
    }

    @Test("at 40 columns the table has state, age and subject")
    func narrow() {
        var console = Fixture(rows: 12, columns: 40)
        console.press("4")
        #expect(console.text.contains("STATE      AGE SUBJECT"))
        #expect(Self.row(console, "fraud").contains("▲ firing    2m fraud"))
    }
}

@Suite("Marks on disk")
struct AlertMarksFileTests {
    static func folder() -> String { NSTemporaryDirectory() + "weir-marks-\(UUID().uuidString)" }

    static var marks: AlertMarks {
        var marks = AlertMarks()
        marks.add(AlertMarks.Mute(rule: "group.lag", subject: nil, at: 1, until: nil, reason: "\u{1b}[31m “x”"))
        return marks
    }

    @Test("what was kept is read again, each cluster its own")
    func roundTrip() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = AlertMarksFile(folder: folder)
        #expect(try file.load(cluster: "a") == AlertMarks())
        #expect(try file.save(Self.marks, cluster: "a") == nil)
        #expect(try file.load(cluster: "a").mutes == Self.marks.mutes)
        #expect(try file.load(cluster: "b").mutes.isEmpty)
        #expect(!file.path(cluster: "../../etc").contains(".."))
    }

    @Test("a file that cannot be understood is an error, and set aside before another is written")
    func damaged() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = AlertMarksFile(folder: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for number in 1...2 {
            try Data("{\"marks\": \(number)".utf8).write(to: URL(fileURLWithPath: file.path(cluster: "a")))
            #expect(throws: AlertMarksError.self) { try file.load(cluster: "a") }
            let aside = try #require(try file.save(Self.marks, cluster: "a"))
            #expect(aside.hasSuffix("unreadable-\(number)"))
            #expect(try String(contentsOfFile: aside, encoding: .utf8) == "{\"marks\": \(number)")
            #expect(try file.load(cluster: "a").mutes == Self.marks.mutes)
        }
    }

    @Test("a folder that cannot be written is an error that names it")
    func unwritable() {
        let file = AlertMarksFile(folder: "/proc/weir")
        #expect(throws: AlertMarksError.self) { try file.save(Self.marks, cluster: "a") }
    }
}
