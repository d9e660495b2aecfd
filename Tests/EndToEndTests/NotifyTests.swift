import Foundation
import Testing

@Suite("Alerts that go out", .serialized)
struct NotifyTests {
    private let folder: TemporaryFolder
    private let receiver: AlertReceiver

    init() throws {
        folder = try TemporaryFolder()
        receiver = try AlertReceiver(in: folder.url)
    }

    @Test("lag goes to a webhook, an Alertmanager and a program, and its end after it; a restart tells nothing again")
    func lag() throws {
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
                ops: { webhook: "http://127.0.0.1:\(receiver.port)/hook" }
                central: { alertmanager: "http://127.0.0.1:\(receiver.port)/" }
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
        try commit(0, of: "billing", on: weir.bootstrap)
        func told(_ isTold: (AlertReceiver.Request) -> Bool) -> Bool? {
            waitFor(seconds: 120) { receiver.requests.contains(where: isTold) ? true : nil }
        }
        #expect(told { $0.isMessage && $0.states(of: "billing").contains("firing") } == true, "\(weir.log)")
        #expect(told { !$0.isMessage && !$0.states(of: "billing").isEmpty } == true, "\(weir.log)")
        let paged = waitFor(seconds: 30) { () -> Bool? in
            let text = (try? String(contentsOfFile: page, encoding: .utf8)) ?? ""
            return text.contains(#""receiver":"pager""#) && text.contains(#""site":"test""#) ? true : nil
        }
        #expect(paged == true, "\(weir.log)")

        #expect(weir.stop() == 0)
        let before = receiver.requests.count
        let again = try WeirProcess(dataDirectory: data, environment: environment)
        // An Alertmanager is told again in any case, so it shows that the rule fires in this run, too.
        #expect(
            told { _ in
                receiver.requests.dropFirst(before).contains { !$0.isMessage && !$0.states(of: "billing").isEmpty }
            }
                == true, "\(again.log)")
        try commit(60_000, of: "billing", on: again.bootstrap)
        #expect(told { $0.isMessage && $0.states(of: "billing").contains("resolved") } == true, "\(again.log)")
        let after = receiver.requests.dropFirst(before).filter { $0.isMessage && !$0.states(of: "billing").isEmpty }
        #expect(after.allSatisfy { !$0.states(of: "billing").contains("firing") }, "\(after)")
        let problems = receiver.requests.map(\.problem).filter { !$0.isEmpty }
        #expect(problems == [])
        #expect(again.stop() == 0)
    }
}
