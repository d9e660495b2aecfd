import Cluster
import Foundation
import Operations
import Testing

@Suite("Undo files")
struct UndoFolderTests {
    private let orders = TopicPartition(topic: "orders", partition: 0)
    private let other = TopicPartition(topic: "a, \"b\"", partition: 1)

    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-undo-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test("the newest one of a group comes back as it was written, and is the CSV that --from-file takes")
    func newest() throws {
        try inFolder { folder in
            let undo = UndoFolder(stateDirectory: folder + "/state")
            for name in ["billing", "../x/é, \"q\"", String(repeating: "g", count: 240)] {
                for time in [1_700_000_000_123, 1_700_000_000_124, 1_600_000_000_000] as [Int64] {
                    _ = try undo.write(
                        group: name, cluster: "c/1", now: time, before: [orders: time], after: [orders: 1, other: 2])
                }
                let found = try undo.newest(group: name, cluster: "c/1")
                #expect(found.writtenAt == 1_700_000_000_124)
                #expect(found.before == [orders: 1_700_000_000_124])
                #expect(found.after == [orders: 1, other: 2])
                #expect(found.uncommitted == [other])
                let text = try String(contentsOfFile: found.path, encoding: .utf8)
                #expect(try ResetFile(parsing: text, group: nil).offsets == [name: found.before])
            }
            // Nothing was written outside.
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["state"])
        }
    }

    @Test("two resets in the same millisecond keep both files, and one that changed nothing leaves none")
    func sameTime() throws {
        try inFolder { folder in
            let undo = UndoFolder(stateDirectory: folder)
            let first = try undo.write(group: "g", cluster: "c", now: 5, before: [orders: 1], after: [orders: 2])
            let second = try undo.write(group: "g", cluster: "c", now: 5, before: [orders: 2], after: [orders: 3])
            #expect(try undo.newest(group: "g", cluster: "c") == second)
            undo.remove(second)
            #expect(try undo.newest(group: "g", cluster: "c") == first)
            undo.remove(first)
            #expect(throws: UndoError.none(group: "g")) { try undo.newest(group: "g", cluster: "c") }
        }
    }

    @Test("a reset that only made or only took away commits comes back too")
    func emptySides() throws {
        try inFolder { folder in
            let undo = UndoFolder(stateDirectory: folder)
            let five: [TopicPartition: Int64] = [orders: 5]
            for (before, after) in [([:], five), (five, [:])] {
                let file = try undo.write(group: "g", cluster: "c", now: 5, before: before, after: after)
                #expect(try undo.newest(group: "g", cluster: "c") == file)
                #expect(file.before == before && file.after == after)
            }
        }
    }

    @Test(
        "of a group's old files the newest hundred stay, and all younger than thirty days; other groups' are left alone"
    )
    func pruning() throws {
        try inFolder { folder in
            let undo = UndoFolder(stateDirectory: folder)
            let now: Int64 = 1_700_000_000_000
            let other = try undo.write(group: "h", cluster: "c", now: 1, before: [:], after: [orders: 1])
            let old = try (0..<120).map { number in
                try undo.write(group: "g", cluster: "c", now: Int64(number), before: [:], after: [orders: 1])
            }
            func there(_ files: [UndoFile]) -> [Bool] {
                files.map { FileManager.default.fileExists(atPath: $0.path) }
            }
            #expect(there(old) == Array(repeating: true, count: 120), "they were young when the last was written")
            let edge = try undo.write(
                group: "g", cluster: "c", now: now - UndoFolder.keptFor, before: [:], after: [orders: 1])
            #expect(there(old) == (0..<120).map { $0 >= 21 })
            let young = try (1...110).map { number in
                try undo.write(
                    group: "g", cluster: "c", now: now - 110 + Int64(number), before: [:], after: [orders: 1])
            }
            #expect(there(old).allSatisfy { !$0 })
            #expect(there([edge] + young + [other]).allSatisfy { $0 })
            let names = try FileManager.default.contentsOfDirectory(
                atPath: URL(filePath: edge.path).deletingLastPathComponent().path)
            #expect(names.count == 2 * 111, "each went with the file beside it")
            _ = try undo.write(group: "g", cluster: "c", now: now + 1, before: [:], after: [orders: 1])
            #expect(there([edge] + young) == [false] + young.map { _ in true })
        }
    }

    @Test("a file of another cluster, or without a time for its name, is refused")
    func wrongFile() throws {
        try inFolder { folder in
            let file = try UndoFolder(stateDirectory: folder).write(
                group: "g", cluster: "c", now: 5, before: [orders: 1], after: [orders: 2])
            #expect(try UndoFolder.file(at: file.path, group: "g", cluster: "c") == file)
            #expect(throws: UndoError.otherCluster(path: file.path, cluster: "d")) {
                try UndoFolder.file(at: file.path, group: "g", cluster: "d")
            }
            #expect(throws: UndoError.otherGroup(path: file.path, group: "h")) {
                try UndoFolder.file(at: file.path, group: "h", cluster: "c")
            }
            #expect(throws: UndoError.notUndo(path: "/x/c/g/before.csv")) {
                try UndoFolder.file(at: "/x/c/g/before.csv", group: "g", cluster: "c")
            }
        }
    }

    @Test("where nothing can be written, it says so")
    func unwritable() throws {
        #expect(throws: UndoError.nowhere) {
            try UndoFolder(stateDirectory: nil).write(group: "g", cluster: "c", now: 1, before: [:], after: [:])
        }
        try inFolder { folder in
            try Data().write(to: URL(filePath: folder))
            #expect(throws: UndoError.self) {
                try UndoFolder(stateDirectory: folder).write(group: "g", cluster: "c", now: 1, before: [:], after: [:])
            }
        }
    }

    @Test("a file of another group or with nonsense in it is refused with its path")
    func content() throws {
        try inFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let path = folder + "/x.csv"
            try Data("h,orders,0,5\n".utf8).write(to: URL(filePath: path))
            #expect(throws: UndoError.otherGroup(path: path, group: "g")) { try UndoFolder.read(path, group: "g") }
            #expect(try UndoFolder.read(path, group: "h") == [orders: 5])
            try Data("orders,zero,5\n".utf8).write(to: URL(filePath: path))
            #expect(throws: UndoError.content(path: path, .badLine(1, "'zero' is no partition"))) {
                try UndoFolder.read(path, group: "g")
            }
            #expect(throws: UndoError.self) { try UndoFolder.read(folder + "/none.csv", group: "g") }
        }
    }

    @Test("commits that moved since the reset are named")
    func moved() {
        let file = UndoFile(
            group: "g", writtenAt: 0, path: "", before: [orders: 1], after: [orders: 5, other: 6])
        #expect(file.moved(from: [orders: 5, other: 6]) == [])
        #expect(file.moved(from: [orders: 6, other: 6]) == [orders])
        #expect(file.moved(from: [orders: 5]) == [other])
    }
}
