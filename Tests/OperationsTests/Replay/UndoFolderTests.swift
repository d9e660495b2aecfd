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
