import Cluster
import Foundation
import Testing

@testable import weir

@Suite("Taking resets back in the shell")
struct GroupUndoTests {
    private let broker: TestBroker
    private let folder = FileManager.default.temporaryDirectory.appending(path: "weir-undo-\(UUID().uuidString)").path
    private var state: String { folder + "/state" }

    init() async throws {
        broker = try TestBroker()
        try await broker.cluster.createTopic(NewTopic("orders", partitions: 2), validateOnly: false)
        for partition in [0, 1] as [Int32] {
            let records = (0..<50).map { NewRecord(key: nil, value: Array("\($0)".utf8), timestamp: nil) }
            _ = try await broker.cluster.produce(
                records, to: TopicPartition(topic: "orders", partition: partition), compression: "none")
        }
        try await commit(["billing": [0: 40]])
    }

    private func commit(_ offsets: [String: [Int32: Int64]]) async throws {
        for (group, offsets) in offsets {
            let wanted = Dictionary(
                uniqueKeysWithValues: offsets.map { (TopicPartition(topic: "orders", partition: $0), $1) })
            for answer in try await broker.cluster.commit(wanted, group: group).values { try answer.get() }
        }
    }

    private func commits(_ group: String) async throws -> [Int32: Int64] {
        let found = try await broker.cluster.groups(named: [group]).first
        return Dictionary(
            uniqueKeysWithValues: (found?.commits ?? []).map { ($0.topicPartition.partition, $0.offset) })
    }

    private func reset(_ words: String...) async -> Ran {
        await weir(["groups", "reset-offsets"] + words, on: broker.cluster, state: state)
    }

    /// The words of the command that the output of a reset names.
    private func command(in text: String) throws -> [String] {
        let line = try #require(text.split(separator: "\n").last { $0.contains("weir groups reset-offsets") })
        return line.split(separator: " ").dropFirst().map { String($0.filter { $0 != "'" }) }
    }

    @Test("the command that a reset names takes it back, also the commit that was not there, and so on back and forth")
    func backAndForth() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let done = await reset("billing", "--topic", "orders", "--to-earliest", "--execute")
        #expect(done.code == 0, "\(done)")
        #expect(try await commits("billing") == [0: 0, 1: 0])
        let words = try command(in: done.errors)
        let file = try #require(words.first { $0.hasSuffix(".csv") })
        #expect(file.hasPrefix(state + "/undo/") && done.errors.contains("Undo file \(file);"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "billing,orders,0,40\n")

        let preview = await reset("--group", "billing", "--undo", file, "--detail")
        #expect(preview.code == 0)
        #expect(preview.output.contains(#/orders +0 +0 +40 +\+40 +0 +40/#), "\(preview)")
        #expect(preview.output.contains(#/orders +1 +0 +- +- +- +-/#), "\(preview)")
        #expect(try await commits("billing") == [0: 0, 1: 0], "a preview must change nothing")

        let back = await weir(words, on: broker.cluster, state: state)
        #expect(back.code == 0, "\(back)")
        #expect(try await commits("billing") == [0: 40])
        let forth = await weir(try command(in: back.errors), on: broker.cluster, state: state)
        #expect(forth.code == 0, "\(forth)")
        #expect(try await commits("billing") == [0: 0, 1: 0])
    }

    @Test("what was read on since the reset is said before it is undone")
    func readOn() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let done = await reset("billing", "--topic", "orders:0", "--to-offset", "7", "--execute")
        let file = try #require(try command(in: done.errors).first { $0.hasSuffix(".csv") })
        #expect(await reset("billing", "--undo", file).errors.contains("Warning") == false)
        try await commit(["billing": [0: 9]])
        let late = await reset("billing", "--undo", file)
        #expect(late.errors.contains("Warning: orders-0 has been moved or read on since that reset"), "\(late)")
    }

    @Test("a reset whose undo file cannot be written moves no group")
    func unwritable() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await commit(["audit": [0: 3]])
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: state + "/undo"))
        let ran = await reset("billing", "audit", "--topic", "orders:0", "--to-earliest", "--execute")
        #expect(ran.code == 1)
        #expect(
            ran.errors.contains("nothing was moved, as what takes it back cannot be kept: \(state)/undo/"), "\(ran)")
        #expect(try await commits("billing") == [0: 40])
        #expect(try await commits("audit") == [0: 3])
    }

    @Test("each group has its own file, and one that stands there already has none")
    func severalGroups() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await commit(["audit": [0: 3], "still": [0: 7]])
        let ran = await reset(
            "billing", "audit", "still", "--topic", "orders:0", "--to-offset", "7", "--execute", "--json")
        #expect(ran.code == 0, "\(ran)")
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(ran.output.utf8)) as? [String: Any])
        let undo = try #require(json["undo"] as? [[String: String]])
        #expect(undo.map { $0["group"] } == ["audit", "billing"])
        for file in undo {
            let path = try #require(file["path"])
            #expect(file["command"]?.contains(path) == true)
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("an undo names one group, and its own partitions only")
    func usage() async throws {
        #expect(await reset("--all-groups", "--undo", "x.csv").code == 64)
        #expect(await reset("a", "b", "--undo", "x.csv").code == 64)
        #expect(await reset("a", "--undo", "x.csv", "--topic", "orders").code == 64)
        #expect(await reset("a", "--undo", "x.csv", "--to-latest").code == 64)
        let missing = await reset("a", "--undo", "x.csv")
        #expect(missing.code == 64 && missing.errors.contains("x.csv is no undo file"), "\(missing)")
    }
}
