import Cluster
import ClusterRequests
import KafkaProtocol
import ScriptedPeer
import Testing

@testable import ClusterClient

/// Brokers that die, hang, hang up and talk nonsense.
@Suite("Many brokers: outages", .timeLimit(.minutes(2)))
struct OutageTests {
    /// Whether the description says of each partition what is true while one broker is away.
    private func isHonest(_ topics: [TopicDescription], without broker: Int32, _ peer: ScriptedCluster) -> Bool {
        peer.partitions.allSatisfy { partition in
            let found = topics.first { $0.name == partition.topic }?.partitions[Int(partition.partition)]
            guard let found else { return false }
            guard found.leader == broker else { return peer.agrees(topics, on: partition) }
            return found.problem != nil && found.offsets == nil
        }
    }

    @Test("a dead broker's partitions say so, everything else is live, and it is live again when it is back")
    func death() async throws {
        try await withPeer { peer, cluster in
            peer.fill()
            _ = try await cluster.groups()
            _ = try await cluster.topics()
            await peer.kill(2)
            for _ in 0..<3 {
                let topics = try await cluster.topics()
                #expect(isHonest(topics, without: 2, peer), "\(topics)")
                #expect(topics.map(\.partitions.count) == [3, 6])
                let stale = topics.flatMap(\.partitions).first { $0.leader == 2 }
                let problem: String = stale?.problem ?? ""
                #expect(problem.contains("broker 2") && problem.contains("since"), "\(problem)")
                let status = try await cluster.status()
                #expect(status.problems.keys.sorted() == [2] && status.brokers.count == 3, "\(status)")
                let groups = try await cluster.groups()
                for id in [1, 3] {
                    let group = groups.first { $0.groupID == "readers-\(id)" }
                    #expect(group?.problem == nil && group?.commits.count == 1, "\(groups)")
                }
                // The dead coordinator's group may be left out or said to be unreadable, but is never shown without commits.
                let own = groups.first { $0.groupID == "readers-2" }
                #expect(own == nil || own?.problem != nil, "\(groups)")
            }
            let starts = [
                FetchStart(TopicPartition("orders", 0), from: 5), FetchStart(TopicPartition("orders", 1), from: 5),
            ]
            let fetched = await cluster.fetch(starts, limits: FetchLimits())
            #expect(fetched[starts[0].topicPartition]?.isRefused == false)
            #expect(fetched[starts[1].topicPartition]?.isRefused == true)
            let written = await cluster.offsets(of: peer.partitions, at: .latest)
            #expect(written.filter { !$0.value.isRefused }.count == 6 && written.count == 9)

            try await peer.start(2)
            let isBack = try await eventually {
                let topics = try await cluster.topics()
                return peer.partitions.allSatisfy { peer.agrees(topics, on: $0) }
            }
            #expect(isBack)
            #expect(try await cluster.status().problems.isEmpty)
            #expect(try await cluster.groups().count == 3)
        }
    }

    @Test("a broker that the cluster has given up is named, and its partitions show their new leaders")
    func fenced() async throws {
        try await withPeer { peer, cluster in
            peer.fill()
            _ = try await cluster.topics()
            await peer.kill(2)
            peer.update { model in
                model.brokers[2]?.isListed = false
                for partition in [TopicPartition("orders", 1), TopicPartition("audit", 1)] {
                    model.moveLeader(of: partition, to: 3)
                    model[partition]?.inSync = [3]
                }
            }
            let settled = try await eventually {
                let topics = try await cluster.topics()
                return peer.agrees(topics, on: TopicPartition("orders", 1))
                    && peer.agrees(topics, on: TopicPartition("audit", 1))
            }
            #expect(settled)
            let topics = try await cluster.topics()
            let own = topics.first { $0.name == "orders" }?.partitions[1]
            #expect(own?.inSyncReplicas == [3] && own?.replicas.contains(2) == true)
        }
    }

    @Test("a broker that does not answer holds up nobody else for longer than the poll's patience")
    func hanging() async throws {
        try await withPeer(patienceMilliseconds: 2_000) { peer, cluster in
            peer.fill()
            // On a machine that is busy elsewhere the first answer may take longer than a poll waits.
            #expect(await eventually { (try? await cluster.topics()) != nil })
            let gate = Gate()
            peer.on(nil, at: 3, times: nil, .hold(gate))
            // That these return at all, while the gate is shut, is the proof.
            for _ in 0..<2 {
                let topics = try await cluster.topics()
                #expect(isHonest(topics, without: 3, peer), "\(topics)")
                let groups = try await cluster.groups()
                #expect(groups.filter { $0.problem == nil }.map(\.groupID) == ["readers-1", "readers-2"], "\(groups)")
                #expect(try await cluster.status().problems.keys.sorted() == [3])
            }
            let other = try await cluster.produce(
                [NewRecord(key: nil, value: [1])], to: TopicPartition("orders", 0), compression: "none")
            #expect(other.baseOffset == 100)
            peer.calm()
            gate.open()
            let isBack = try await eventually {
                let topics = try await cluster.topics()
                return peer.partitions.allSatisfy { peer.agrees(topics, on: $0) }
            }
            #expect(isBack)
            #expect(try await cluster.status().problems.isEmpty)
        }
    }

    @Test("a request that no answer comes to fails in its time, and says so")
    func timeout() async throws {
        try await withPeer(settings: { $0.requestTimeoutMilliseconds = 100 }) { peer, cluster in
            peer.fill()
            _ = try await cluster.topics()
            let gate = Gate()
            peer.on(ProduceRequest.api, .hold(gate))
            do {
                _ = try await cluster.produce(
                    [NewRecord(key: nil, value: [1])], to: TopicPartition("orders", 0), compression: "none")
                Issue.record("no timeout")
            } catch {
                #expect("\(error)".contains("Produce") && "\(error)".contains("100 ms"), "\(error)")
            }
            gate.open()
            #expect(try await eventually { try await cluster.topics().count == 2 })
        }
    }

    @Test("connections that break under a poll or a fetch are made anew, and what was read is never wrong")
    func brokenReads() async throws {
        try await withPeer { peer, cluster in
            peer.fill()
            _ = try await cluster.topics()
            await peer.disconnect(1)
            await peer.disconnect(2)
            let isBack = try await eventually {
                let topics = try await cluster.topics()
                return peer.partitions.allSatisfy { peer.agrees(topics, on: $0) }
            }
            #expect(isBack)
            peer.on(ListOffsetsRequest.api, at: 1, .breakBefore)
            let next = try await cluster.topics()
            #expect(isHonest(next, without: 1, peer) || peer.partitions.allSatisfy { peer.agrees(next, on: $0) })
            peer.on(FetchRequest.api, at: 2, .breakAfter)
            let isRead = await eventually {
                let fetched = try? await cluster.fetch(TopicPartition("orders", 1), from: 3, limits: FetchLimits())
                return fetched?.offsets.highWatermark == 110
            }
            #expect(isRead)
        }
    }

    @Test("a write whose connection breaks is never repeated, whether it was carried out or not")
    func brokenWrites() async throws {
        try await withPeer { peer, cluster in
            peer.update { $0.addTopic("t", partitions: 1, leaders: [2]) }
            let partition = TopicPartition("t", 0)
            _ = try await cluster.topics()
            let record = NewRecord(key: nil, value: [1])
            peer.on(ProduceRequest.api, .breakAfter)
            await #expect(throws: ClusterError.self) {
                try await cluster.produce([record], to: partition, compression: "none")
            }
            #expect(peer.update { $0[partition]?.end } == 1)
            #expect(peer.count(ProduceRequest.api) == 1)
            let written = await eventually {
                let made = try? await cluster.produce([record], to: partition, compression: "none")
                return made?.baseOffset == 1
            }
            #expect(written)
            #expect(peer.update { $0[partition]?.end } == 2)
            peer.on(DeleteTopicsRequest.api, .breakAfter)
            await #expect(throws: ClusterError.self) { try await cluster.deleteTopic("t") }
            #expect(peer.count(DeleteTopicsRequest.api) == 1)
        }
    }

    /// The ways in which an answer can be no answer.
    static let nonsense: [(String, Deed)] = [
        ("random bytes", .garble), ("a cut frame", .truncate(toBytes: 9)), ("a cut length", .truncate(toBytes: 2)),
        ("a negative length", .announce(bytes: -5)), ("a monstrous length", .announce(bytes: .max)),
        ("another question's answer", .wrongCorrelation),
    ]

    @Test("nonsense from one broker stays that broker's, and is over with it", arguments: nonsense.map(\.0))
    func garbage(name: String) async throws {
        let deed = try #require(Self.nonsense.first { $0.0 == name }?.1)
        try await withPeer { peer, cluster in
            peer.fill()
            _ = try await cluster.topics()
            peer.on(ListOffsetsRequest.api, at: 2, times: 2, deed)
            let topics = try await cluster.topics()
            #expect(
                isHonest(topics, without: 2, peer) || peer.partitions.allSatisfy { peer.agrees(topics, on: $0) },
                "\(topics)")
            peer.calm()
            let isBack = try await eventually {
                let topics = try await cluster.topics()
                return peer.partitions.allSatisfy { peer.agrees(topics, on: $0) }
            }
            #expect(isBack)
            // Also where the very first question is answered so, the error is one and in words.
            peer.on(FetchRequest.api, at: 2, times: 2, deed)
            let partition = TopicPartition("orders", 1)
            let fetched = await cluster.fetch([FetchStart(partition, from: 1)], limits: FetchLimits())
            #expect(fetched[partition]?.isRefused == true)
            let isRead = await eventually {
                await cluster.fetch([FetchStart(partition, from: 1)], limits: FetchLimits())[partition]?.isRefused
                    == false
            }
            #expect(isRead)
        }
    }

    @Test("a cancelled fetch ends at once, and the connection serves the next one")
    func cancellation() async throws {
        try await withPeer { peer, cluster in
            peer.fill()
            _ = try await cluster.topics()
            let gate = Gate()
            peer.on(FetchRequest.api, .hold(gate))
            let partition = TopicPartition("orders", 0)
            let fetch = Task { await cluster.fetch([FetchStart(partition, from: 5)], limits: FetchLimits()) }
            await gate.waitUntilReached()
            fetch.cancel()
            #expect(await fetch.value[partition]?.isRefused == true)
            gate.open()
            let next = await cluster.fetch([FetchStart(partition, from: 5)], limits: FetchLimits())
            #expect(next[partition]?.isRefused == false)
            #expect(peer.connections(to: 1) == 1)
            #expect(try await cluster.status().problems.isEmpty)
        }
    }

    @Test("closing ends what is under way and every connection, and nothing can be asked then")
    func close() async throws {
        try await withPeer { peer, cluster in
            peer.fill()
            _ = try await cluster.topics()
            let gate = Gate()
            peer.on(nil, times: nil, .hold(gate))
            let poll = Task { try await cluster.topics() }
            let fetch = Task {
                await cluster.fetch([FetchStart(TopicPartition("orders", 0), from: 5)], limits: FetchLimits())
            }
            await gate.waitUntilReached(by: 2)
            await cluster.close()
            #expect(await fetch.value.values.allSatisfy(\.isRefused))
            _ = await poll.result
            gate.open()
            #expect(await eventually { (1...3).allSatisfy { peer.openConnections(to: $0) == 0 } })
            let before = peer.count()
            await #expect(throws: ClusterError.self) { try await cluster.groups() }
            await #expect(throws: ClusterError.self) {
                try await cluster.produce(
                    [NewRecord(key: nil, value: [1])], to: TopicPartition("orders", 0), compression: "none")
            }
            #expect(peer.count() == before)
        }
    }

    @Test("with all brokers gone polls fail in words or show everything as unreadable, and it all comes back")
    func allGone() async throws {
        try await withPeer { peer, cluster in
            peer.fill()
            _ = try await cluster.topics()
            for id in 1...3 as ClosedRange<Int32> { await peer.kill(id) }
            for _ in 0..<3 {
                do {
                    let topics = try await cluster.topics()
                    #expect(
                        topics.flatMap(\.partitions).allSatisfy { $0.problem != nil && $0.offsets == nil }, "\(topics)")
                } catch {
                    #expect("\(error)".contains("127.0.0.1"), "\(error)")
                }
            }
            for id in 1...3 as ClosedRange<Int32> { try await peer.start(id) }
            let isBack = await eventually {
                let topics = (try? await cluster.topics()) ?? []
                return peer.partitions.allSatisfy { peer.agrees(topics, on: $0) }
            }
            #expect(isBack)
            let isCalm = try await eventually { try await cluster.status().problems.isEmpty }
            #expect(isCalm)
        }
    }
}
