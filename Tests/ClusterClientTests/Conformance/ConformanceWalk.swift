import BrokerCore
import Cluster
import SeededNumbers
import Testing

/// A walk of random operations, each done through one side at random and then seen through all of them and by the model.
final class ConformanceWalk {
    let home: ConformanceHome
    let sides: [ConformanceHome.Side]
    var model = ConformanceModel()
    var random: SeededGenerator
    /// What was done, for the failure's text.
    private(set) var steps: [String] = []
    private let seed: UInt64
    private let epoch: Int64 = 1_700_000_000_000
    private var topicCount = 0

    init(_ home: ConformanceHome, sides: [ConformanceHome.Side], seed: UInt64) {
        self.home = home
        self.sides = sides
        self.seed = seed
        random = SeededGenerator(seed: seed)
    }

    /// Where the walk is, said with every failure.
    var place: Comment { "seed \(seed), step \(steps.count): \(steps.suffix(4).joined(separator: "; "))" }

    /// One of the sides.
    private func actor(_ what: String) -> any Cluster {
        let side = sides[random.below(sides.count)]
        steps.append("\(side.name) \(what)")
        return side.cluster
    }

    /// Does one random thing and judges it.
    func step() async throws {
        switch random.below(20) {
        case 0, 1: try await createTopic()
        case 2: try await refusedTopics()
        case 3: try await deleteTopic()
        case 4: try await addPartitions()
        case 5: try await alterTopic()
        case 6...10: try await produce()
        case 11: try await deleteRecords()
        case 12, 13: try await commit()
        case 14: try await deleteOffsets()
        case 15: try await deleteGroup()
        case 16: try await joinOrLeave()
        case 17: try await compact()
        default: try await read()
        }
        if steps.count % 5 == 0 { try await judgeEverything() }
    }

    private func somePartition() -> TopicPartition? {
        model.partitions.isEmpty ? nil : model.partitions[random.below(model.partitions.count)]
    }

    // MARK: Topics

    private func createTopic() async throws {
        guard model.topics.count < 6 else { return }
        topicCount += 1
        let name = ["orders-\(topicCount)", "a.\(topicCount)x", "B_\(topicCount)y"][random.below(3)]
        let count = 1 + random.below(4)
        var settings: [(name: String, value: String)] = [("retention.ms", "-1")]
        if random.oneIn(2) { settings.append(("cleanup.policy", "compact")) }
        if random.oneIn(2) { settings.append(("segment.bytes", "1024")) }
        let byAssignment = random.oneIn(3)
        let topic = NewTopic(
            name, partitions: byAssignment ? nil : Int32(count), replicationFactor: byAssignment ? nil : 1,
            assignments: byAssignment ? Array(repeating: [home.broker.nodeID], count: count) : [], settings: settings)
        let cluster = actor("creates \(name) with \(count)")
        try await cluster.createTopic(topic, validateOnly: true)
        for side in sides {
            let found = try await side.cluster.topics(named: [name], detail: .layout)
            #expect(found.isEmpty, "\(side.name): validateOnly made a topic; \(place)")
        }
        try await cluster.createTopic(topic, validateOnly: false)
        model.topics[name] = .init(
            logs: Array(repeating: .init(), count: count), settings: Dictionary(settings.map { ($0, $1) }) { $1 })
        try await judgeTopics()
    }

    /// What Kafka refuses is refused alike, with the same words, and changes nothing.
    private func refusedTopics() async throws {
        var bad: [NewTopic] = [
            NewTopic(""), NewTopic(".."), NewTopic("what is this"), NewTopic(String(repeating: "x", count: 250)),
            NewTopic("bad-count", partitions: 0), NewTopic("bad-copies", partitions: 1, replicationFactor: 3),
            NewTopic("bad-key", partitions: 1, settings: [("no.such.key", "1")]),
            NewTopic("bad-value", partitions: 1, settings: [("segment.bytes", "many")]),
            NewTopic("bad-gap", assignments: [[99]]),
        ]
        if let known = model.topics.keys.min() { bad.append(NewTopic(known, partitions: 1)) }
        let topic = bad[random.below(bad.count)]
        steps.append("refuses topic \"\(topic.name.prefix(20))\"")
        try await refusedAlike { try await $0.createTopic(topic, validateOnly: false) }
        try await refusedAlike { try await $0.deleteTopic("no-such-topic") }
        try await refusedAlike { try await $0.addPartitions(to: "no-such-topic", total: 4) }
        if let name = model.topics.keys.min() {
            try await refusedAlike { try await $0.addPartitions(to: name, total: 1) }
            try await refusedAlike {
                try await $0.alterConfiguration(
                    of: .topic(name), [ConfigChange("no.such.key", .set, "1")], validateOnly: false)
            }
            try await refusedAlike {
                try await $0.alterConfiguration(
                    of: .topic(name), [ConfigChange("segment.bytes", .set, "-7")], validateOnly: true)
            }
        }
        try await refusedAlike { _ = try await $0.configuration(of: .topic("no-such-topic")) }
        for side in sides {
            // The embedded broker refuses in Kafka's words; over the wire there is nobody to ask.
            await #expect(throws: ClusterError.self) { try await side.cluster.configuration(of: .broker(77)) }
        }
        try await refusedAlike { _ = try await $0.logDirectories(ofBrokers: [77]) }
        try await judgeTopics()
    }

    /// Expects the same error of all sides.
    private func refusedAlike(_ act: (any Cluster) async throws -> Void) async throws {
        var errors: [(String, ClusterError)] = []
        for side in sides {
            do {
                try await act(side.cluster)
                Issue.record("\(side.name) did not refuse; \(place)")
            } catch let error as ClusterError {
                errors.append((side.name, error))
            }
        }
        guard let first = errors.first else { return }
        for other in errors.dropFirst() {
            #expect(other.1 == first.1, "\(first.0) and \(other.0) refuse differently; \(place)")
        }
    }

    private func deleteTopic() async throws {
        guard model.topics.count > 2, let name = somePartition()?.topic else { return }
        try await actor("deletes \(name)").deleteTopic(name)
        model.topics[name] = nil
        for group in model.groups.keys {
            let kept = model.groups[group]?.commits.filter { $0.key.topic != name }
            model.groups[group]?.commits = kept ?? [:]
        }
        try await judgeTopics()
        try await judgeGroups()
    }

    private func addPartitions() async throws {
        guard let name = somePartition()?.topic, let present = model.topics[name]?.logs.count, present < 8 else {
            return
        }
        let total = present + 1 + random.below(2)
        try await actor("gives \(name) \(total) partitions").addPartitions(to: name, total: Int32(total))
        model.topics[name]?.logs += Array(repeating: .init(), count: total - present)
        try await judgeTopics()
    }

    private func alterTopic() async throws {
        guard let name = somePartition()?.topic else { return }
        let change: ConfigChange
        switch random.below(4) {
        case 0: change = ConfigChange("delete.retention.ms", .set, "\(1000 + random.below(9))")
        case 1: change = ConfigChange("delete.retention.ms", .delete)
        case 2: change = ConfigChange("max.message.bytes", .set, "\(900_000 + random.below(9))")
        default: change = ConfigChange("max.message.bytes", .delete)
        }
        let cluster = actor("sets \(change.name) of \(name) to \(change.value ?? "the default")")
        try await cluster.alterConfiguration(of: .topic(name), [change], validateOnly: true)
        try await judgeSettings(of: name)
        try await cluster.alterConfiguration(of: .topic(name), [change], validateOnly: false)
        model.topics[name]?.settings[change.name] = change.value
        try await judgeSettings(of: name)
    }

    // MARK: Records

    private func produce() async throws {
        guard let partition = somePartition() else { return try await createTopic() }
        let isCompacted = model.topics[partition.topic]?.settings["cleanup.policy"] == "compact"
        let codec = ["none", "gzip", "snappy", "lz4", "zstd"][random.below(5)]
        var records: [NewRecord] = []
        for _ in 0..<(1 + random.below(6)) {
            let key: [UInt8]? = isCompacted || !random.oneIn(3) ? Array("k\(random.below(9))".utf8) : nil
            let size = random.oneIn(6) ? 0 : random.below(200)
            let value: [UInt8]? = random.oneIn(6) ? nil : (0..<size).map { _ in UInt8(random.below(256)) }
            let headers = (0..<random.below(3)).map { _ in
                RecordHeader(
                    name: "h\(random.below(2))", value: random.oneIn(3) ? nil : [1, 2, UInt8(random.below(9))])
            }
            let timestamp = epoch + Int64(random.below(100_000))
            records.append(NewRecord(key: key, value: value, headers: headers, timestamp: timestamp))
        }
        let batch = try await actor("writes \(records.count) to \(partition) in \(codec)").produce(
            records, to: partition, compression: codec)
        var log = model[partition]
        #expect(batch == ProducedBatch(baseOffset: log.end), "\(place)")
        for record in records {
            log.records.append(
                .init(
                    offset: log.end, timestamp: record.timestamp ?? -1, key: record.key, value: record.value,
                    headers: record.headers, codec: codec))
            log.end += 1
        }
        model[partition] = log
        try await judge(partition)
    }

    private func deleteRecords() async throws {
        guard let partition = somePartition() else { return }
        if model.topics[partition.topic]?.settings["cleanup.policy"] == "compact" {
            steps.append("refuses to delete records of \(partition)")
            return try await resultsAlike([partition]) { try await $0.deleteRecords(before: [partition: 0]) }
        }
        var log = model[partition]
        let target = random.oneIn(3) ? -1 : Int64(random.below(Int(log.end) + 1))
        let cluster = actor("deletes \(partition) before \(target)")
        let outcome = try await cluster.deleteRecords(before: [
            partition: target, TopicPartition(topic: "no-such-topic", partition: 0): 0,
        ])
        log.start = max(log.start, target == -1 ? log.end : target)
        log.records.removeAll { $0.offset < log.start }
        model[partition] = log
        #expect(try outcome[partition]?.get() == log.start, "\(place)")
        #expect(
            outcome[TopicPartition(topic: "no-such-topic", partition: 0)].map { $0.isRefused } == true, "\(place)")
        let beyond = log.end + 1
        try await resultsAlike([partition]) { try await $0.deleteRecords(before: [partition: beyond]) }
        try await judge(partition)
    }

    private func compact() async throws {
        guard let partition = somePartition(), model.topics[partition.topic]?.settings["cleanup.policy"] == "compact",
            let embedded = sides.first(where: { $0.cluster.capabilities.contains(.compaction) })?.cluster
        else { return }
        steps.append("compacts \(partition)")
        try await embedded.compact([partition], rollActive: true)
        let isDone = try await eventually {
            try await embedded.status().compactionRuns.allSatisfy { !$0.isActive }
        }
        #expect(isDone, "\(place)")
        // The cleaner is judged elsewhere; here only that no key's last value is lost, and that all sides see the same.
        let before = model[partition]
        let read = try await embedded.fetch(
            partition, from: 0, limits: FetchLimits(maxRecords: .max, maxBytes: 1 << 24))
        let kept = Set(read.records.map(\.offset))
        for (_, records) in Dictionary(grouping: before.records, by: \.key) {
            guard let last = records.last, last.value != nil else { continue }
            #expect(kept.contains(last.offset), "the last value of a key is gone; \(place)")
        }
        model[partition].records.removeAll { !kept.contains($0.offset) }
        try await judge(partition)
    }

    // MARK: Groups

    private func someGroup() -> String { "group-\(random.below(4))" }

    private func commit() async throws {
        guard let partition = somePartition() else { return }
        let group = someGroup()
        let offset = Int64(random.below(Int(model[partition].end) + 3))
        let unknown = TopicPartition(topic: "no-such-topic", partition: 3)
        let isActive = model.groups[group]?.member != nil
        let cluster = actor("commits \(offset) of \(partition) for \(group)")
        let outcome = try await cluster.commit([partition: offset, unknown: 1], group: group)
        if isActive {
            #expect(outcome[partition]?.isRefused == true, "an active group took a commit; \(place)")
            try await resultsAlike([partition]) { try await $0.commit([partition: offset], group: group) }
        } else {
            #expect(outcome[partition].map { !$0.isRefused } == true, "\(place)")
            #expect(outcome[unknown]?.isRefused == true, "\(place)")
            model.groups[group, default: .init()].commits[partition] = offset
        }
        try await judgeGroups()
    }

    private func deleteOffsets() async throws {
        let group = someGroup()
        guard let known = model.groups[group], let partition = known.commits.keys.sorted().first else { return }
        if known.member?.topic == partition.topic {
            steps.append("refuses to delete \(partition) of \(group)")
            try await resultsAlike([partition]) { try await $0.deleteOffsets(of: [partition], group: group) }
        } else {
            let outcome = try await actor("deletes \(partition) of \(group)").deleteOffsets(
                of: [partition], group: group)
            #expect(outcome[partition].map { !$0.isRefused } == true, "\(place)")
            model.groups[group]?.commits[partition] = nil
        }
        try await refusedAlike { _ = try await $0.deleteOffsets(of: [partition], group: "no-such-group") }
        try await judgeGroups()
    }

    private func deleteGroup() async throws {
        let group = someGroup()
        guard let known = model.groups[group], !known.commits.isEmpty || known.member != nil else { return }
        if known.member != nil {
            steps.append("refuses to delete \(group)")
            try await refusedAlike { try await $0.deleteGroup(group) }
        } else {
            try await actor("deletes \(group)").deleteGroup(group)
            model.groups[group] = nil
        }
        try await refusedAlike { try await $0.deleteGroup("no-such-group") }
        try await judgeGroups()
    }

    private func joinOrLeave() async throws {
        let group = someGroup()
        if let member = model.groups[group]?.member {
            steps.append("a member leaves \(group)")
            home.leave(group, member: member.id)
            model.groups[group]?.member = nil
        } else if let topic = somePartition()?.topic {
            steps.append("a member of \(topic) joins \(group)")
            let member = await home.join(group, topic: topic)
            model.groups[group, default: .init()].member = (member, topic)
        }
        try await judgeGroups()
    }

    // MARK: Reading

    private func read() async throws {
        guard let partition = somePartition() else { return }
        steps.append("reads \(partition)")
        try await judge(partition)
    }

    /// Expects the same results of all sides, for partitions that answer alike whoever asks first.
    private func resultsAlike<Value: Equatable>(
        _ partitions: [TopicPartition],
        _ act: (any Cluster) async throws -> [TopicPartition: Result<Value, ClusterError>]
    ) async throws {
        var seen: [(String, [Result<Value, ClusterError>?])] = []
        for side in sides {
            let results = try await act(side.cluster)
            seen.append((side.name, partitions.map { results[$0] }))
        }
        for other in seen.dropFirst() {
            #expect(other.1 == seen[0].1, "\(seen[0].0) and \(other.0) differ; \(place)")
        }
    }

    /// As above, where success says nothing.
    private func resultsAlike(
        _ partitions: [TopicPartition],
        _ act: (any Cluster) async throws -> [TopicPartition: Result<Void, ClusterError>]
    ) async throws {
        try await resultsAlike(partitions) { cluster in try await act(cluster).mapValues { $0.map { true } } }
    }
}

extension Result {
    /// Whether it is a failure.
    var isRefused: Bool {
        if case .failure = self { true } else { false }
    }
}
