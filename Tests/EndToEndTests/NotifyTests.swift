import Foundation
import Testing

@Suite("Alerts that go out", .serialized)
struct NotifyTests {
    private let folder: TemporaryFolder
    private let receiver: Process
    private let port: String

    init() throws {
        folder = try TemporaryFolder()
        let (folder, receiver) = (folder, Process())
        receiver.executableURL = URL(filePath: "/usr/bin/python3")
        receiver.arguments = [clientScript("alert_receiver.py"), folder.url.path]
        try receiver.run()
        self.receiver = receiver
        port = try #require(
            waitFor(seconds: 30) { try? String(contentsOf: folder.url.appending(path: "port"), encoding: .utf8) })
    }

    private struct Request: Decodable {
        struct Alert: Decodable {
            var labels: [String: String]
            var status: String?
            var endsAt: String
        }

        struct Message: Decodable {
            var status: String
            var receiver: String
            var alerts: [Alert]
        }

        enum Body: Decodable {
            case alerts([Alert])
            case message(Message)

            init(from decoder: any Decoder) throws {
                if let alerts = try? [Alert](from: decoder) {
                    self = .alerts(alerts)
                } else {
                    self = .message(try Message(from: decoder))
                }
            }
        }

        var problem: String
        var body: Body

        /// From the webhook, not from the API.
        var isMessage: Bool { if case .message = body { true } else { false } }

        /// The states in which it tells of a group's lag: by a webhook `firing` or `resolved`; by the API its end.
        func states(of group: String) -> [String] {
            let alerts =
                switch body {
                case .alerts(let alerts): alerts
                case .message(let message): message.alerts
                }
            let ours = alerts.filter { $0.labels["group"] == group || $0.labels["consumergroup"] == group }
            return ours.map { $0.status ?? $0.endsAt }
        }
    }

    private func requests() -> [Request] {
        let text = (try? String(contentsOf: folder.url.appending(path: "log"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Request.self, from: Data($0.utf8))
        }
    }

    private func commit(_ offset: Int, on bootstrap: String) throws {
        let script = """
            import sys
            from confluent_kafka import Consumer, TopicPartition
            consumer = Consumer({'bootstrap.servers': sys.argv[1], 'group.id': 'billing'})
            consumer.commit(offsets=[TopicPartition('orders', 0, int(sys.argv[2]))], asynchronous=False)
            """
        let committed = try run("/usr/bin/python3", ["-c", script, bootstrap, "\(offset)"])
        #expect(committed.status == 0, "\(committed.errors)")
    }

    @Test("lag goes to a webhook, an Alertmanager and a program, and its end after it; a restart tells nothing again")
    func lag() throws {
        defer {
            kill(receiver.processIdentifier, SIGKILL)
            receiver.waitUntilExit()
        }
        let page = folder.url.appending(path: "page").path
        let settings = folder.url.appending(path: "config/weir")
        try FileManager.default.createDirectory(at: settings, withIntermediateDirectories: true)
        try Data(
            """
            notify:
              group-wait: 0s
              group-interval: 1s
              labels: { site: test }
              receivers:
                ops: { webhook: "http://127.0.0.1:\(port)/hook" }
                central: { alertmanager: "http://127.0.0.1:\(port)/" }
                pager: { command: [/bin/sh, -c, "cat >> \(page)"] }

            """.utf8
        ).write(to: settings.appending(path: "config.yaml"))
        let environment = ["XDG_CONFIG_HOME": folder.url.appending(path: "config").path]
        let data = folder.url.appending(path: "data")
        let weir = try WeirProcess(dataDirectory: data, environment: environment)

        // Far more than the shipped rule for lag allows.
        let lines = Data((1...60_000).map { "\($0)\n" }.joined().utf8)
        let produced = try run("/usr/bin/kcat", ["-b", weir.bootstrap, "-P", "-t", "orders"], input: lines)
        #expect(produced.status == 0, "\(produced.errors)")
        try commit(0, on: weir.bootstrap)
        func told(_ isTold: (Request) -> Bool) -> Bool? {
            waitFor(seconds: 120) { requests().contains(where: isTold) ? true : nil }
        }
        #expect(told { $0.isMessage && $0.states(of: "billing").contains("firing") } == true, "\(weir.log)")
        #expect(told { !$0.isMessage && !$0.states(of: "billing").isEmpty } == true, "\(weir.log)")
        let paged = waitFor(seconds: 30) { () -> Bool? in
            let text = (try? String(contentsOfFile: page, encoding: .utf8)) ?? ""
            return text.contains(#""receiver":"pager""#) && text.contains(#""site":"test""#) ? true : nil
        }
        #expect(paged == true, "\(weir.log)")

        #expect(weir.stop() == 0)
        let before = requests().count
        let again = try WeirProcess(dataDirectory: data, environment: environment)
        // An Alertmanager is told again in any case, so it shows that the rule fires in this run, too.
        #expect(
            told { _ in requests().dropFirst(before).contains { !$0.isMessage && !$0.states(of: "billing").isEmpty } }
                == true, "\(again.log)")
        try commit(60_000, on: again.bootstrap)
        #expect(told { $0.isMessage && $0.states(of: "billing").contains("resolved") } == true, "\(again.log)")
        let after = requests().dropFirst(before).filter { $0.isMessage && !$0.states(of: "billing").isEmpty }
        #expect(after.allSatisfy { !$0.states(of: "billing").contains("firing") }, "\(after)")
        let problems = requests().map(\.problem).filter { !$0.isEmpty }
        #expect(problems == [])
        #expect(again.stop() == 0)
    }
}
