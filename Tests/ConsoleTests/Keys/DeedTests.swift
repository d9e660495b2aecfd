import Cluster
import Console
import ConsoleSamples
import Monitor
import Testing

@Suite("Forms and deeds")
struct DeedTests {
    private static func asking(_ settings: Settings = Settings()) -> Fixture {
        var console = Fixture(settings: settings)
        console.press("2/orders<enter>:add-p<enter>")
        return console
    }

    @Test("a form says what is wrong and loses nothing that was typed; taken, it changes the cluster once")
    func form() {
        var console = Self.asking()
        #expect(console.text.contains("partitions in all"))
        console.press("<enter>")
        #expect(console.text.contains("▲ partitions in all is needed"))
        console.press("1<enter>")
        #expect(console.text.contains("▲ a whole number above"))
        console.press("4")
        #expect(!console.text.contains("▲ a whole number above"))
        console.press("<enter>")
        #expect(console.text.contains("orders has 14 partitions"))
        #expect(console.effects.count { $0 == .act(.addPartitions(topic: "orders", total: 14)) } == 1)
    }

    @Test("a paste goes into the field under the cursor")
    func paste() {
        var console = Self.asking()
        console.feed(.paste("96\n"))
        #expect(console.text.contains("96▏"))
    }

    @Test("on a production cluster a previewed act takes the typed name, and another name changes nothing")
    func production() {
        for (typed, isDone) in [("nonsense", false), ("orders", true)] {
            var console = Self.asking(Settings(clusterName: "payments-eu", isProduction: true))
            console.press("96<enter>")
            #expect(console.text.contains("production: type orders to give it 96 partitions:"))
            console.press("\(typed)<enter>")
            #expect(console.effects.contains(.act(.addPartitions(topic: "orders", total: 96))) == isDone)
            #expect(console.text.contains("nothing was changed") == !isDone)
        }
    }

    @Test("how a deed is confirmed follows from what a mistake would cost, one level up in production")
    func consequences() {
        let prod = Settings(clusterName: "payments-eu", isProduction: true)
        let cases: [(Deed.Consequence, Settings, Deed.Confirmation)] = [
            (.reversible, Settings(), .none), (.reversible, prod, .enter),
            (.previewed, Settings(), .none), (.previewed, prod, .typed("orders")),
            (.destructive, Settings(), .typed("orders")), (.destructive, prod, .typed("payments-eu/orders")),
        ]
        for (consequence, settings, wanted) in cases {
            let deed = Deed("orders", words: "try it", consequence, effects: [])
            #expect(Fixture(settings: settings).state.confirmation(of: deed) == wanted)
        }
    }

    @Test("read-only offers no form that changes the cluster")
    func readOnly() {
        var snapshot = SampleData.snapshot()
        snapshot.capabilities.remove(.write)
        var console = Fixture(snapshot: snapshot)
        console.press("2/orders<enter>:add-p<enter>")
        #expect(console.state.dialog == nil && !console.text.contains("partitions in all"))
    }
}
