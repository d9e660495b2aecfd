import Cluster
import Foundation
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import BrokerCore

/// Where the golden data of a running Kafka 3.8.0 is: `WEIR_GOLDEN`, the folder beside the package, or the core of it
/// that is kept with the tests.
enum GroupGolden {
    static let folder: URL = {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let package = tests.deletingLastPathComponent().deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["WEIR_GOLDEN"].map { URL(fileURLWithPath: $0) }
        let beside = package.appendingPathComponent("../shared/golden").standardized
        let own = tests.appendingPathComponent("Golden")
        let chosen = [named, beside].compactMap { $0 }.first {
            FileManager.default.fileExists(atPath: $0.appendingPathComponent("disk/groups").path)
        }
        print("group tests read \(chosen == nil ? "the golden core kept with the tests" : "\(chosen ?? own)")")
        return chosen ?? own
    }()

    static func bytes(_ path: String) throws -> ByteBuffer {
        ByteBuffer(bytes: try Data(contentsOf: folder.appendingPathComponent(path)))
    }

    /// `__consumer_offsets` of a case, in memory.
    static func offsetsTopic(_ name: String) throws -> MemoryOffsetsTopic {
        let topic = MemoryOffsetsTopic(count: 3)
        for partition in 0..<3 {
            let path = "disk/\(name)/log-dir/__consumer_offsets-\(partition)"
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path)
            for file in files.filter({ $0.hasSuffix(".log") }).sorted() {
                topic.seed([try bytes("\(path)/\(file)")], in: Int32(partition))
            }
        }
        return topic
    }
}

@Suite("Groups that Kafka wrote")
struct GroupGoldenTests {
    @Test("a Kafka directory's groups come back with state, members, assignments and offsets as Kafka told them")
    func groupsAsKafkaToldThem() throws {
        let fixture = GroupFixture(topic: try GroupGolden.offsetsTopic("groups"))
        let report = fixture.coordinator.load()
        #expect(report.unreadable == 0)
        #expect(report.misplaced == 0)
        #expect(report.unknownKeyTypes.isEmpty)

        let expected = try JSONDecoder().decode(
            ExpectedGroups.self,
            from: Data(contentsOf: GroupGolden.folder.appendingPathComponent("disk/groups/expected-groups.json"))
        )
        let groups = fixture.coordinator.snapshot().groups.map(\.description)
        #expect(groups.map(\.groupID) == expected.groups.map(\.groupId))
        #expect(report.groups == expected.groups.count)
        for (group, expected) in zip(groups, expected.groups) {
            #expect(group.state.rawValue.uppercased() == expected.state, "\(group.groupID)")
            #expect(group.protocolName == expected.protocol, "\(group.groupID)")
            #expect(group.protocolType.isEmpty == expected.isSimple, "\(group.groupID)")
            #expect(group.members.map(\.memberID) == expected.members.map(\.memberId), "\(group.groupID)")
            for (member, expected) in zip(group.members, expected.members) {
                #expect(member.clientID == expected.clientId)
                #expect(member.clientHost == expected.host)
                #expect(member.groupInstanceID == expected.groupInstanceId)
                #expect(member.assignment == expected.assignment.map(\.partition))
            }
            #expect(group.commits.map(\.topicPartition) == expected.offsets.map(\.topicPartition), "\(group.groupID)")
            #expect(group.commits.map(\.offset) == expected.offsets.map(\.offset), "\(group.groupID)")
            for (commit, expected) in zip(group.commits, expected.offsets) {
                // The tool that wrote the expectation trims the NUL that its own committer appends.
                let metadata = commit.metadata.filter { $0 != "\0" }
                #expect(metadata == expected.metadata ?? "", "\(group.groupID) \(commit.topicPartition)")
                let epoch = fixture.fetch(group.groupID, partition: expected.partition, topic: expected.topic)
                #expect(epoch?.committedLeaderEpoch == expected.leaderEpoch ?? -1)
            }
        }
        // Aborted transactional commits left no trace, committed ones count, and the open one makes its partition
        // unstable.
        #expect(fixture.fetch("app-txoffsets", partition: 1, topic: "grp")?.committedOffset == 4)
        #expect(
            fixture.fetch("app-txoffsets", partition: 1, topic: "grp", requireStable: true)?.errorCode
                == .unstableOffsetCommit
        )
        #expect(
            fixture.fetch("app-txoffsets", partition: 2, topic: "grp", requireStable: true)?.errorCode == ErrorCode.none
        )
    }

    @Test("group and offset records are byte for byte those that Kafka wrote")
    func recordsAreKafkas() throws {
        var compared: [String: Int] = [:]
        for name in ["groups", "groups-848"] {
            let topic = try GroupGolden.offsetsTopic(name)
            for partition in Int32(0)..<3 {
                for file in topic.batches(in: partition) {
                    for batch in RecordBatches(file) where !batch.header.isControl {
                        try batch.records(limit: 1 << 20).forEach { record in
                            guard let key = record.key else { return true }
                            let understood = try? OffsetsRecord(key: key, value: record.value)
                            guard let understood else {
                                Issue.record("unreadable record at \(record.offset)")
                                return true
                            }
                            if case .unknown = understood { return true }
                            let written = try? understood.encoded()
                            #expect(written?.key == key)
                            #expect(written?.value == record.value)
                            compared[name, default: 0] += 1
                            return true
                        }
                    }
                }
            }
        }
        print("records compared: \(compared)")
        #expect(compared["groups"] ?? 0 >= 50)
    }

    @Test("a commit, a rebalance and a deletion give the very batches that Kafka wrote")
    func batchesAreKafkas() throws {
        let topic = try GroupGolden.offsetsTopic("groups")
        var compared = 0
        for partition in Int32(0)..<3 {
            for file in topic.batches(in: partition) {
                for batch in RecordBatches(file) where !batch.header.isControl && !batch.header.isTransactional {
                    guard let rebuilt = try rebuild(batch) else { continue }
                    var patched = rebuilt
                    RecordBatchHeader.patch(
                        &patched,
                        at: patched.readerIndex,
                        baseOffset: batch.header.baseOffset,
                        leaderEpoch: batch.header.partitionLeaderEpoch
                    )
                    #expect(patched == batch.bytes, "batch at \(partition)/\(batch.header.baseOffset)")
                    compared += 1
                }
            }
        }
        print("batches compared: \(compared)")
        #expect(compared >= 20)
    }

    /// The batch that the coordinator would write for the same records.
    private func rebuild(_ batch: RecordBatch) throws -> ByteBuffer? {
        var records: [OffsetsRecord] = []
        var timestamp: Int64 = 0
        try batch.records(limit: 1 << 20).forEach { record in
            timestamp = record.timestamp
            if let key = record.key, let record = try? OffsetsRecord(key: key, value: record.value) {
                records.append(record)
            }
            return true
        }
        if case .group(let groupID, let stored?) = records.first {
            return try OffsetsBatch.encode(stored, of: groupID, timestamp: timestamp)
        }
        var commits: [(topic: String, commit: PartitionCommit)] = []
        var removed: [TopicPartition] = []
        var group = ""
        var takesGroup = false
        for record in records {
            switch record {
            case .offset(let groupID, let partition, let commit):
                group = groupID
                if let commit { commits.append((partition.topic, commit)) } else { removed.append(partition) }
            case .group(let groupID, _):
                group = groupID
                takesGroup = true
            case .consumerGroup, .unknown: return nil
            }
        }
        if !commits.isEmpty { return try OffsetsBatch.encode(commits, of: group, timestamp: timestamp) }
        return try OffsetsBatch.tombstones(
            of: group, partitions: removed, andGroup: takesGroup ? [.group(group, nil)] : [], timestamp: timestamp
        ).first
    }
}

private struct ExpectedGroups: Decodable {
    struct Group: Decodable {
        var groupId: String
        var state: String
        var `protocol`: String
        var isSimple: Bool
        var members: [Member]
        var offsets: [Offset]
    }

    struct Member: Decodable {
        var memberId: String
        var clientId: String
        var host: String
        var groupInstanceId: String?
        var assignment: [Assigned]
    }

    struct Assigned: Decodable {
        var partition: TopicPartition

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            partition = TopicPartition(topic: try values.decode(String.self), partition: try values.decode(Int32.self))
        }
    }

    struct Offset: Decodable {
        var topic: String
        var partition: Int32
        var offset: Int64
        var metadata: String?
        var leaderEpoch: Int32?

        var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }
    }

    var groups: [Group]
}
