import Foundation
import Testing

@Suite("Python clients against the real binary", .serialized)
struct ClientTests {
    /// Each script makes its own topics, checks what it sees, and ends with 0 only if all of it was right.
    private static let scripts = [
        "confluent_admin.py", "confluent_groups.py", "confluent_idempotent.py", "confluent_offsets.py",
        "confluent_produce.py", "confluent_static_members.py", "confluent_transactions.py", "delete_records.py",
        "kafka_python_admin.py",
        "kafka_python_groups.py", "kafka_python_produce.py", "kcat_modes.py",
    ]

    @Test("a client of Debian sees a Kafka broker", arguments: scripts)
    func debianClient(script: String) throws {
        let folder = try TemporaryFolder()
        let weir = try WeirProcess(dataDirectory: folder.url)
        let ran = try run("/usr/bin/python3", [clientScript(script), weir.bootstrap], seconds: 120)
        #expect(ran.status == 0, "\(ran.output)\(ran.errors)")
        #expect(weir.isRunning, "the broker ended: \(weir.log)")
    }

    @Test(
        "a current confluent-kafka from PyPI sees a Kafka broker",
        .enabled(if: currentPython != nil, missingPython),
        arguments: scripts.filter { $0.hasPrefix("confluent") }
    )
    func currentClient(script: String) throws {
        let python = try #require(currentPython)
        let folder = try TemporaryFolder()
        let weir = try WeirProcess(dataDirectory: folder.url)
        let ran = try run(python, [clientScript(script), weir.bootstrap], seconds: 120)
        #expect(ran.status == 0, "\(ran.output)\(ran.errors)")
    }
}

/// A Python outside the checkout that has a current confluent-kafka from PyPI, as `.ci/run` makes one where it can.
let currentPython = ProcessInfo.processInfo.environment["WEIR_PYTHON"]
/// Why tests that need it are skipped where there is none.
let missingPython: Comment = "WEIR_PYTHON names no Python with a current confluent-kafka"
