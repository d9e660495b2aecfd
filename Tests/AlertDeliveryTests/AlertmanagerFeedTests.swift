import AlertRules
import Testing

@testable import AlertDelivery

@Suite("Alerts for an Alertmanager")
struct AlertmanagerFeedTests {
    private static let start: Int64 = 1_700_000_000_000

    private static func alert(_ group: String, endsAt: Int64? = nil) -> DeliverableAlert {
        DeliverableAlert(labels: LabelSet(["alertname": "Lag", "group": group]), startsAt: start, endsAt: endsAt)
    }

    private static func posts(_ effects: [AlertmanagerFeed.Effect]) -> [[AlertmanagerFeed.Post]] {
        effects.map { effect in
            switch effect {
            case .send(let posts): posts
            }
        }
    }

    @Test("what fires is sent each minute with an end four minutes ahead; an end once at once and then each minute")
    func resends() {
        var feed = AlertmanagerFeed()
        var sent: [(Int64, Int64)] = []
        let end = Self.start + 200_000
        for second in stride(from: Int64(0), through: 1200, by: 5) {
            let now = Self.start + second * 1000
            let ended = now >= end
            let alerts = now - end > AlertBook.resolvedRetention ? [] : [Self.alert("a", endsAt: ended ? end : nil)]
            for batch in Self.posts(feed.handle(.alerts(alerts), at: now)) {
                sent += batch.map { (second, $0.endsAt - Self.start) }
                #expect(feed.handle(.delivered, at: now).isEmpty)
            }
        }
        #expect(sent.prefix(4).map(\.0) == [0, 65, 130, 195])
        #expect(sent.prefix(4).map(\.1) == [240_000, 305_000, 370_000, 435_000])
        #expect(sent.dropFirst(4).first?.0 == 200)
        #expect(sent.dropFirst(4).allSatisfy { $0.1 == 200_000 })
        #expect(sent.last.map { (1035...1100).contains($0.0) } == true)
    }

    @Test("a failed message is tried again with growing waits, and nothing of it is lost")
    func failures() {
        var feed = AlertmanagerFeed()
        var now = Self.start
        #expect(Self.posts(feed.handle(.alerts([Self.alert("a")]), at: now)).count == 1)
        for wait in [1000, 2000, 4000] as [Int64] {
            #expect(feed.handle(.failed, at: now).isEmpty)
            #expect(feed.wakeAt == now + wait)
            #expect(feed.handle(.alerts([Self.alert("a")]), at: now + wait - 1).isEmpty)
            now += wait
            #expect(Self.posts(feed.handle(.tick, at: now)).first?.map(\.alert) == [Self.alert("a")])
        }
        #expect(feed.handle(.delivered, at: now).isEmpty)
        #expect(feed.wakeAt == now + AlertmanagerFeed.resendDelay + 1)
    }

    @Test("many go in messages of 64, each once, and held ones do not go")
    func batches() {
        var feed = AlertmanagerFeed()
        var alerts = (0..<150).map { Self.alert("g\($0)") }
        alerts[0].isHeld = true
        var batches = Self.posts(feed.handle(.alerts(alerts), at: Self.start))
        var all = batches
        while !batches.isEmpty {
            batches = Self.posts(feed.handle(.delivered, at: Self.start))
            all += batches
        }
        #expect(all.map(\.count) == [64, 64, 21])
        #expect(Set(all.joined().map(\.alert.labels)).count == 149)
        #expect(!all.joined().contains { $0.alert.isHeld })
    }
}
