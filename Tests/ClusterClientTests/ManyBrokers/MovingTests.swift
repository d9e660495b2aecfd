import Cluster
import ClusterRequests
import KafkaProtocol
import ScriptedPeer
import Testing

@testable import ClusterClient

/// Leaders, coordinators and the controller move while the client works.
@Suite("Many brokers: moving", .timeLimit(.minutes(2)))
struct MovingTests {
    private let moved = TopicPartition("orders", 0)

    @Test("a leader that moves in the middle of a poll is found within that poll", arguments: ["2.1", "3.9"])
    func poll(name: String) async throws {
        let release = try #require(KafkaRelease.all.first { $0.name == name }?.release)
        try await withPeer(release: release) { peer, cluster in
            peer.fill()
            _ = try await cluster.topics()
            peer.forget()
            peer.on(ListOffsetsRequest.api, at: 1, .first { [moved] in $0.moveLeader(of: moved, to: 3) })
            let topics = try await cluster.topics()
            for partition in peer.partitions where partition != moved {
                #expect(peer.agrees(topics, on: partition), "\(partition)")
            }
            // Either found in this poll, or said to be unknown; never an old figure under a wrong leader.
            let own = try #require(topics.first { $0.name == "orders" }?.partitions.first)
            #expect(peer.agrees(topics, on: moved) || (own.problem != nil && own.offsets == nil), "\(own)")
            #expect(peer.count(ListOffsetsRequest.api) <= 18, "\(peer.counts())")
            let next = try await cluster.topics()
            for partition in peer.partitions { #expect(peer.agrees(next, on: partition), "\(partition)") }
        }
    }

    @Test("a leader that moves in the middle of a fetch is found at once", arguments: ["2.4", "3.9"])
    func fetch(name: String) async throws {
        let release = try #require(KafkaRelease.all.first { $0.name == name }?.release)
        try await withPeer(release: release) { peer, cluster in
            peer.update { $0.addTopic("orders", partitions: 3) }
            let records = try batch(["a", "b"])
            peer.update { model in
                for index in 0..<3 { _ = model[TopicPartition("orders", Int32(index))]?.append(records) }
            }
            _ = try await cluster.topics()
            peer.on(FetchRequest.api, at: 1, .first { [moved] in $0.moveLeader(of: moved, to: 2) })
            let starts = (0..<3).map { FetchStart(TopicPartition("orders", Int32($0)), from: 0) }
            let fetched = await cluster.fetch(starts, limits: FetchLimits())
            for start in starts { #expect(try fetched[start.topicPartition]?.get().records.count == 2) }
        }
    }

    @Test("a topic that was deleted and made anew in the middle of a fetch is read anew")
    func recreated() async throws {
        try await withPeer { peer, cluster in
            peer.update { $0.addTopic("orders", partitions: 1) }
            _ = try await cluster.topics()
            let records = try batch(["new"])
            peer.on(
                FetchRequest.api,
                .first { model in
                    model.topics["orders"]?.id = KafkaUUID(high: 7, low: 7)
                    _ = model[TopicPartition("orders", 0)]?.append(records)
                })
            let fetched = try await cluster.fetch(moved, from: 0, limits: FetchLimits())
            #expect(fetched.records.map { $0.value.map { String(decoding: $0, as: UTF8.self) } } == ["new"])
        }
    }

    @Test("a leader that moves in the middle of a write gets the records once", arguments: ["2.1", "3.9"])
    func produce(name: String) async throws {
        let release = try #require(KafkaRelease.all.first { $0.name == name }?.release)
        try await withPeer(release: release) { peer, cluster in
            peer.update { $0.addTopic("orders", partitions: 1, leaders: [1]) }
            _ = try await cluster.topics()
            peer.on(ProduceRequest.api, at: 1, .first { [moved] in $0.moveLeader(of: moved, to: 2) })
            let made = try await cluster.produce([NewRecord(key: nil, value: [7])], to: moved, compression: "gzip")
            #expect(made.baseOffset == 0)
            let end = peer.update { [moved] in $0[moved]?.end }
            #expect(end == 1)
        }
    }

    @Test("deleting records and looking up offsets follow the leader")
    func deleteRecords() async throws {
        try await withPeer { peer, cluster in
            peer.fill()
            _ = try await cluster.topics()
            peer.on(DeleteRecordsRequest.api, at: 1, .first { [moved] in $0.moveLeader(of: moved, to: 2) })
            #expect(try await cluster.deleteRecords(before: [moved: 70])[moved]?.get() == 70)
            peer.update { [moved] in $0.moveLeader(of: moved, to: 3) }
            #expect(try await cluster.offset(of: moved, at: .earliest).offset == 70)
        }
    }

    @Test("a partition without a leader says so, and is live again when it has one")
    func leaderless() async throws {
        try await withPeer { peer, cluster in
            peer.fill()
            peer.update { [moved] in $0[moved]?.leader = -1 }
            let topics = try await cluster.topics()
            let own = try #require(topics.first { $0.name == "orders" }?.partitions.first)
            #expect(own.leader == -1 && own.offsets == nil && own.problem?.contains("leader") == true)
            #expect(await cluster.fetch([FetchStart(moved, from: 0)], limits: FetchLimits())[moved]?.isRefused == true)
            peer.update { [moved] in $0.moveLeader(of: moved, to: 2) }
            #expect(peer.agrees(try await cluster.topics(), on: moved))
        }
    }

    @Test("a group whose coordinator moves is found again, for reading and for changing", arguments: ["2.4", "3.9"])
    func coordinator(name: String) async throws {
        let release = try #require(KafkaRelease.all.first { $0.name == name }?.release)
        try await withPeer(release: release) { peer, cluster in
            peer.fill()
            let group = "readers-1"
            #expect(try await cluster.commit([moved: 5], group: group)[moved]?.isRefused == false)
            peer.update { $0.groups["readers-1"]?.coordinator = 2 }
            #expect(
                try await cluster.commit([moved: 6], group: group)[moved]?.isRefused == false, "commit after the move")
            let offset = peer.update { [moved] in $0.groups["readers-1"]?.commits[moved]?.offset }
            #expect(offset == 6)
            peer.update { $0.groups["readers-1"]?.coordinator = 3 }
            #expect(try await cluster.groups(named: [group]).first?.commits.map(\.offset) == [6])
            peer.update { $0.groups["readers-1"]?.coordinator = 1 }
            #expect(try await cluster.deleteOffsets(of: [moved], group: group)[moved]?.isRefused == false)
            peer.update { $0.groups["readers-1"]?.coordinator = 2 }
            try await cluster.deleteGroup(group)
            #expect(peer.update { $0.groups["readers-1"] } == nil)
            // Between ListGroups and what is asked then.
            peer.on(DescribeGroupsRequest.api, at: 2, .first { $0.groups["readers-2"]?.coordinator = 3 })
            let groups = try await cluster.groups()
            let own = groups.first { $0.groupID == "readers-2" }
            #expect(own?.commits.map(\.offset) == [42] || own?.problem != nil, "\(String(describing: own))")
            #expect(try await cluster.groups().allSatisfy { $0.problem == nil && $0.commits.count == 1 })
        }
    }

    @Test("where brokers do not hand changes on, a controller that moved is found again")
    func controller() async throws {
        try await withPeer(release: .kafka28) { peer, cluster in
            peer.fill()
            _ = try await cluster.topics()
            peer.update { $0.controller = 2 }
            try await cluster.createTopic(NewTopic("new", partitions: 1, replicationFactor: 1), validateOnly: false)
            peer.update { $0.controller = 3 }
            try await cluster.addPartitions(to: "new", total: 2)
            peer.update { $0.controller = 1 }
            try await cluster.deleteTopic("new")
            #expect(peer.update { $0.topics["new"] } == nil)
        }
    }
}
