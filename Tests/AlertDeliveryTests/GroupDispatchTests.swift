import AlertRules
import SeededNumbers
import Testing

@testable import AlertDelivery

@Suite("Alerts told in groups")
struct GroupDispatchTests {
    /// A generator with a seed (SplitMix64), so that a failure can be seen again.
    private static let start: Int64 = 1_700_000_000_000

    private static func alert(_ rule: String, _ group: String, at: Int64, endsAt: Int64? = nil) -> DeliverableAlert {
        DeliverableAlert(labels: LabelSet(["alertname": rule, "group": group]), startsAt: at, endsAt: endsAt)
    }

    private static func messages(_ effects: [GroupDispatch.Effect]) -> [GroupDispatch.Message] {
        effects.compactMap { if case .send(let message) = $0 { message } else { nil } }
    }

    private static func told(_ message: GroupDispatch.Message, at: Int64) -> NaiveAlertmanager.Told {
        NaiveAlertmanager.Told(
            at: at, group: "\(message.group)",
            firing: message.alerts.filter(\.isFiring).map { "\($0.labels)" }.sorted(),
            resolved: message.alerts.filter { !$0.isFiring }.map { "\($0.labels)" }.sorted())
    }

    private static func policy(_ random: inout SeededGenerator) -> GroupingPolicy {
        var policy = GroupingPolicy()
        policy.groupBy = [["alertname"], [], ["alertname", "group"], nil].randomElement(using: &random) ?? nil
        policy.groupWait = [0, 10_000, 30_000].randomElement(using: &random) ?? 0
        policy.groupInterval = [15_000, 60_000, 300_000].randomElement(using: &random) ?? 60_000
        policy.repeatInterval = [120_000, 600_000, 14_400_000].randomElement(using: &random) ?? 120_000
        policy.sendsResolved = Bool.random(using: &random)
        return policy
    }

    /// Alerts that come, go, are held and let go, a step each five seconds.
    private struct World {
        var firing: [String: DeliverableAlert] = [:]
        var ended: [String: DeliverableAlert] = [:]

        /// All that rules know, as the book tells it.
        var alerts: [DeliverableAlert] { (Array(firing.values) + ended.values).sorted { $0.labels < $1.labels } }

        /// Changes something, or nothing; gives what changed.
        mutating func step(at time: Int64, _ random: inout SeededGenerator, holds: Bool) -> [DeliverableAlert] {
            var changed: [DeliverableAlert] = []
            // What comes and goes between two evaluations nobody sees.
            var touched: Set<String> = []
            for _ in 0..<Int.random(in: 0...2, using: &random) where Int.random(in: 0..<4, using: &random) == 0 {
                let name = "r\(Int.random(in: 0..<3, using: &random))"
                let group = "g\(Int.random(in: 0..<4, using: &random))"
                let key = "\(name) \(group)"
                guard touched.insert(key).inserted else { continue }
                if var known = firing[key] {
                    if holds, Bool.random(using: &random) {
                        known.isHeld.toggle()
                        firing[key] = known
                    } else {
                        known.endsAt = time
                        known.isHeld = false
                        firing[key] = nil
                        ended[key] = known
                    }
                    changed.append(known)
                } else {
                    let alert = GroupDispatchTests.alert(name, group, at: time)
                    firing[key] = alert
                    ended[key] = nil
                    changed.append(alert)
                }
            }
            ended = ended.filter { time - ($0.value.endsAt ?? time) <= AlertBook.resolvedRetention }
            return changed
        }
    }

    @Test("a receiver that takes all is told what Alertmanager would tell it, when it would", arguments: 1...60)
    func agreesWithAlertmanager(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let policy = Self.policy(&random)
        var dispatch = GroupDispatch(policy: policy)
        var model = NaiveAlertmanager(policy: policy)
        var world = World()
        var told: [NaiveAlertmanager.Told] = []
        func handle(_ event: GroupDispatch.Event, at time: Int64) {
            var events = [event]
            while let event = events.popLast() {
                for message in Self.messages(dispatch.handle(event, at: time)) {
                    told.append(Self.told(message, at: time))
                    events.append(.delivered)
                }
            }
        }
        for second in 0..<4000 {
            let time = Self.start + Int64(second) * 1000
            if second % 5 == 0 {
                for alert in world.step(at: time, &random, holds: false) { model.insert(alert, now: time) }
                handle(.alerts(world.alerts), at: time)
            }
            model.tick(now: time)
            if let wake = dispatch.wakeAt, wake <= time { handle(.tick, at: time) }
        }
        let same = zip(told, model.told).prefix { $0 == $1 }.count
        #expect(
            told.sorted { ($0.at, $0.group) < ($1.at, $1.group) }
                == model.told.sorted { ($0.at, $0.group) < ($1.at, $1.group) },
            "seed \(seed), \(policy): \(told.dropFirst(same).prefix(3)) for \(model.told.dropFirst(same).prefix(3))")
    }

    @Test("whatever fails on the way, in the end the receiver knows what fires and nothing else", arguments: 1...60)
    func knowsInTheEnd(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var policy = Self.policy(&random)
        policy.sendsResolved = true
        var dispatch = GroupDispatch(policy: policy)
        var world = World()
        var underway: (message: GroupDispatch.Message, until: Int64)?
        var known: [LabelSet: [DeliverableAlert]] = [:]
        func take(_ effects: [GroupDispatch.Effect], at time: Int64) {
            for message in Self.messages(effects) {
                #expect(underway == nil, "seed \(seed): two messages at once")
                underway = (message, time + Int64.random(in: 0...8, using: &random) * 1000)
            }
        }
        for second in 0..<6000 {
            let time = Self.start + Int64(second) * 1000
            if second % 5 == 0 {
                if second < 3000 { _ = world.step(at: time, &random, holds: false) }
                take(dispatch.handle(.alerts(world.alerts), at: time), at: time)
            }
            if let wake = dispatch.wakeAt, wake <= time { take(dispatch.handle(.tick, at: time), at: time) }
            if let done = underway, done.until <= time {
                underway = nil
                let fails = second < 3500 && Bool.random(using: &random)
                if !fails { known[done.message.group] = done.message.alerts.filter(\.isFiring) }
                let event = fails ? GroupDispatch.Event.failed(mayRetry: Bool.random(using: &random)) : .delivered
                take(dispatch.handle(event, at: time), at: time)
            }
        }
        let expected = Set(world.firing.values.map(\.labels))
        #expect(Set(known.values.joined().map(\.labels)) == expected, "seed \(seed), \(policy)")
    }

    @Test("what was told is not told again after a restart; what ended meanwhile is")
    func restart() {
        var policy = GroupingPolicy()
        policy.groupWait = 0
        var first = GroupDispatch(policy: policy)
        let one = Self.alert("Lag", "a", at: Self.start)
        #expect(Self.messages(first.handle(.alerts([one]), at: Self.start)).count == 1)
        #expect(first.handle(.delivered, at: Self.start) == [.keepLog])

        var second = GroupDispatch(policy: policy, log: first.log)
        #expect(second.handle(.alerts([one]), at: Self.start + 60_000).isEmpty)
        let ended = Self.alert("Lag", "a", at: Self.start, endsAt: Self.start + 70_000)
        var third = GroupDispatch(policy: policy, log: first.log)
        let said = Self.messages(third.handle(.alerts([ended]), at: Self.start + 80_000))
        #expect(said.map(\.alerts) == [[ended]])
        // The end of what nobody was told of is no news.
        var fourth = GroupDispatch(policy: policy)
        #expect(fourth.handle(.alerts([ended]), at: Self.start + 80_000).isEmpty)
    }

    @Test("an alert that somebody holds is not told; its end is, where its beginning was")
    func held() {
        var policy = GroupingPolicy()
        policy.groupWait = 0
        policy.groupInterval = 10_000
        var dispatch = GroupDispatch(policy: policy)
        var alert = Self.alert("Lag", "a", at: Self.start)
        alert.isHeld = true
        #expect(dispatch.handle(.alerts([alert]), at: Self.start).isEmpty)
        alert.isHeld = false
        #expect(Self.messages(dispatch.handle(.alerts([alert]), at: Self.start + 10_000)).count == 1)
        _ = dispatch.handle(.delivered, at: Self.start + 10_000)
        alert.isHeld = true
        #expect(dispatch.handle(.alerts([alert]), at: Self.start + 50_000).isEmpty)
        alert.isHeld = false
        alert.endsAt = Self.start + 55_000
        #expect(dispatch.handle(.alerts([alert]), at: Self.start + 55_000).isEmpty)
        let said = Self.messages(dispatch.handle(.tick, at: Self.start + 65_000))
        #expect(said.map(\.isFiring) == [false])
    }

    @Test("tries grow apart to a minute, and one more holds what is true then")
    func retries() {
        var policy = GroupingPolicy()
        policy.groupWait = 0
        var dispatch = GroupDispatch(policy: policy)
        var time = Self.start
        let one = Self.alert("Lag", "a", at: time)
        var sent = Self.messages(dispatch.handle(.alerts([one]), at: time)).count
        var waits: [Int64] = []
        for _ in 0..<8 {
            #expect(sent == 1)
            #expect(dispatch.handle(.failed(mayRetry: true), at: time).isEmpty)
            let wake = dispatch.wakeAt ?? 0
            waits.append(wake - time)
            time = wake
            let two = Self.alert("Lag", "b", at: Self.start + 1)
            let effects = dispatch.handle(.alerts([one, two]), at: time)
            #expect(Self.messages(effects).first?.alerts == [one, two])
            sent = Self.messages(effects).count
        }
        #expect(waits == [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
    }

    @Test("a clock that goes back makes no wait longer than it is")
    func clockGoesBack() {
        var dispatch = GroupDispatch(policy: GroupingPolicy())
        _ = dispatch.handle(.alerts([Self.alert("Lag", "a", at: Self.start)]), at: Self.start)
        _ = dispatch.handle(.tick, at: Self.start - 86_400_000)
        #expect(dispatch.wakeAt == Self.start - 86_400_000 + 300_000)
    }
}
