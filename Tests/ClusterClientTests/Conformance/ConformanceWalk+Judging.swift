import BrokerCore
import Cluster
import Testing

/// What is compared after each step.
extension ConformanceWalk {
    /// All that can be asked, of all sides, against the model.
    func judgeEverything() async throws {
        try await judgeTopics()
        try await judgeGroups()
        for name in model.topics.keys.sorted() { try await judgeSettings(of: name) }
        for partition in model.partitions { try await judge(partition) }
        try await judgeMany()
        try await judgeBrokers()
    }

    func judgeTopics() async throws {
        let wanted = model.topics.keys.sorted()
        var first: [TopicDescription]?
        for side in sides {
            let all = try await side.cluster.topics(named: nil, detail: .figures)
            #expect(all.map(\.name) == all.map(\.name).sorted(), "\(side.name); \(place)")
            #expect(all.filter { !$0.isInternal }.map(\.name) == wanted, "\(side.name); \(place)")
            let named = try await side.cluster.topics(named: wanted + ["no-such-topic"], detail: .figures)
            #expect(named.map(\.name) == wanted, "\(side.name); \(place)")
            for topic in named {
                let logs = model.topics[topic.name]?.logs ?? []
                let bounds = logs.map { PartitionOffsets(logStart: $0.start, highWatermark: $0.end) }
                #expect(topic.partitions.map(\.offsets) == bounds, "\(side.name) \(topic.name); \(place)")
                #expect(
                    topic.partitions.allSatisfy { $0.problem == nil && $0.sizeBytes != nil }, "\(side.name); \(place)")
            }
            let stripped = WireView.of(named)
            if let first {
                #expect(stripped == first, "\(side.name); \(place)")
            } else {
                first = stripped
            }
            let layout = try await side.cluster.topics(named: wanted, detail: .layout)
            #expect(layout.map(\.partitions.count) == named.map(\.partitions.count), "\(side.name); \(place)")
            #expect(layout.map(\.topicID) == named.map(\.topicID), "\(side.name); \(place)")
        }
    }

    func judgeGroups() async throws {
        var first: [GroupDescription]?
        for side in sides {
            let groups = WireView.of(try await side.cluster.groups())
            for (id, expected) in model.groups where !expected.commits.isEmpty || expected.member != nil {
                let found = groups.first { $0.groupID == id }
                let commits = Dictionary((found?.commits ?? []).map { ($0.topicPartition, $0.offset) }) { $1 }
                #expect(commits == expected.commits, "\(side.name) \(id); \(place)")
                #expect(
                    found?.members.map(\.memberID) == (expected.member.map { [$0.id] } ?? []), "\(side.name); \(place)")
                #expect(found?.state == (expected.member == nil ? .empty : .stable), "\(side.name) \(id); \(place)")
                #expect(found?.problem == nil, "\(side.name) \(id); \(place)")
                if let member = expected.member {
                    let own = [TopicPartition(topic: member.topic, partition: 0)]
                    #expect(found?.members.first?.assignment == own, "\(side.name) \(id); \(place)")
                }
            }
            let unexpected = groups.filter { model.groups[$0.groupID] == nil && !$0.commits.isEmpty }
            #expect(unexpected == [], "\(side.name); \(place)")
            if let first {
                #expect(groups == first, "\(side.name); \(place)")
            } else {
                first = groups
            }
            let some = groups.prefix(2).map(\.groupID)
            let named = WireView.of(try await side.cluster.groups(named: some + ["no-such-group"]))
            #expect(named == Array(groups.prefix(2)), "\(side.name); \(place)")
        }
    }

    func judgeSettings(of name: String) async throws {
        var first: [ConfigEntry]?
        for side in sides {
            let entries = try await side.cluster.configuration(of: .topic(name))
            let overrides = entries.filter { $0.source == .topic }.map { ($0.name, $0.value ?? "") }
            #expect(
                Dictionary(overrides) { $1 } == model.topics[name]?.settings ?? [:], "\(side.name) \(name); \(place)")
            if let first {
                #expect(entries == first, "\(side.name) \(name); \(place)")
            } else {
                first = entries
            }
        }
    }

    /// One partition: its records from many places, and its offsets at every question.
    func judge(_ partition: TopicPartition) async throws {
        let log = model[partition]
        let times = log.records.map(\.timestamp)
        let middle = times.isEmpty ? 5 : times[random.below(times.count)]
        let specs: [OffsetSpec] = [
            .earliest, .latest, .maxTimestamp, .timestamp(0), .timestamp(middle), .timestamp((times.max() ?? 0) + 1),
        ]
        for spec in specs {
            var first: FoundOffset?
            for side in sides {
                let found = try await side.cluster.offset(of: partition, at: spec)
                if spec == .maxTimestamp {
                    // The broker notes the newest record of a segment, also where deleting records has passed it.
                    guard log.start == 0 else {
                        if let first {
                            #expect(found == first, "\(side.name) \(spec); \(place)")
                        } else {
                            first = found
                        }
                        continue
                    }
                    let own = log.records.filter { $0.timestamp == times.max() }.map(\.offset)
                    #expect(found.offset.map(own.contains) ?? own.isEmpty, "\(side.name) \(spec); \(place)")
                } else {
                    #expect(found.offset == log.offset(at: spec), "\(side.name) \(spec); \(place)")
                }
                if let first { #expect(found == first, "\(side.name) \(spec); \(place)") } else { first = found }
            }
        }
        let starts: [Int64] = [0, log.start, log.end, log.end + 5, Int64(random.below(Int(log.end) + 1))]
        for start in starts { try await judgeFetch(partition, from: start) }
    }

    private func judgeFetch(_ partition: TopicPartition, from start: Int64) async throws {
        let log = model[partition]
        let limits = FetchLimits(
            maxRecords: 1 + random.below(12), maxBytes: 1 << 22,
            maxValueBytes: random.oneIn(2) ? .max : random.below(20))
        var first: FetchedRecords?
        for side in sides {
            let what: Comment = "\(side.name) \(partition) from \(start) \(limits); \(place)"
            let fetched = try await side.cluster.fetch(partition, from: start, limits: limits)
            // A read ends where a segment does, so it may bring less than there is, but never nothing.
            let readable = log.readable(from: start).prefix(limits.maxRecords)
            let expected = readable.prefix(fetched.records.count)
            #expect(fetched.records.map(\.offset) == expected.map(\.offset), what)
            #expect(fetched.records.isEmpty == readable.isEmpty, what)
            for (record, own) in zip(fetched.records, expected) {
                #expect(record.timestamp == own.timestamp && record.key == own.key, what)
                #expect(record.headers == own.headers && record.batch.codec == own.codec, what)
                #expect(record.value == own.value.map { Array($0.prefix(limits.maxValueBytes)) }, what)
                #expect(record.valueSize == own.value?.count ?? 0, what)
            }
            let later = log.readable(from: (fetched.records.last?.offset ?? start) + 1).first?.offset ?? log.end
            #expect(fetched.nextOffset <= later || fetched.records.isEmpty, what)
            #expect(fetched.nextOffset > fetched.records.last?.offset ?? -1, what)
            #expect(fetched.offsets == PartitionOffsets(logStart: log.start, highWatermark: log.end), what)
            #expect(fetched.problems == [], what)
            if let first { #expect(fetched == first, what) } else { first = fetched }
        }
    }

    /// Many partitions at once, some of which are not there.
    private func judgeMany() async throws {
        let unknown = [
            TopicPartition(topic: "no-such-topic", partition: 0),
            TopicPartition(topic: model.topics.keys.min() ?? "x", partition: 99),
        ]
        let partitions = model.partitions + unknown
        let limits = FetchLimits(maxRecords: 3, maxBytes: 1 << 20)
        var first: [TopicPartition: Result<FetchedRecords, ClusterError>]?
        for side in sides {
            let fetched = await side.cluster.fetch(partitions.map { FetchStart($0, from: 0) }, limits: limits)
            #expect(Set(fetched.keys) == Set(partitions), "\(side.name); \(place)")
            for partition in unknown {
                #expect(
                    fetched[partition] == .failure(.unknownTopicOrPartition("\(partition)")), "\(side.name); \(place)")
            }
            if let first { #expect(fetched == first, "\(side.name); \(place)") } else { first = fetched }
            let offsets = await side.cluster.offsets(of: partitions, at: .latest)
            for partition in model.partitions {
                #expect(try offsets[partition]?.get().offset == model[partition].end, "\(side.name); \(place)")
            }
            for partition in unknown {
                #expect(
                    offsets[partition] == .failure(.unknownTopicOrPartition("\(partition)")), "\(side.name); \(place)")
            }
        }
    }

    private func judgeBrokers() async throws {
        var first: (ClusterStatus, [LogDirectoryDescription], [ConfigEntry])?
        for side in sides {
            let status = WireView.of(try await side.cluster.status())
            var directories = try await side.cluster.logDirectories(ofBrokers: nil)
            for index in directories.indices {
                // The file system is everybody's; another process may write between two questions.
                directories[index].usableBytes = directories[index].usableBytes.map { _ in 0 }
            }
            let settings = try await side.cluster.configuration(of: .broker(home.broker.nodeID))
            #expect(status.problems.isEmpty && !settings.isEmpty, "\(side.name); \(place)")
            let held = Set(directories.flatMap(\.replicas).map(\.topicPartition))
            #expect(held.isSuperset(of: model.partitions.filter { model[$0].end > 0 }), "\(side.name); \(place)")
            if let first {
                #expect(status == first.0, "\(side.name); \(place)")
                #expect(directories == first.1, "\(side.name); \(place)")
                #expect(settings == first.2, "\(side.name); \(place)")
            } else {
                first = (status, directories, settings)
            }
        }
    }
}
