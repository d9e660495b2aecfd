import ChildProcess
import Foundation
import Testing

/// What speaks the protocol of KIP-848: librdkafka since 2.12, which Debian does not have yet.
@Suite(
    "Groups of KIP-848 against the real binary", .serialized,
    .enabled(if: ClientScripts.currentPython != nil, ClientScripts.missing))
struct ConsumerProtocolTests {
    /// Short sessions, so that a killed member is missed within seconds.
    private static let settings = [
        "group.consumer.min.session.timeout.ms=1000", "group.consumer.session.timeout.ms=4000",
        "group.consumer.min.heartbeat.interval.ms=100", "group.consumer.heartbeat.interval.ms=300",
    ]
    private static let script = "confluent_consumer_protocol.py"

    @Test("a current confluent-kafka joins, shares, is killed, is fenced, restarts, commits and follows a pattern")
    func client() throws {
        let python = try #require(ClientScripts.currentPython)
        let folder = try TemporaryFolder()
        let weir = try WeirProcess(dataDirectory: folder.url, settings: Self.settings)
        let ran = try run(python, [clientScript(Self.script), weir.bootstrap], seconds: 180)
        print("\(Self.script): \(ran.output)")
        #expect(ran.status == 0, "\(ran.output)\(ran.errors)")
        #expect(weir.isRunning, "the broker ended: \(weir.log)")
    }

    @Test("members keep their partitions through kill -9 of the broker, and share them with who comes then")
    func killed() throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data")
        // Sessions last longer than the restart, whatever else the machine is doing.
        let settings = [
            "group.consumer.heartbeat.interval.ms=300", "group.consumer.min.heartbeat.interval.ms=100",
        ]
        var weir = try WeirProcess(dataDirectory: data, settings: settings)
        let address = weir.bootstrap
        let made = try run(try #require(ClientScripts.currentPython), [clientScript("topic.py"), address, "kept", "6"])
        #expect(made.status == 0, "\(made.output)\(made.errors)")
        var members = try [Member(address, folder.url, 0), Member(address, folder.url, 1)]
        defer { for member in members { member.end() } }
        let isShared = waitFor(seconds: 60) { members.allSatisfy { $0.owned.count == 3 } ? true : nil }
        #expect(isShared != nil, "\(members.map(\.told)) \(weir.log)")
        let before = members.map(\.owned)
        for _ in 0..<3 {
            weir.killHard()
            weir = try WeirProcess(dataDirectory: data, settings: settings, listen: address)
        }
        members.append(try Member(address, folder.url, 2))
        let isSharedAgain = waitFor(seconds: 90) { members.allSatisfy { $0.owned.count == 2 } ? true : nil }
        #expect(isSharedAgain != nil, "\(members.map(\.told)) \(weir.log)")
        #expect(Set(members.flatMap(\.owned)) == Set(0..<6))
        for (member, owned) in zip(members, before) {
            #expect(member.owned.isSubset(of: owned), "\(member.told)")
            #expect(!member.told.contains { $0.event == "lost" }, "\(member.told)")
        }
    }

    /// A member in a process of its own.
    private final class Member {
        private let process = ChildProcess()
        private let output: URL

        init(_ address: String, _ folder: URL, _ number: Int) throws {
            output = folder.appending(path: "member-\(number)")
            try Data().write(to: output)
            process.executableURL = URL(filePath: try #require(ClientScripts.currentPython))
            process.arguments = [clientScript(ConsumerProtocolTests.script), address, "kept-group", "kept", "child"]
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        /// What it has told: an event and the partitions it is about.
        var told: [(event: String, partitions: [Int])] {
            let lines = ((try? String(contentsOf: output, encoding: .utf8)) ?? "").split(separator: "\n")
            return lines.compactMap { line in
                let fields = (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [Any]
                guard let event = fields?.first as? String, let partitions = fields?.last as? [Int] else { return nil }
                return (event, partitions)
            }
        }

        /// What it owns by that.
        var owned: Set<Int> {
            told.reduce(into: []) { owned, it in
                if it.event == "assigned" { owned.formUnion(it.partitions) } else { owned.subtract(it.partitions) }
            }
        }

        func end() {
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
        }
    }
}
