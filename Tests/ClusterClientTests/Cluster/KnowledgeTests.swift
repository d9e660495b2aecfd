import Cluster
import KafkaProtocol
import Testing

@testable import ClusterClient

@Suite("What is known of a cluster")
struct KnowledgeTests {
    private func entry(_ group: String, _ broker: Int32) -> GroupListing.Entry {
        GroupListing.Entry(
            ListGroupsResponse.Group(
                groupID: group, protocolType: "consumer", groupState: "Stable", groupType: "classic"),
            broker: broker)
    }

    @Test("groups of a silent broker are lost, not gone; groups that their broker tells of no more are gone")
    func listing() {
        var listing = GroupListing()
        func learn(_ answers: [Int32: [GroupListing.Entry]?]) -> [String] { listing.learn(answers).map(\.groupID) }
        #expect(learn([1: [entry("a", 1), entry("b", 1)], 2: [entry("c", 2)]]) == [])
        // Broker 2 is silent.
        #expect(learn([1: [entry("a", 1)], 2: nil]) == ["c"])
        #expect(Set(listing.groups.keys) == ["a", "c"])
        // It is not even in the cluster any more.
        #expect(learn([1: [entry("a", 1)]]) == ["c"])
        // Its group has moved.
        #expect(learn([1: [entry("a", 1), entry("c", 1)]]) == [])
        #expect(listing.groups["c"]?.broker == 1)
        #expect(learn([1: []]) == [])
        #expect(listing.groups.isEmpty)
    }

    @Test("states and types are read as every version writes them")
    func names() {
        #expect(GroupState(kafka: "PreparingRebalance") == .preparingRebalance)
        #expect(GroupState(kafka: "preparing_rebalance") == .preparingRebalance)
        #expect(GroupState(kafka: "Sleeping") == .unknown)
        #expect(GroupType(kafka: "consumer") == .consumer)
        #expect(GroupType(kafka: "") == .unknown)
    }

    @Test("a silent broker is named with since when and the latest reason, until it answers")
    func health() {
        var health = BrokerHealth()
        let isNew = health.missed(3, reason: "connection refused", now: 1_795_271_790_000)
        #expect(isNew)
        let isNewAgain = health.missed(3, reason: "timed out", now: 1_795_271_799_000)
        #expect(!isNewAgain)
        #expect(health.problems == [3: "no answer since 2026-11-21 14:36:30 UTC: timed out"])
        health.heard(3)
        #expect(health.isGood)
    }

    @Test("a broker that is gone is missing as long as partitions have copies on it")
    func missing() {
        func answer(_ brokers: [Int32], replicas: [Int32]) -> MetadataResponse {
            MetadataResponse(
                brokers: brokers.map { .init(nodeID: $0, host: "kafka-\($0)", port: 9092) }, controllerID: 1,
                topics: [
                    .init(
                        name: "t",
                        partitions: [.init(partitionIndex: 0, leaderID: 1, replicaNodes: replicas, isrNodes: [1])])
                ])
        }
        var map = ClusterMap()
        map.replace(with: answer([1, 2], replicas: [1, 2]))
        #expect(map.missing.isEmpty)
        map.replace(with: answer([1], replicas: [1, 2]))
        #expect(map.missing.keys.sorted() == [2])
        map.update(with: answer([1], replicas: [1]))
        #expect(map.missing.keys.sorted() == [2])
        map.replace(with: answer([1], replicas: [1]))
        #expect(map.missing.isEmpty)
        map.replace(with: answer([1, 2], replicas: [1, 2]))
        #expect(map.missing.isEmpty)
    }

    @Test("a lifetime grows with the cluster up to its limit, and is short while a broker is silent")
    func lifetimes() {
        let settings = PollSettings()
        #expect(settings.layoutLifetime(partitions: 100, isTroubled: false) == 100)
        #expect(settings.layoutLifetime(partitions: 5_000, isTroubled: false) == 5_000)
        #expect(settings.layoutLifetime(partitions: 1_000_000, isTroubled: false) == 10_000)
        #expect(settings.layoutLifetime(partitions: 1_000_000, isTroubled: true) == 2_000)
        #expect(PollSettings.alwaysFresh.layoutLifetime(partitions: 1_000, isTroubled: true) == 0)
    }
}
