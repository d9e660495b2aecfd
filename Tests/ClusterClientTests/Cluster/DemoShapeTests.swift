import Cluster
import DemoWorkload
import Foundation
import Testing

@testable import ClusterClient

@Suite("A living cluster over the wire")
struct DemoShapeTests {
    @Test("while the demo works, what the wire tells lies between what the embedded cluster tells before and after")
    func demo() async throws {
        let broker = try AttachedBroker()
        let demo = DemoWorkload(on: broker.broker, seed: 7, speed: 5)
        try demo.prepare()
        demo.start()
        // Until all groups of the demo are there with members and commits.
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let groups = try await broker.attached.groups()
            if groups.count >= 3, groups.contains(where: { $0.state == .stable && !$0.commits.isEmpty }) { break }
        }
        for _ in 0..<20 {
            let groupsBefore = try await broker.embedded.groups()
            let groups = try await broker.attached.groups()
            let groupsAfter = try await broker.embedded.groups()
            let before = try await broker.embedded.topics()
            let topics = try await broker.attached.topics()
            let after = try await broker.embedded.topics()

            #expect(topics.map(\.name) == before.map(\.name))
            for (index, topic) in topics.enumerated() {
                #expect(topic.retention == before[index].retention)
                for (position, partition) in topic.partitions.enumerated() {
                    let least = before[index].partitions[position].offsets?.highWatermark ?? -1
                    let most = after[index].partitions[position].offsets?.highWatermark ?? -1
                    let end = try #require(partition.offsets?.highWatermark)
                    #expect((least...most).contains(end), "\(topic.name)-\(position)")
                }
            }
            let least = commits(groupsBefore)
            let most = commits(groupsAfter)
            #expect(groups.map(\.groupID) == groupsBefore.map(\.groupID))
            #expect(groups.allSatisfy { $0.problem == nil })
            for (place, offset) in commits(groups) {
                #expect(least[place] ?? 0 <= offset && offset <= most[place] ?? .max, "\(place)")
            }
            // Commits were read before end offsets: lag is never negative.
            let ends = Dictionary(
                topics.flatMap { topic in
                    topic.partitions.map {
                        (TopicPartition(topic: topic.name, partition: $0.partition), $0.offsets?.highWatermark ?? 0)
                    }
                }
            ) { $1 }
            for commit in groups.flatMap(\.commits) {
                #expect(commit.offset <= ends[commit.topicPartition] ?? 0, "\(commit.topicPartition)")
            }
        }
        await demo.stop()
        // At rest, once the last commits and goodbyes are through, both tell the same.
        var attached = try await broker.attached.groups()
        var embedded = WireView.of(try await broker.embedded.groups())
        while attached != embedded, ContinuousClock.now < deadline {
            attached = try await broker.attached.groups()
            embedded = WireView.of(try await broker.embedded.groups())
        }
        #expect(attached == embedded)
        #expect(try await broker.attached.topics() == WireView.of(broker.embedded.topics()))
        await broker.stop()
    }

    private func commits(_ groups: [GroupDescription]) -> [String: Int64] {
        Dictionary(
            groups.flatMap { group in
                group.commits.map { ("\(group.groupID) \($0.topicPartition)", $0.offset) }
            }
        ) { $1 }
    }
}
