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

        let target = metrics.replacing("http://", with: "")
        let configuration = folder.url.appending(path: "prometheus.yml")
        try Data(
            """
            global: {scrape_interval: 1s}
            scrape_configs: [{job_name: weir, static_configs: [{targets: ['\(target)']}]}]
            """.utf8
        ).write(to: configuration)
        let port = try freePort()
        let prometheus = Process()
        prometheus.executableURL = URL(filePath: "\(Self.programs)/prometheus")
        prometheus.arguments = [
            "--config.file=\(configuration.path)", "--storage.tsdb.path=\(folder.url.path)/prometheus",
            "--web.listen-address=127.0.0.1:\(port)",
        ]
        prometheus.standardError = FileHandle.nullDevice
        try prometheus.run()
        defer {
            kill(prometheus.processIdentifier, SIGKILL)
            prometheus.waitUntilExit()
        }
        var answer = ""
        let seen = waitFor(seconds: 60) { () -> Bool? in
            answer = (try? fetch("http://127.0.0.1:\(port)/api/v1/query?query=kafka_consumergroup_lag").output) ?? ""
            return answer.contains(#""consumergroup":"billing""#) && answer.contains(#","60"]"#) ? true : nil
        }
        #expect(seen == true, "\(answer)")
    }

    /// A port that nobody has; between asking and listening somebody may take it, which then shows as a failure of that program.
    private func freePort() throws -> Int {
        let script = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
        let ran = try run("/usr/bin/python3", ["-c", script])
        return try #require(Int(ran.output.trimmingCharacters(in: .whitespacesAndNewlines)))
    }
}
