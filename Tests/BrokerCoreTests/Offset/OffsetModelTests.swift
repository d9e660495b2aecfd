import Cluster
import SeededNumbers
import Testing

@testable import BrokerCore

@Suite("A group's offsets against a model")
struct OffsetModelTests {
    @Test("random commits and deletions leave what a plain table would hold, in order", arguments: 0..<40)
    func model(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var offsets = CommittedOffsets()
        var model: [TopicPartition: PartitionCommit] = [:]
        var kept: (copy: CommittedOffsets, model: [TopicPartition: PartitionCommit])?
        for step in 0..<500 {
            let topic = "t\(Int.random(in: 0..<4, using: &random))"
            let partition = TopicPartition(topic: topic, partition: Int32.random(in: 0..<12, using: &random))
            if Int.random(in: 0..<4, using: &random) > 0 {
                let commit = PartitionCommit(
                    partition: partition.partition,
                    offset: Int64(step),
                    committedAt: 0,
                    order: UInt64.random(in: 0..<20, using: &random)
                )
                let isNewer = (model[partition]?.order ?? 0) <= commit.order
                if isNewer { model[partition] = commit }
                #expect(offsets.store(commit, topic: topic) == isNewer, "seed \(seed)")
            } else {
                #expect(offsets.remove(partition) == model.removeValue(forKey: partition), "seed \(seed)")
            }
            #expect(offsets[topic, partition.partition] == model[partition], "seed \(seed)")
            if step == 250 { kept = (offsets, model) }
        }
        for (offsets, model) in [(offsets, model)] + (kept.map { [($0.copy, $0.model)] } ?? []) {
            let flat = offsets.topics.flatMap { topic in
                topic.partitions.map { TopicPartition(topic: topic.topic, partition: $0.partition) }
            }
            #expect(flat == model.keys.sorted(), "seed \(seed)")
            #expect(flat.map { offsets[$0.topic, $0.partition] } == flat.map { model[$0] }, "seed \(seed)")
            #expect(offsets.count == model.count && offsets.isEmpty == model.isEmpty, "seed \(seed)")
        }
    }
}
