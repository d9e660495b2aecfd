import AlertRules
import ConsoleSamples
import Monitor
import Testing

@testable import Console

@Suite("Alerts that keep_firing_for keeps")
struct KeptAlertTests {
    @Test("the list says kept, the alert's page since when its condition is over, and when it resolves")
    func kept() throws {
        var snapshot = SampleData.snapshot()
        let rule = try #require(snapshot.alerts.rules.firstIndex { $0.name == "group.lag" })
        snapshot.alerts.rules[rule].keepFiringMilliseconds = 600_000
        let alert = try #require(snapshot.alerts.instances.firstIndex { $0.rule == "group.lag" })
        snapshot.alerts.instances[alert].keptSince = SampleData.now - 31_000
        var console = Fixture(snapshot: snapshot)
        console.press("4")
        #expect(console.text.contains("▲ kept    group.lag"))
        console.press("h")
        #expect(console.text.contains("critical  > 50k for 30s  keeps firing for 10m"), "\(console.text)")
        #expect(
            console.text.contains("▲ kept  since 14:00:12  condition over since 14:02:00, resolves at 14:12:00"),
            "\(console.text)")
    }
}
