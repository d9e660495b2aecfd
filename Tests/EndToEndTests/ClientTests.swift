import Foundation
import Testing

/// Scripts of Kafka clients. Each makes its own topics, checks what it sees, ends with 0 only if all of it was right, and says which
/// package in which version it ran.
enum ClientScripts {
    /// librdkafka by its Python package.
    static let confluent = [
        "confluent_admin.py", "confluent_groups.py", "confluent_idempotent.py", "confluent_offsets.py",
        "confluent_produce.py", "confluent_static_members.py", "confluent_transactions.py",
    ]
    /// What Debian's packages run.
    static let debian =
        confluent + [
            "delete_records.py", "kafka_python_admin.py", "kafka_python_groups.py", "kafka_python_produce.py",
            "kcat_modes.py",
        ]
    /// What the current packages of PyPI run.
    static let current =
        confluent + [
            "aiokafka_clients.py", "kafka_python_admin_now.py", "kafka_python_groups_now.py", "kafka_python_produce.py",
            "kafka_python_transactions_now.py",
        ]

    /// A Python outside the checkout that has current clients from PyPI, as `.ci/run` makes one where it can.
    static let currentPython = ProcessInfo.processInfo.environment["WEIR_PYTHON"]
    /// Why what needs it is skipped where there is none.
    static let missing: Comment = "WEIR_PYTHON names no Python with current clients"

    /// Runs one on a broker of its own.
    static func run(_ script: String, python: String) throws {
        let folder = try TemporaryFolder()
        let weir = try WeirProcess(dataDirectory: folder.url)
        let ran = try EndToEndTests.run(python, [clientScript(script), weir.bootstrap], seconds: 180)
        #expect(ran.status == 0, "\(script): \(ran.output)\(ran.errors)")
        #expect(weir.isRunning, "the broker ended: \(weir.log)")
        print("\(script): \(ran.output)", terminator: "")
    }
}

@Suite("Python clients against the real binary", .serialized)
struct ClientTests {
    @Test("a client of Debian sees a Kafka broker", arguments: ClientScripts.debian)
    func debianClient(script: String) throws {
        try ClientScripts.run(script, python: "/usr/bin/python3")
    }

    @Test(
        "a current client from PyPI sees a Kafka broker",
        .enabled(if: ClientScripts.currentPython != nil, ClientScripts.missing),
        arguments: ClientScripts.current)
    func currentClient(script: String) throws {
        try ClientScripts.run(script, python: #require(ClientScripts.currentPython))
    }

    @Test("Debian's Burrow, with its ZooKeeper, reads the commits and tells the lag that there is")
    func burrow() throws {
        try ClientScripts.run("burrow.py", python: "/usr/bin/python3")
    }

    @Test("the page-view producer of the seeds runs as it stands, and its batches are stored as zstd")
    func pageViews() throws {
        let folder = try TemporaryFolder()
        let weir = try WeirProcess(dataDirectory: folder.url)
        let binary = WeirProcess.binary.path
        let made = try run(
            binary,
            [
                "topics", "create", "--bootstrap-server", weir.bootstrap, "page-views", "--partitions", "12",
                "--replication-factor", "1", "--config", "retention.ms=604800000", "--config", "cleanup.policy=delete",
            ])
        #expect(made.status == 0, "\(made.output)\(made.errors)")
        let ran = try run("/usr/bin/python3", [clientScript("page_views.py"), weir.bootstrap])
        #expect(ran.status == 0, "\(ran.output)\(ran.errors)")
        print("page_views.py: \(ran.output)", terminator: "")
        #expect(weir.stop() == 0)
        let logs = (0..<12).map { folder.url.appending(path: "log/page-views-\($0)/00000000000000000000.log").path }
        let dumped = try run(binary, ["log", "dump", "--json-batches"] + logs)
        #expect(dumped.status == 0, "\(dumped.errors)")
        let codecs = dumped.output.matches(of: /"compression":"(\w+)"/).map { String($0.1) }
        #expect(!codecs.isEmpty && Set(codecs) == ["zstd"], "\(Set(codecs))")
    }
}
