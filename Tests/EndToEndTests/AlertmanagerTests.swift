import ChildProcess
import Foundation
import Testing

@Suite("Debian's Alertmanager", .serialized)
struct AlertmanagerTests {
    /// Installed, or unpacked beside Prometheus without its service.
    private static let program =
        (ProcessInfo.processInfo.environment["WEIR_PROMETHEUS"] ?? "/usr/bin") + "/prometheus-alertmanager"
    private static let isThere = FileManager.default.isExecutableFile(atPath: program)
    private static let mustNotSkip = ProcessInfo.processInfo.environment["WEIR_TESTS_MUST_NOT_SKIP"] != nil

    private struct Alert: Decodable {
        struct Status: Decodable { var state: String }

        var labels: [String: String]
        var annotations: [String: String]
        var startsAt: String
        var status: Status
    }

    /// What it lists; nil while it does not answer.
    private func alerts(at address: String) -> [Alert]? {
        let script =
            "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=20).read().decode())"
        guard let ran = try? run("/usr/bin/python3", ["-c", script, "\(address)/api/v2/alerts"]), ran.status == 0 else {
            return nil
        }
        return try? JSONDecoder().decode([Alert].self, from: Data(ran.output.utf8))
    }

    /// Starts it on 127.0.0.1 alone, telling a webhook of everything at once.
    private func start(in folder: URL, telling receiver: AlertReceiver) throws -> (
        address: String, process: ChildProcess
    ) {
        let configuration = folder.appending(path: "alertmanager.yml")
        try Data(
            """
            route: {receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1s}
            receivers: [{name: hook, webhook_configs: [{url: 'http://127.0.0.1:\(receiver.port)/hook'}]}]
            """.utf8
        ).write(to: configuration)
        let port = try freePort()
        let process = ChildProcess()
        process.executableURL = URL(filePath: Self.program)
        process.arguments = [
            "--config.file=\(configuration.path)", "--storage.path=\(folder.path)/alertmanager",
            "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        return ("http://127.0.0.1:\(port)", process)
    }

    @Test(
        "it lists an alert with its labels while that fires, and tells its own receivers of the end",
        .enabled(if: isThere || mustNotSkip, "install prometheus-alertmanager to try it"))
    func lag() throws {
        let folder = try TemporaryFolder()
        let receiver = try AlertReceiver(in: folder.url)
        let (address, alertmanager) = try start(in: folder.url, telling: receiver)
        defer {
            kill(alertmanager.processIdentifier, SIGKILL)
            alertmanager.waitUntilExit()
        }
        #expect(waitFor(seconds: 60) { alerts(at: address) }?.isEmpty == true)
        let rules = folder.url.appending(path: "rules.yml")
        try Data(
            """
            groups:
            - name: lag
              interval: 1s
              rules:
              - alert: Behind
                expr: kafka_consumergroup_lag > 50
                labels: {severity: page}
                annotations: {summary: "{{ $labels.consumergroup }} is {{ $value }} behind"}

            """.utf8
        ).write(to: rules)
        let settings = folder.url.appending(path: "config/weir")
        try FileManager.default.createDirectory(at: settings, withIntermediateDirectories: true)
        let notify = "notify: { labels: { cluster: test }, receivers: { central: { alertmanager: \"\(address)\" } } }\n"
        try Data(notify.utf8).write(to: settings.appending(path: "config.yaml"))
        let weir = try WeirProcess(
            dataDirectory: folder.url.appending(path: "data"),
            arguments: ["--no-default-rules", "--rules", rules.path],
            environment: ["XDG_CONFIG_HOME": folder.url.appending(path: "config").path])
        let lines = Data((1...100).map { "\($0)\n" }.joined().utf8)
        let produced = try run("/usr/bin/kcat", ["-b", weir.bootstrap, "-P", "-t", "orders"], input: lines)
        #expect(produced.status == 0, "\(produced.errors)")
        try commit(40, of: "billing", on: weir.bootstrap)

        let listed = waitFor(seconds: 60) { alerts(at: address).flatMap { $0.isEmpty ? nil : $0 } }
        let alert = try #require(listed?.first, "\(weir.log)")
        #expect(listed?.count == 1)
        #expect(
            alert.labels == [
                "alertname": "Behind", "severity": "page", "cluster": "test", "consumergroup": "billing",
                "topic": "orders", "partition": "0",
            ])
        #expect(alert.annotations == ["summary": "billing is 60 behind"])
        #expect(alert.status.state == "active")

        try commit(100, of: "billing", on: weir.bootstrap)
        // What has ended is no longer listed.
        #expect(waitFor(seconds: 60) { alerts(at: address)?.isEmpty == true ? true : nil } == true, "\(weir.log)")
        let ended = waitFor(seconds: 60) {
            receiver.requests.contains { $0.states(of: "billing") == ["resolved"] } ? true : nil
        }
        #expect(ended == true, "\(receiver.requests)")
        #expect(receiver.requests.first?.states(of: "billing") == ["firing"])
        #expect(weir.stop() == 0)
    }
}
