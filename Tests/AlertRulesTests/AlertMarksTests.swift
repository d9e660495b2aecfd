import AlertRules
import Testing
import WindowedMetrics

@Suite("Marks on alerts")
struct AlertMarksTests {
    static func alert(_ subject: String, isFiring: Bool = true, rule: String = "lag") -> AlertInstance {
        AlertInstance(
            rule: rule, subject: subject, labels: ["group": subject], state: isFiring ? .firing(since: 0) : .quiet,
            value: 1)
    }

    static func board(_ instances: [AlertInstance]) -> AlertBoard {
        AlertBoard(rules: [AlertMachineTests.rule(hold: 0)], instances: instances, history: [])
    }

    /// Settles marks, and expects that something is dropped or that nothing is.
    private func settles(_ marks: inout AlertMarks, by board: AlertBoard, at now: Int64, _ drops: Bool) {
        let dropped = marks.settle(by: board, at: now)
        #expect(dropped == drops, "at \(now)")
    }

    @Test("an acknowledgement ends with the firing, and only then")
    func acknowledgement() {
        var marks = AlertMarks()
        marks.toggleAcknowledgement(of: Self.alert("a", isFiring: false), at: 0)
        #expect(marks.acknowledgements.isEmpty)
        marks.toggleAcknowledgement(of: Self.alert("a"), at: 0)
        #expect(marks.isAcknowledged(Self.alert("a")) && !marks.isAcknowledged(Self.alert("b")))
        settles(&marks, by: Self.board([Self.alert("a")]), at: 900_000, false)
        // A board without rules says nothing of any alert.
        settles(&marks, by: AlertBoard(rules: [], instances: [], history: []), at: 900_001, false)
        settles(&marks, by: Self.board([Self.alert("a", isFiring: false)]), at: 900_002, true)
        #expect(!marks.isAcknowledged(Self.alert("a")))
    }

    @Test("after a restart a mark waits five minutes for its alert to fire again, and no longer")
    func patience() {
        var before = AlertMarks()
        before.toggleAcknowledgement(of: Self.alert("a"), at: 0)
        before.add(AlertMarks.Mute(rule: "lag", subject: "a", at: 0, until: nil, reason: ""))
        for firesAt in [100_000, 299_999, nil] as [Int64?] {
            var marks = AlertMarks()
            marks.merge(before.restarted)
            _ = marks.settle(by: Self.board([Self.alert("a", isFiring: false)]), at: 0)
            if let firesAt {
                settles(&marks, by: Self.board([Self.alert("a")]), at: firesAt, false)
                #expect(marks.isAcknowledged(Self.alert("a")))
                // It was seen to fire: now its end is the end.
                settles(&marks, by: Self.board([Self.alert("a", isFiring: false)]), at: firesAt + 1, true)
            } else {
                settles(&marks, by: Self.board([Self.alert("a", isFiring: false)]), at: 299_999, false)
                settles(&marks, by: Self.board([Self.alert("a", isFiring: false)]), at: 300_000, true)
            }
            #expect(marks.acknowledgements.isEmpty && marks.mutes.isEmpty)
        }
    }

    @Test("a mute holds a rule, a subject or one alert, until its time")
    func scopes() {
        var marks = AlertMarks()
        marks.add(AlertMarks.Mute(rule: "lag", subject: nil, at: 0, until: 100, reason: ""))
        marks.add(AlertMarks.Mute(rule: nil, subject: "b", at: 0, until: 200, reason: ""))
        marks.add(AlertMarks.Mute(rule: nil, subject: nil, at: 0, until: 200, reason: "names nothing, holds nothing"))
        #expect(marks.mute(on: Self.alert("a"))?.until == 100)
        #expect(marks.mute(on: Self.alert("b", rule: "disk"))?.until == 200)
        #expect(marks.mute(on: Self.alert("b"))?.until == 200)
        #expect(marks.mute(on: Self.alert("a", rule: "disk")) == nil)
        settles(&marks, by: Self.board([]), at: 99, false)
        settles(&marks, by: Self.board([]), at: 100, true)
        #expect(marks.mute(on: Self.alert("a")) == nil)
        let ended = marks.unmute(Self.alert("b"))
        #expect(ended.map(\.until) == [200])
        #expect(marks.mute(on: Self.alert("b")) == nil)
    }

    @Test("an instance remembers when it was pending, passed, fired and resolved, with what was seen")
    func events() {
        var machine = AlertMachine(rules: [AlertMachineTests.rule(hold: 2000)])
        let values: [Double] = [1, 60_000, 1, 70_000, 70_000, 80_000, 2]
        for (second, value) in values.enumerated() {
            let now = Moment(
                wallMilliseconds: Int64(second) * 1000, monotonicNanoseconds: Int64(second) * 1_000_000_000)
            machine.evaluate(at: now) { _ in
                .samples([SeriesSample(labels: LabelSet(["group": "a"]), value: value)])
            }
        }
        let events = machine.board().instances.first?.events ?? []
        #expect(
            events.reversed().map { "\($0.at) \($0.kind.rawValue) \($0.detail)" } == [
                "1000 pending 60k > 50k for 2s", "2000 passed 1 (was 60k for 1s)", "3000 pending 70k > 50k for 2s",
                "5000 fired 80k > 50k for 2s", "6000 resolved 2 (was 80k for 1s)",
            ])
        // What did not fire is no news for everybody.
        #expect(machine.history.map(\.kind) == [.resolved, .fired])
    }
}

extension AlertMarks {
    /// These marks as another run reads them: nothing was seen to fire yet.
    fileprivate var restarted: AlertMarks {
        var marks = AlertMarks()
        marks.merge(self)
        return marks
    }
}
