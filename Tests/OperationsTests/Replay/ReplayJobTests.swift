import Cluster
import Foundation
import Operations
import Testing

@Suite("Resets of a group on a broker")
struct ReplayJobTests {
    private let places = CompactedStage.places

    /// A folder for undo files that goes with the value.
    private final class Folder {
        let path = FileManager.default.temporaryDirectory.appending(path: "weir-undo-\(UUID().uuidString)").path
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private func commits(_ cluster: any Cluster) async throws -> [TopicPartition: Int64] {
        let group = try await cluster.groups(named: ["g"]).first
        return Dictionary(uniqueKeysWithValues: (group?.commits ?? []).map { ($0.topicPartition, $0.offset) })
    }

    @Test("what compaction took away, bytes and times are those of the log on the disk")
    func look() async throws {
        var random = SeededRandom(seed: 11)
        let stage = try await CompactedStage(segmentBytes: 1 << 20)
        let written = try await stage.write(500, &random, after: 1_000_000)
        let ends = written.mapValues { Int64($0.count) }
        _ = try await stage.cluster.commit(ends, group: "g")
        try await stage.compact()
        let left = try await stage.readAll()
        let job = ReplayJob(stage.cluster, undo: UndoFolder(stateDirectory: nil))
        let it = try await job.look(ReplayRequest(group: "g", topic: "t", target: .earliest), now: 2_000_000)
        #expect(it.refusal == nil)
        #expect(it.rows.map(\.target) == [0, 0])
        #expect(it.reread == Estimate(Int64(left.values.reduce(0) { $0 + $1.count })))
        let gone = ends.values.reduce(0, +) - Int64(left.values.reduce(0) { $0 + $1.count })
        #expect(gone > 100 && it.compactedAway == Estimate(gone))
        let topic = try #require(try await stage.cluster.topics(named: ["t"], detail: .figures).first)
        #expect(it.bytes.reread == Estimate(topic.partitions.compactMap(\.sizeBytes).reduce(0, +)))
        for row in it.rows {
            #expect(row.targetPoint?.record?.offset == left[row.topicPartition]?.first?.offset)
            #expect(row.committedPoint == .end)
        }
        #expect(it.span?.lowerBound == left.values.compactMap(\.first?.timestamp).min())
        #expect(it.span?.upperBound == written.values.flatMap { $0.map(\.time) }.max())
    }

    @Test("a reset is taken back to the very commits before it, also where there was none")
    func applyAndUndo() async throws {
        var random = SeededRandom(seed: 12)
        let (stage, folder) = (try await CompactedStage(), Folder())
        let written = try await stage.write(200, &random, after: 1_000_000)
        let time = try #require(written[places[0]]?[20].time)
        _ = try await stage.cluster.commit([places[0]: 50], group: "g")
        let job = ReplayJob(stage.cluster, undo: UndoFolder(stateDirectory: folder.path))
        let request = ReplayRequest(group: "g", topic: "t", target: .time(time))
        let look = try await job.look(request, now: 2_000_000)
        let wanted = try await stage.cluster.offset(of: places[0], at: .timestamp(time)).offset
        #expect(look.rows[0].target == wanted)
        let outcome = try await job.apply(request, shown: [places[0]: 50], clusterID: "c", now: 2_000_000)
        #expect(outcome.failures == 0 && outcome.outcomes.count == 2)
        let after = try await commits(stage.cluster)
        #expect(after[places[0]] == wanted && after[places[1]] == look.rows[1].target)

        let undo = try job.newestUndo(group: "g", clusterID: "c")
        #expect(undo == outcome.undo && undo.before == [places[0]: 50] && undo.uncommitted == [places[1]])
        let back = ReplayRequest(group: "g", topic: "t", target: .undo(undo))
        let preview = try await job.look(back, now: 2_000_001)
        #expect(preview.movedSince == [])
        #expect(preview.rows.map(\.losesCommit) == [false, true])
        _ = try await job.apply(back, shown: after, clusterID: "c", now: 2_000_001)
        #expect(try await commits(stage.cluster) == [places[0]: 50])
        // Taking back is a reset of its own, and can be taken back.
        #expect(try job.newestUndo(group: "g", clusterID: "c").before == after)
    }

    @Test("nothing is done where commits moved since the preview, or where no undo file can be written")
    func refusals() async throws {
        var random = SeededRandom(seed: 13)
        let (stage, folder) = (try await CompactedStage(), Folder())
        _ = try await stage.write(100, &random, after: 1_000_000)
        _ = try await stage.cluster.commit([places[0]: 10], group: "g")
        let request = ReplayRequest(group: "g", topic: "t", partitions: [0], target: .earliest)
        let job = ReplayJob(stage.cluster, undo: UndoFolder(stateDirectory: folder.path))
        await #expect(throws: ReplayError.commitsMoved([places[0]])) {
            try await job.apply(request, shown: [places[0]: 9], clusterID: "c", now: 1)
        }
        #expect(throws: ReplayError.file(.none(group: "g"))) { try job.newestUndo(group: "g", clusterID: "c") }
        let homeless = ReplayJob(stage.cluster, undo: UndoFolder(stateDirectory: nil))
        await #expect(throws: ReplayError.file(.nowhere)) {
            try await homeless.apply(request, shown: [places[0]: 10], clusterID: "c", now: 1)
        }
        #expect(try await commits(stage.cluster) == [places[0]: 10])
        await #expect(throws: ReplayError.nothing("there is no group h")) {
            try await job.look(ReplayRequest(group: "g", topic: "t", target: .group("h")), now: 1)
        }
    }

    @Test("another group's offsets and a file's are taken for the partitions they name, the others are left alone")
    func otherOffsets() async throws {
        var random = SeededRandom(seed: 14)
        let (stage, folder) = (try await CompactedStage(), Folder())
        _ = try await stage.write(200, &random, after: 1_000_000)
        _ = try await stage.cluster.commit([places[0]: 40, places[1]: 41], group: "g")
        _ = try await stage.cluster.commit([places[1]: 7], group: "h")
        let job = ReplayJob(stage.cluster, undo: UndoFolder(stateDirectory: folder.path))
        let other = try await job.look(ReplayRequest(group: "g", topic: "t", target: .group("h")), now: 1)
        #expect(other.rows.map(\.target) == [nil, 7])
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        let path = folder.path + "/x.csv"
        try Data("t,0,3\nelsewhere,0,4\n".utf8).write(to: URL(filePath: path))
        let file = try await job.look(ReplayRequest(group: "g", topic: "t", target: .file(path: path)), now: 1)
        #expect(file.rows.map(\.target) == [3, nil])
        let shift = try await job.look(ReplayRequest(group: "h", topic: "t", target: .shift(-5)), now: 1)
        #expect(shift.rows.map(\.target) == [nil, 2])
    }
}
