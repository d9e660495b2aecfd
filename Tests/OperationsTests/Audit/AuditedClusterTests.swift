import BrokerCore
import Cluster
import Operations
import Testing

@Suite("What is done to a cluster is put down")
struct AuditedClusterTests {
    private static let orders = TopicPartition(topic: "orders", partition: 0)

    @Test(
        "every changing act leaves its intent with what was there before, and its outcome, in a topic that can be browsed"
    )
    func everyAct() async throws {
        let stage = try AuditStage()
        let (cluster, place) = (stage.cluster, Self.orders)
        func expect(
            _ act: AuditAct.Name, before: [String: String], wanted: [String: String], after: [String: String] = [:],
            _ run: () async throws -> Void
        ) async throws {
            try await run()
            let events = try await stage.newestAct()
            #expect(events.map(\.phase) == [.intent, .done], "\(act)")
            #expect(events.allSatisfy { $0.act == act.rawValue && $0.actor.who == "ops@host" }, "\(act)")
            #expect(events.allSatisfy { $0.cluster == stage.broker.clusterID && $0.problem == nil }, "\(act)")
            #expect(events.first?.before == before, "\(act)")
            #expect(events.first?.after == wanted, "\(act)")
            #expect(events.last?.after == after, "\(act)")
        }
        try await expect(.createTopic, before: [:], wanted: ["partitions": "1", "retention.ms": "-1"]) {
            try await cluster.createTopic(
                NewTopic("orders", partitions: 1, settings: [("retention.ms", "-1")]), validateOnly: false)
        }
        try await expect(
            .produce, before: [:], wanted: ["records": "2", "bytes": "4"], after: ["first offset": "0"]
        ) {
            let record = NewRecord(key: Array("k".utf8), value: Array("v".utf8))
            _ = try await cluster.produce([record, record], to: place, compression: "none")
        }
        try await expect(
            .alterConfiguration, before: ["retention.ms": "-1"], wanted: ["retention.ms": "(default)"]
        ) {
            try await cluster.alterConfiguration(
                of: .topic("orders"), [ConfigChange("retention.ms", .delete)], validateOnly: false)
        }
        try await expect(
            .deleteRecords, before: ["orders-0": "from 0 on"], wanted: ["orders-0": "those before 1"],
            after: ["orders-0": "from 1 on"]
        ) { _ = try await cluster.deleteRecords(before: [place: 1]) }
        try await expect(
            .commitOffsets, before: ["orders-0": "none"], wanted: ["orders-0": "2"], after: ["orders-0": "2"]
        ) { _ = try await cluster.commit([place: 2], group: "billing") }
        try await expect(
            .commitOffsets, before: ["orders-0": "2"], wanted: ["orders-0": "1"], after: ["orders-0": "1"]
        ) { _ = try await cluster.commit([place: 1], group: "billing") }
        try await expect(.deleteOffsets, before: ["orders-0": "1"], wanted: [:], after: ["orders-0": "none"]) {
            _ = try await cluster.deleteOffsets(of: [place], group: "billing")
        }
        _ = try await cluster.commit([place: 2], group: "billing")
        try await expect(.deleteGroup, before: ["orders-0": "2"], wanted: [:]) {
            try await cluster.deleteGroup("billing")
        }
        try await expect(.addPartitions, before: ["partitions": "1"], wanted: ["partitions": "3"]) {
            try await cluster.addPartitions(to: "orders", total: 3)
        }
        try await expect(.stopCompaction, before: [:], wanted: ["partitions": "orders-0"]) {
            try await cluster.stopCompaction(of: [place])
        }
        try await expect(
            .deleteTopic,
            before: [
                "partitions": "3", "offsets of 0": "1 to 2", "offsets of 1": "0 to 0", "offsets of 2": "0 to 0",
            ], wanted: [:]
        ) { try await cluster.deleteTopic("orders") }
        // A browsable topic like any other, and every event readable.
        let excerpt = try await stage.log.newest(1000)
        #expect(excerpt.unreadable == 0)
        let topic = try await stage.embedded.topics(named: ["__weir_audit"], detail: .figures).first
        #expect(topic?.isInternal == true)
        #expect(topic?.partitions.first?.offsets?.highWatermark == Int64(excerpt.events.count))
    }

    @Test("an act that fails says so, with why")
    func failing() async throws {
        let stage = try AuditStage()
        await #expect(throws: ClusterError.self) { try await stage.cluster.deleteTopic("missing") }
        let events = try await stage.newestAct()
        #expect(events.map(\.phase) == [.intent, .failed])
        #expect(events.last?.problem?.contains("missing") == true)
    }

    @Test("an act whose intent cannot be written does not run")
    func withoutIntent() async throws {
        let stage = try AuditStage()
        try await stage.embedded.createTopic(NewTopic("orders", partitions: 1), validateOnly: false)
        let actor = AuditActor(who: "ops@host", program: "console")
        let cluster = AuditedCluster(
            stage.embedded, log: AuditLog(MemoryJournal(accepting: 0), actor: actor, cluster: "c"))
        await #expect {
            try await cluster.deleteTopic("orders")
        } throws: { "\($0)".hasPrefix("nothing was changed, because the audit log cannot be written") }
        #expect(try await stage.embedded.topics().map(\.name) == ["orders"])
        // With room for the intent only, the act runs, and the caller learns both.
        let once = AuditedCluster(
            stage.embedded, log: AuditLog(MemoryJournal(accepting: 1), actor: actor, cluster: "c"))
        await #expect {
            try await once.deleteTopic("orders")
        } throws: { "\($0)".contains("it was done, but the audit log cannot be written any more") }
        #expect(try await stage.embedded.topics().isEmpty)
    }

    @Test("read-only refuses every change in the cluster itself, and writes nothing of it")
    func readOnly() async throws {
        let stage = try AuditStage(readOnly: true)
        for cluster in [stage.cluster, stage.embedded] as [any Cluster] {
            let place = Self.orders
            let record = NewRecord(key: nil, value: [])
            let acts: [@Sendable () async throws -> Void] = [
                { try await cluster.createTopic(NewTopic("orders"), validateOnly: false) },
                { try await cluster.createTopic(NewTopic("orders"), validateOnly: true) },
                { try await cluster.deleteTopic("orders") },
                { try await cluster.addPartitions(to: "orders", total: 3) },
                {
                    try await cluster.alterConfiguration(
                        of: .topic("orders"), [ConfigChange("retention.ms", .set, "1")], validateOnly: false)
                },
                { _ = try await cluster.produce([record], to: place, compression: "none") },
                { _ = try await cluster.deleteRecords(before: [place: 1]) },
                { _ = try await cluster.commit([place: 1], group: "g") },
                { _ = try await cluster.deleteOffsets(of: [place], group: "g") },
                { try await cluster.deleteGroup("g") },
                { try await cluster.compact([place], rollActive: false) },
                { try await cluster.stopCompaction(of: [place]) },
            ]
            for (index, act) in acts.enumerated() {
                await #expect(throws: ClusterError.readOnly(stage.embedded.writeRemedy), "act \(index)") {
                    try await act()
                }
            }
        }
        #expect(try await stage.embedded.topics().isEmpty)
    }

    @Test("a bulk load is one act a topic: the intent before the first record, the totals at the end")
    func bulk() async throws {
        let stage = try AuditStage()
        try await stage.embedded.createTopic(NewTopic("orders", partitions: 2), validateOnly: false)
        let cluster = AuditedCluster(stage.embedded, log: stage.log, gathersProduce: true)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let place = TopicPartition(topic: "orders", partition: Int32(number % 2))
                    let records = [NewRecord(key: nil, value: [1, 2, 3]), NewRecord(key: [1], value: nil)]
                    _ = try await cluster.produce(records, to: place, compression: "none")
                }
            }
            try await group.waitForAll()
        }
        #expect(try await stage.newestAct().map(\.phase) == [.intent])
        try await cluster.finish()
        let events = try await stage.newestAct()
        #expect(events.map(\.phase) == [.intent, .done])
        #expect(
            events.last?.after == [
                "records": "40", "bytes": "80", "offsets of 0": "0 to 19", "offsets of 1": "0 to 19",
            ])
    }

    @Test("clients neither write nor delete the audit log, nor change how many partitions it has")
    func guarded() async throws {
        let stage = try AuditStage()
        try await stage.cluster.createTopic(NewTopic("orders", partitions: 1), validateOnly: false)
        let place = AuditTopic.partition
        let record = NewRecord(key: nil, value: [1])
        await #expect(throws: ClusterError.self) {
            _ = try await stage.embedded.produce([record], to: place, compression: "none")
        }
        await #expect(throws: ClusterError.self) { try await stage.embedded.deleteTopic(place.topic) }
        await #expect(throws: ClusterError.self) { try await stage.embedded.addPartitions(to: place.topic, total: 2) }
        let purged = try await stage.embedded.deleteRecords(before: [place: -1])
        #expect(throws: ClusterError.self) { try purged[place]?.get() }
        #expect(try await stage.log.newest(10).events.count == 2)
        let settings = try await stage.embedded.configuration(of: .topic(place.topic))
        #expect(settings.first { $0.name == "cleanup.policy" }?.value == "delete")
        #expect(settings.first { $0.name == "retention.ms" }?.value == "315360000000")
    }
}
