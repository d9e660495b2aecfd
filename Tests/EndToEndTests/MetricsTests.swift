import ChildProcess
import Foundation
import Testing

@Suite("Metrics for Prometheus", .serialized)
struct MetricsTests {
    /// A folder of Debian's Prometheus and promtool: installed, or unpacked without its service.
    private static let programs = ProcessInfo.processInfo.environment["WEIR_PROMETHEUS"] ?? "/usr/bin"
    private static let isThere = FileManager.default.isExecutableFile(atPath: "\(programs)/prometheus")
    private static let mustNotSkip = ProcessInfo.processInfo.environment["WEIR_TESTS_MUST_NOT_SKIP"] != nil

    private let folder: TemporaryFolder
    private let weir: WeirProcess
    /// `http://host:port`.
    private let metrics: String

    init() throws {
        folder = try TemporaryFolder()
        let weir = try WeirProcess(
            dataDirectory: folder.url.appending(path: "data"), arguments: ["--metrics-listen", "127.0.0.1:0"])
        self.weir = weir
        metrics = try #require(
            waitFor(seconds: 30) {
                weir.log.firstMatch(of: /serving metrics at (http:[0-9.:\/]+)\/metrics/).map { String($0.1) }
            }, "\(weir.log)")
    }

    private func fetch(_ address: String, _ options: [String] = []) throws -> Ran {
        let script = """
            import sys, urllib.request, urllib.error
            request = urllib.request.Request(sys.argv[1], method=sys.argv[2])
            try:
                answer = urllib.request.urlopen(request, timeout=20)
            except urllib.error.HTTPError as error:
                answer = error
            print(answer.status, answer.headers.get('Content-Type'))
            print(answer.read().decode(), end='')
            """
        return try run("/usr/bin/python3", ["-c", script, address, options.first ?? "GET"])
    }

    /// 100 records, of which a group read 40.
    private func fill() throws {
        let lines = Data((1...100).map { "\($0)\n" }.joined().utf8)
        let produced = try run("/usr/bin/kcat", ["-b", weir.bootstrap, "-P", "-t", "orders"], input: lines)
        #expect(produced.status == 0, "\(produced.errors)")
        let script = """
            import sys
            from confluent_kafka import Consumer, TopicPartition
            consumer = Consumer({'bootstrap.servers': sys.argv[1], 'group.id': 'billing'})
            consumer.commit(offsets=[TopicPartition('orders', 0, 40)], asynchronous=False)
            """
        let committed = try run("/usr/bin/python3", ["-c", script, weir.bootstrap])
        #expect(committed.status == 0, "\(committed.errors)")
    }

    @Test("a scrape has the lag that the group has; what is not there is said in words")
    func scrape() throws {
        try fill()
        var page = ""
        let seen = waitFor(seconds: 30) { () -> Bool? in
            page = (try? fetch("\(metrics)/metrics").output) ?? ""
            return page.contains(#"kafka_consumergroup_lag{consumergroup="billing",partition="0",topic="orders"} 60"#)
                ? true : nil
        }
        #expect(seen == true, "\(page)")
        #expect(page.hasPrefix("200 text/plain; version=0.0.4; charset=utf-8\n"))
        #expect(try fetch("\(metrics)/nowhere").output.hasPrefix("404 "))
        #expect(try fetch("\(metrics)/metrics", ["POST"]).output.hasPrefix("405 "))
        #expect(try fetch("\(metrics)/metrics", ["HEAD"]).output == "200 text/plain; version=0.0.4; charset=utf-8\n")
        #expect(weir.stop() == 0)
    }

    @Test(
        "promtool finds nothing to say of the page, and Debian's Prometheus has the lag in it",
        .enabled(if: isThere || mustNotSkip, "install prometheus to try it"))
    func prometheus() throws {
        try fill()
        let page = try fetch("\(metrics)/metrics").output
        let body = page.split(separator: "\n", maxSplits: 1).last.map { Data(($0 + "\n").utf8) } ?? Data()
        let check = try run("\(Self.programs)/promtool", ["check", "metrics"], input: body)
        #expect(check.status == 0, "\(check.output)\(check.errors)")

        let (address, prometheus) = try startPrometheus()
        defer {
            kill(prometheus.processIdentifier, SIGKILL)
            prometheus.waitUntilExit()
        }
        var answer = ""
        let seen = waitFor(seconds: 60) { () -> Bool? in
            answer = (try? fetch("\(address)/api/v1/query?query=kafka_consumergroup_lag").output) ?? ""
            return answer.contains(#""consumergroup":"billing""#) && answer.contains(#","60"]"#) ? true : nil
        }
        #expect(seen == true, "\(answer)")
    }

    @Test(
        "Debian's Prometheus and weir alerts run say that the same rules fire",
        .enabled(if: isThere || mustNotSkip, "install prometheus to try it"))
    func sameRulesFire() throws {
        try fill()
        let rules = folder.url.appending(path: "rules.yml")
        try Data(
            """
            groups:
            - name: lag
              rules:
              - {record: 'group:lag:sum', expr: 'sum by (consumergroup) (kafka_consumergroup_lag)'}
              - {alert: Behind, expr: 'group:lag:sum > 50', labels: {severity: warning}}
              - {alert: FarBehind, expr: 'kafka_consumergroup_lag > 1000'}
              - {alert: NobodyThere, expr: 'kafka_consumergroup_members == 0'}
              - {alert: Written, expr: 'sum by (topic) (kafka_topic_partition_current_offset{topic!~"__.*"}) >= 100'}
              - {alert: Missing, expr: 'absent(kafka_consumergroup_lag{consumergroup="nobody"})'}
              - {alert: Short, expr: 'kafka_topic_partition_in_sync_replica < kafka_topic_partition_replicas'}

            """.utf8
        ).write(to: rules)
        let (address, prometheus) = try startPrometheus(rules: rules)
        defer {
            kill(prometheus.processIdentifier, SIGKILL)
            prometheus.waitUntilExit()
        }
        let expected: Set = [
            #"Behind{"consumergroup": "billing", "severity": "warning"}"#, #"NobodyThere{"consumergroup": "billing"}"#,
            #"Written{"topic": "orders"}"#, #"Missing{"consumergroup": "nobody"}"#,
        ]
        var theirs: Set<String> = []
        let seen = waitFor(seconds: 90) { () -> Bool? in
            let ran = try? run("/usr/bin/python3", [clientScript("rules_that_fire.py"), address])
            theirs = Set((ran?.output ?? "").split(separator: "\n").map(String.init))
            return theirs == expected ? true : nil
        }
        #expect(seen == true, "\(theirs)")

        let ran = try run(
            WeirProcess.binary.path,
            ["alerts", "run", "--once", "--json", "--rules", rules.path, "--bootstrap-server", weir.bootstrap])
        #expect(ran.status == 1, "\(ran.errors)")
        let script = """
            import json, sys
            for rule in json.load(sys.stdin)["rules"]:
                for alert in rule["alerts"]:
                    labels = {k: v for k, v in alert["labels"].items() if k != "alertname"}
                    print(rule["rule"] + json.dumps(labels, sort_keys=True))
            """
        let ours = try run("/usr/bin/python3", ["-c", script], input: Data(ran.output.utf8))
        #expect(Set(ours.output.split(separator: "\n").map(String.init)) == theirs, "\(ran.output)")
    }

    @Test("weir alerts run ends with 0 when nothing fires and with 2 when that cannot be told from one look")
    func exitCodes() throws {
        try fill()
        func run(_ expression: String) throws -> Ran {
            let file = folder.url.appending(path: "one.yml")
            try Data("groups: [{name: g, rules: [{alert: A, expr: '\(expression)'}]}]\n".utf8).write(to: file)
            return try EndToEndTests.run(
                WeirProcess.binary.path,
                ["alerts", "run", "--once", "--rules", file.path, "--bootstrap-server", weir.bootstrap])
        }
        let quiet = try run("kafka_consumergroup_lag > 1000")
        #expect(quiet.status == 0 && quiet.output == "quiet    A\n", "\(quiet)")
        let far = try run("rate(kafka_topic_partition_current_offset[5m]) > 0")
        #expect(far.status == 2 && far.output == "unknown  A  needs 5m, has 0s\n", "\(far)")
        let watched = try run("weir_consumergroup_never_catches_up == 1")
        #expect(watched.status == 2 && watched.output.contains("say --observe 1m"), "\(watched)")
        let nobody = try run("kafka_no_such_metric > 0")
        #expect(nobody.status == 2 && nobody.output.contains("no such metric"), "\(nobody)")
        #expect(try run("kafka_consumergroup_lag >").status == 64)
    }

    /// Debian's Prometheus, scraping the metrics each second.
    private func startPrometheus(rules: URL? = nil) throws -> (address: String, process: ChildProcess) {
        let target = metrics.replacing("http://", with: "")
        let configuration = folder.url.appending(path: "prometheus.yml")
        try Data(
            """
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: [\(rules.map { "'\($0.path)'" } ?? "")]
            scrape_configs: [{job_name: weir, static_configs: [{targets: ['\(target)']}]}]
            """.utf8
        ).write(to: configuration)
        let port = try freePort()
        let prometheus = ChildProcess()
        prometheus.executableURL = URL(filePath: "\(Self.programs)/prometheus")
        prometheus.arguments = [
            "--config.file=\(configuration.path)", "--storage.tsdb.path=\(folder.url.path)/prometheus",
            "--web.listen-address=127.0.0.1:\(port)",
        ]
        prometheus.standardError = FileHandle.nullDevice
        try prometheus.run()
        return ("http://127.0.0.1:\(port)", prometheus)
    }
}
