import Foundation
import MonitorScript
import SeededNumbers
import Testing
import WindowedMetrics

@testable import Monitor

@Suite("Timeline file")
struct TimelineFileTests {
    /// A folder that is gone with the test.
    private final class Folder {
        let path = FileManager.default.temporaryDirectory.appending(path: "weir-timeline-\(UUID().uuidString)").path
        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private static func history(seed: UInt64, steps: Int = 200) async -> TimelineHistory {
        var script = EventfulScript(seed: seed)
        let monitor = Monitor(of: script.cluster, clock: script.clock)
        var history = TimelineHistory()
        for _ in 0..<steps {
            script.advance()
            history.take(await monitor.poll())
        }
        return history
    }

    @Test("what was kept is there after a restart, and goes on")
    func restart() async throws {
        let folder = try Folder()
        let clock = ScriptedClock()
        let cluster = FakeCluster(MonitorLifeTests.world())
        func monitor() -> Monitor {
            let timeline = Timeline()
            timeline.keep(in: folder.path) { Issue.record("\($0)") }
            return Monitor(of: cluster, clock: clock, timeline: timeline)
        }
        let first = monitor()
        for _ in 0..<5 {
            await first.poll()
            clock.pass(milliseconds: 1000)
        }
        first.timeline.save()
        clock.pass(milliseconds: 300_000)
        let second = monitor()
        let live = await second.poll()
        guard case .moment(let past) = second.timeline.step(from: live.takenAt, by: -1000) else {
            Issue.record("nothing is kept")
            return
        }
        #expect(past.takenAt == ScriptedClock.start + 4000)
        #expect(past.groups.first?.lag == .records(60, .exact))
        #expect(live.historyProblem == nil)
    }

    @Test("a history that is read is the one that was written")
    func readsWhatWasWritten() async throws {
        let folder = try Folder()
        let history = await Self.history(seed: 5)
        let file = TimelineFile(folder: folder.path, cluster: "c/1 ü")
        #expect(file.path.hasSuffix("/timeline-c%2f1%20%c3%bc.weir"))
        _ = try file.save(history)
        let read = try #require(try file.load())
        var (mine, theirs) = (PackedWriter(), PackedWriter())
        history.write(into: &mine)
        read.write(into: &theirs)
        #expect(mine.bytes == theirs.bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
        #expect(try TimelineFile(folder: folder.path, cluster: "another").load() == nil)
    }

    @Test("a damaged file is set aside with a word, and the history begins anew", arguments: 0..<40)
    func damage(round: UInt64) async throws {
        let seed = 0xDA3A_0000 + round
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let folder = try Folder()
        let file = TimelineFile(folder: folder.path, cluster: "c")
        _ = try file.save(await Self.history(seed: 6, steps: 60))
        var bytes = try Array(Data(contentsOf: URL(filePath: file.path)))
        if round.isMultiple(of: 2) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8(1 << Int.random(in: 0..<8, using: &random))
        } else {
            bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
        }
        try Data(bytes).write(to: URL(filePath: file.path))
        let timeline = Timeline()
        timeline.keep(in: folder.path) { _ in }
        let monitor = Monitor(of: FakeCluster(MonitorLifeTests.world()), clock: ScriptedClock(), timeline: timeline)
        let board = await monitor.poll()
        #expect(board.historyProblem?.contains("damaged") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["timeline-c.weir.damaged-1"])
        #expect(try Array(Data(contentsOf: URL(filePath: file.path + ".damaged-1"))) == bytes)
        timeline.save()
        #expect(try file.load() != nil)
    }

    @Test("bytes with a right checksum that nobody wrote never trap", arguments: 0..<30)
    func hostile(round: UInt64) async throws {
        let seed = 0x4057_0000 + round
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let history = await Self.history(seed: 7, steps: 90)
        var writer = PackedWriter()
        history.write(into: &writer)
        for _ in 0..<40 {
            var bytes = writer.bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            var reader = PackedReader(bytes)
            guard var read = try? TimelineHistory(from: &reader) else { continue }
            let board = try? read.snapshot(
                atOrBefore: Int64.random(in: 0...(2 * ScriptedClock.start), using: &random), rules: [], capabilities: []
            )
            _ = board
            var later = Snapshot.empty
            later.takenAt = ScriptedClock.start * 2
            read.take(later)
        }
    }

    @Test("a folder that cannot be written to is said, and what was kept stays")
    func unwritable() async throws {
        let folder = try Folder()
        let file = TimelineFile(folder: folder.path, cluster: "c")
        let history = await Self.history(seed: 8, steps: 10)
        _ = try file.save(history)
        let before = try Data(contentsOf: URL(filePath: file.path))
        let gone = TimelineFile(folder: file.path, cluster: "c")
        #expect(throws: TimelineFileError.self) { try gone.save(history) }
        #expect(try Data(contentsOf: URL(filePath: file.path)) == before)
    }
}
