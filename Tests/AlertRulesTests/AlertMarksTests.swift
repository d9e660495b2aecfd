import AlertRules
import Testing

@Suite("Marks on alerts")
struct AlertMarksTests {
    static func alert(_ subject: String, isFiring: Bool = true, rule: String = "lag") -> AlertInstance {
        AlertInstance(
            rule: rule, subject: subject, labels: ["group": subject], state: isFiring ? .firing(since: 0) : .quiet,
            value: 1)
    }

    static func board(_ instances: [AlertInstance]) -> AlertBoard {
        AlertBoard(
            rules: [
                AlertRule(
                    name: "lag", expression: "kafka_consumergroup_lag > 50000", threshold: .init(.greater, 50_000),
                    holdMilliseconds: 0, severity: .warning, summary: "", opens: "3", unit: .count)
            ], instances: instances, history: [])
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
}

extension AlertMarks {
    /// These marks as another run reads them: nothing was seen to fire yet.
    fileprivate var restarted: AlertMarks {
        var marks = AlertMarks()
        marks.merge(self)
        return marks
    }
}
