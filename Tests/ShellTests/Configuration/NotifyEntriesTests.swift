import AlertDelivery
import Authentication
import ClientTLS
import Testing

@testable import weir

@Suite("Who is told of alerts, in the configuration file")
struct NotifyEntriesTests {
    @Test("names receivers, each with its own way and times")
    func whole() throws {
        let configuration = try Configuration(
            text: """
                notify:
                  group-by: [alertname, topic]
                  group-wait: 10s
                  repeat-interval: 1h
                  labels: { site: berlin }
                  receivers:
                    central:
                      alertmanager: https://alerts.example/am
                      token: { file: /etc/token }
                      tls: { authorities: ca.pem, verify-hostname: false, certificate: me.pem, private-key: me.key }
                    desk: { terminal: both, group-wait: 0s }
                    ops: { webhook: { environment: OPS_HOOK }, send-resolved: false, time-limit: 3s }
                    pager: { command: [/usr/bin/page, --urgent], group-by: [...] }
                """, file: "f")
        #expect(configuration.warnings == [])
        #expect(configuration.notify.labels == ["site": "berlin"])
        let receivers = configuration.notify.receivers
        #expect(receivers.map(\.name) == ["central", "desk", "ops", "pager"])
        var central = HTTPTarget(.open(try #require(HTTPAddress("https://alerts.example/am"))))
        central.credentials = .token(.file("/etc/token"))
        central.tls.authorities = "ca.pem"
        central.tls.verifiesHostname = false
        central.tls.certificate = "me.pem"
        central.tls.privateKey = "me.key"
        #expect(receivers[0].way == .alertmanager(central))
        var hook = HTTPTarget(.secret(.environment("OPS_HOOK")))
        hook.timeLimit = 3000
        #expect(receivers[2].way == .webhook(hook))
        #expect(receivers[3].way == .command(CommandTarget(arguments: ["/usr/bin/page", "--urgent"])))
        #expect(receivers.map(\.policy.groupWait) == [10_000, 0, 10_000, 10_000])
        #expect(
            receivers.map(\.policy.groupBy) == [
                ["alertname", "topic"], ["alertname", "topic"], ["alertname", "topic"], nil,
            ])
        #expect(receivers.map(\.policy.sendsResolved) == [true, true, false, true])
        #expect(receivers.allSatisfy { $0.policy.repeatInterval == 3_600_000 && $0.policy.groupInterval == 300_000 })
    }

    @Test(
        "says file, line and remedy of what is wrong",
        arguments: [
            ("notify: {}", "f:1: notify: says no receivers; write for example receivers: { desk: { terminal: bell } }"),
            (
                "notify:\n  group-wait: soon\n  receivers: { a: { terminal: bell } }",
                "f:2: notify: group-wait must be a time as 30s, 5m or 4h, from 0s to 1y, not \"soon\""
            ),
            (
                "notify:\n  receivers:\n    a: { terminal: horn }",
                "f:3: notify.receivers.a: terminal must be bell, message or both, not \"horn\""
            ),
            (
                "notify:\n  receivers:\n    a: { webhok: \"http://x\" }",
                "f:3: notify.receivers.a: says no way to be told; write one of alertmanager, command, terminal, webhook; "
                    + "did you mean \"webhook\"?"
            ),
            (
                "notify:\n  receivers:\n    a: { terminal: bell, command: x }",
                "f:3: notify.receivers.a: command and terminal are ways of two receivers; write one of them"
            ),
            (
                "notify:\n  receivers:\n    a: { webhook: \"ftp://x\" }",
                "f:3: notify.receivers.a: webhook is \"ftp://x\"; write an address as https://host/path, without a user in it"
            ),
            (
                "notify:\n  receivers:\n    a: { webhook: \"http://x\", token: abc }",
                "f:3: notify.receivers.a: token must not stand in this file; name where it stands: "
                    + "{ environment: NAME } or { file: PATH }"
            ),
            (
                "notify:\n  group-by: [a-b]\n  receivers: { a: { terminal: bell } }",
                "f:2: notify: group-by: \"a-b\" is no label name; write label names, or [...] for each alert alone"
            ),
        ])
    func errors(text: String, reason: String) {
        do {
            _ = try Configuration(text: text, file: "f")
            Issue.record("nothing was wrong")
        } catch {
            #expect("\(error)" == reason)
        }
    }

    @Test("a key that nobody knows is a warning with a suggestion, also one of another kind of receiver")
    func warnings() throws {
        let configuration = try Configuration(
            text: """
                notify:
                  repeat-intervall: 1h
                  receivers:
                    desk: { terminal: bell, token: { file: /x } }
                    central: { alertmanager: "http://x", group-wait: 1s }
                """, file: "f")
        #expect(
            configuration.warnings == [
                "f:4: unknown key \"notify.receivers.desk.token\"",
                "f:5: unknown key \"notify.receivers.central.group-wait\"",
                "f:2: unknown key \"notify.repeat-intervall\"; did you mean \"repeat-interval\"?",
            ])
    }
}
