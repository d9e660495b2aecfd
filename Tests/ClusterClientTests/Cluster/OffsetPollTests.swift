import Cluster
import ClusterRequests
import KafkaProtocol
import SeededNumbers
import Testing

@testable import ClusterClient

@Suite("Reading the bounds of many logs")
struct OffsetPollTests {
    /// A cluster in memory: who leads what, where logs begin and end, and which partitions have an open transaction.
    private struct Model {
        var leaders: [TopicPartition: Int32] = [:]
        var starts: [TopicPartition: Int64] = [:]
        var ends: [TopicPartition: Int64] = [:]
        var stables: [TopicPartition: Int64] = [:]
        var dead: Set<Int32> = []

        func answer(_ question: OffsetPoll.Question) -> Result<ListOffsetsResponse, ClusterError> {
            guard !dead.contains(question.broker) else {
                return .failure(.unavailable("broker \(question.broker): gone"))
            }
            return .success(
                ListOffsetsResponse(
                    topics: question.request.topics.map { topic in
                        .init(
                            name: topic.name,
                            partitions: topic.partitions.map { partition in
                                let name = TopicPartition(topic: topic.name, partition: partition.partitionIndex)
                                guard leaders[name] == question.broker else {
                                    return .init(
                                        partitionIndex: partition.partitionIndex, errorCode: .notLeaderOrFollower)
                                }
                                let end = ends[name] ?? 0
                                let offset =
                                    partition.timestamp == -2
                                    ? starts[name] ?? 0
                                    : question.request.isolationLevel == 1 ? stables[name] ?? end : end
                                return .init(partitionIndex: partition.partitionIndex, offset: offset)
                            })
                    }))
        }

        func offsets(_ name: TopicPartition) -> PartitionOffsets {
            let end = ends[name] ?? 0
            return PartitionOffsets(logStart: starts[name] ?? 0, highWatermark: end, lastStable: stables[name] ?? end)
        }

        func topics(_ ids: [String: KafkaUUID]) -> [ClusterMap.Topic] {
            Dictionary(grouping: leaders.keys, by: \.topic).map { name, partitions in
                ClusterMap.Topic(
                    name: name, id: ids[name] ?? .zero, isInternal: false,
                    partitions: partitions.sorted().map {
                        .init(number: $0.partition, leader: leaders[$0] ?? -1, replicas: [1], inSyncReplicas: [1])
                    })
            }.sorted { $0.name < $1.name }
        }
    }

    private func run(_ poll: inout OffsetPoll, _ model: Model, isLast: Bool) -> (requests: Int, hasMoved: Bool) {
        let questions = poll.questions
        var hasMoved = false
        for question in questions where poll.take(model.answer(question), to: question, isLast: isLast) {
            hasMoved = true
        }
        return (questions.count, hasMoved)
    }

    @Test(
        "random clusters are read right, in three requests a broker at first and one a broker from then on",
        arguments: 1...20)
    func random(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var model = Model()
        for topic in 0..<Int.random(in: 1...6, using: &random) {
            for partition in 0..<Int32.random(in: 1...9, using: &random) {
                let name = TopicPartition(topic: "t\(topic)", partition: partition)
                model.leaders[name] = Int32.random(in: 1...3, using: &random)
                model.starts[name] = Int64.random(in: 0...9, using: &random)
                model.ends[name] = Int64.random(in: 10...99, using: &random)
                if Int.random(in: 0..<5, using: &random) == 0 { model.stables[name] = 10 }
            }
        }
        let brokers = Set(model.leaders.values).count
        var poll = OffsetPoll(of: model.topics([:]), knowing: KnownOffsets())
        var told = run(&poll, model, isLast: false)
        #expect(told == (3 * brokers, false))
        check(poll, model)
        var known = KnownOffsets()
        known.learn(from: poll, readAt: 0)

        for name in model.ends.keys { model.ends[name]? += Int64.random(in: 0...5, using: &random) }
        for name in model.stables.keys where Bool.random(using: &random) { model.stables[name] = nil }
        let open = Set(
            poll.topics.indices.flatMap { place in
                poll.topics[place].partitions.indices.compactMap { position -> Int32? in
                    let offsets = poll.figures[place][position].offsets
                    return offsets?.lastStable != offsets?.highWatermark
                        ? poll.topics[place].partitions[position].leader : nil
                }
            }
        ).count
        poll = OffsetPoll(of: model.topics([:]), knowing: known)
        told = run(&poll, model, isLast: false)
        #expect(told == (brokers + open, false))
        check(poll, model)
    }

    private func check(_ poll: OffsetPoll, _ model: Model) {
        for (topic, figures) in zip(poll.topics, poll.figures) {
            for (partition, figure) in zip(topic.partitions, figures) {
                let name = TopicPartition(topic: topic.name, partition: partition.number)
                #expect(figure.offsets == model.offsets(name), "\(name)")
                #expect(figure.problem == nil)
            }
        }
        #expect(poll.questions.isEmpty)
    }

    @Test("what moved is asked for again, what has no leader or whose broker is dead has a problem, the rest is there")
    func partial() throws {
        var model = Model()
        for partition: Int32 in 0..<6 {
            let name = TopicPartition(topic: "t", partition: partition)
            model.leaders[name] = partition % 3 + 1
            model.ends[name] = 10 + Int64(partition)
        }
        model.leaders[TopicPartition(topic: "t", partition: 5)] = -1
        let before = model.topics([:])
        model.leaders[TopicPartition(topic: "t", partition: 0)] = 2
        model.dead = [3]
        var poll = OffsetPoll(of: before, knowing: KnownOffsets())
        let first = run(&poll, model, isLast: false)
        #expect(first.hasMoved)
        var map = ClusterMap()
        map.replace(
            with: MetadataResponse(
                topics: [
                    .init(
                        name: "t",
                        partitions: model.topics([:])[0].partitions.map {
                            .init(partitionIndex: $0.number, leaderID: $0.leader, replicaNodes: [1], isrNodes: [])
                        })
                ]))
        poll.relocate(by: map)
        let second = run(&poll, model, isLast: true)
        #expect(!second.hasMoved)
        #expect(poll.figures[0].map { $0.offsets?.highWatermark } == [10, 11, nil, 13, 14, nil])
        #expect(poll.figures[0][2].problem == "broker 3: gone")
        #expect(poll.figures[0][5].problem == "no leader; copies on brokers 1, in sync none")
    }

    @Test("a topic that was made anew is not mistaken for the old one")
    func madeAnew() {
        var model = Model()
        let name = TopicPartition(topic: "t", partition: 0)
        model.leaders[name] = 1
        model.starts[name] = 500
        model.ends[name] = 600
        let old = KafkaUUID(high: 1, low: 1)
        var known = KnownOffsets()
        var poll = OffsetPoll(of: model.topics(["t": old]), knowing: known)
        _ = run(&poll, model, isLast: false)
        known.learn(from: poll, readAt: 0)
        model.starts[name] = 0
        model.ends[name] = 7
        poll = OffsetPoll(of: model.topics(["t": KafkaUUID(high: 2, low: 2)]), knowing: known)
        _ = run(&poll, model, isLast: false)
        #expect(poll.figures[0][0].offsets == PartitionOffsets(logStart: 0, highWatermark: 7))
        // Without ids (before Kafka 2.8) the second poll finds out.
        poll = OffsetPoll(of: model.topics(["t": old]), knowing: known)
        _ = run(&poll, model, isLast: false)
        #expect(poll.figures[0][0].offsets == PartitionOffsets(logStart: 7, highWatermark: 7))
        known.learn(from: poll, readAt: nil)
        poll = OffsetPoll(of: model.topics(["t": old]), knowing: known)
        _ = run(&poll, model, isLast: false)
        #expect(poll.figures[0][0].offsets == PartitionOffsets(logStart: 0, highWatermark: 7))
    }
}
