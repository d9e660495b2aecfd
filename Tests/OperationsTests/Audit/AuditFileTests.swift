import Cluster
import Foundation
import Operations
import Testing

@Suite("The audit log of attached clusters")
struct AuditFileTests {
    private static func event(_ number: Int, _ phase: AuditEvent.Phase = .done) -> AuditEvent {
        AuditEvent(
            id: "id-\(number)", phase: phase, at: 1_795_269_751_685 + Int64(number),
            actor: AuditActor(who: "ops@höst", program: "weir topics delete"), cluster: "c", act: "delete-topic",
            subject: "topic \"a\"\n\u{1b}[2J", what: "delete it", before: ["partitions": "3"], after: ["x": ""],
            problem: number % 2 == 0 ? nil : "why")
    }

    private static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-audit-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    @Test("an event comes back as it was written, with its time in UTC and the zone beside it, on one line")
    func roundTrip() throws {
        let event = Self.event(1, .failed)
        let line = try event.line()
        #expect(AuditEvent(line: line) == event)
        let text = String(decoding: line, as: UTF8.self)
        #expect(text.contains("\"at\":\"2026-11-21T14:02:31.686Z\""))
        #expect(text.contains("\"version\":1"))
        // Neither line ends nor control characters reach the file raw.
        #expect(line.allSatisfy { $0 >= 0x20 })
    }

    @Test("the newest events come first, across files that were set aside, and no more than so many files are kept")
    func rotation() async throws {
        try await Self.withFolder { folder in
            let file = AuditFile(stateDirectory: folder, clusterID: "../c/1", rotationBytes: 1_000)
            for number in 0..<40 { try await file.append(Self.event(number)) }
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/audit").sorted()
            #expect(names == ["c1.jsonl"] + (1...AuditFile.keptFiles).map { "c1.jsonl.\($0)" } + ["c1.jsonl.lock"])
            for name in names where !name.hasSuffix("lock") {
                let size = try FileManager.default.attributesOfItem(atPath: "\(folder)/audit/\(name)")[.size] as? Int
                #expect((1...1_000).contains(size ?? 0))
            }
            let excerpt = try await file.newest(6)
            #expect(excerpt.events == (34..<40).reversed().map { Self.event($0) })
            #expect(excerpt.unreadable == 0)
        }
    }

    @Test("a line that a crash cut off spoils no other, and is counted")
    func tornLine() async throws {
        try await Self.withFolder { folder in
            let file = AuditFile(stateDirectory: folder, clusterID: "c")
            try await file.append(Self.event(1))
            let handle = try FileHandle(forWritingTo: URL(filePath: file.path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("{\"act\":\"del".utf8))
            try handle.close()
            // Another process begins with the file as it is.
            let next = AuditFile(stateDirectory: folder, clusterID: "c")
            try await next.append(Self.event(2))
            let excerpt = try await next.newest(10)
            #expect(excerpt.events == [Self.event(2), Self.event(1)])
            #expect(excerpt.unreadable == 1)
        }
    }

    @Test("a folder that cannot be written is an error, so that nothing is done")
    func unwritable() async throws {
        try await Self.withFolder { folder in
            try Data().write(to: URL(filePath: folder))
            let file = AuditFile(stateDirectory: folder, clusterID: "c")
            await #expect(throws: ClusterError.self) { try await file.append(Self.event(1)) }
        }
    }
}
