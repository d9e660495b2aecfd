package import Cluster
import ClusterRequests
import KafkaProtocol
import Synchronization

/// Topics: layout, bounds, sizes and what they keep.
extension KafkaCluster {
    package func topics(named names: [String]?, detail: TopicDetail) async throws(ClusterError) -> [TopicDescription] {
        if detail == .figures { await probeSilentBrokers() }
        let topics = try await layout(of: names)
        guard detail == .figures else {
            return topics.map { TopicDescription($0, TopicRetention(), $0.partitions.map(PartitionDescription.init)) }
        }
        async let readOffsets = offsetPoll(of: topics, areNamed: names != nil)
        async let sizes: Void = readSizes(of: topics, areNamed: names != nil)
        async let retention: Void = readRetention(of: topics, areNamed: names != nil)
        let offsets = await readOffsets
        _ = await (sizes, retention)
        return describe(offsets)
    }

    /// Topics as Metadata tells them, ascending by name.
    private func layout(of names: [String]?) async throws(ClusterError) -> [ClusterMap.Topic] {
        guard let names else { return try await wholeMap().topics }
        guard !names.isEmpty else { return [] }
        let wanted = Set(names).sorted()
        let (map, refusals) = try await refresh(topics: wanted)
        let found = wanted.compactMap { map[$0] }
        if found.isEmpty, let refusal = refusals.first { throw refusal }
        return found
    }

    /// Reads the bounds of logs, and once more of those whose leader has moved meanwhile.
    private func offsetPoll(of topics: [ClusterMap.Topic], areNamed: Bool) async -> OffsetPoll {
        let now = clock.uptimeMilliseconds()
        let known = state.withLock { state -> KnownOffsets in
            let lifetime = polling.layoutLifetime(partitions: state.map.partitionCount, isTroubled: false)
            let isFresh = state.offsets.readAt.map { now - $0 < lifetime } ?? false
            return isFresh && !areNamed ? state.offsets : KnownOffsets()
        }
        var poll = OffsetPoll(of: topics, knowing: known)
        for isLast in [false, true] {
            let questions = poll.questions
            guard !questions.isEmpty else { break }
            if isLast {
                do throws(ClusterError) {
                    poll.relocate(
                        by: areNamed ? try await refreshMap(topics: topics.map(\.name)) : try await wholeMap())
                } catch {
                    // Then whoever led the partitions is asked once more, and says why not.
                }
            }
            var hasMoved = false
            await withTaskGroup(of: (OffsetPoll.Question, Result<ListOffsetsResponse, ClusterError>).self) { group in
                for question in isLast ? poll.questions : questions {
                    group.addTask { [self] in (question, await self.poll(question.request, toBroker: question.broker)) }
                }
                for await (question, answer) in group {
                    if poll.take(answer, to: question, isLast: isLast) { hasMoved = true }
                }
            }
            if hasMoved { state.withLock { $0.mapReadAt = nil } }
        }
        state.withLock { state in
            state.offsets.learn(from: poll, readAt: !areNamed && known.readAt == nil ? now : nil)
        }
        return poll
    }

    private func describe(_ poll: OffsetPoll) -> [TopicDescription] {
        let (sizes, retention, health) = state.withLock { ($0.sizes, $0.retention, $0.health) }
        return zip(poll.topics, poll.figures).map { topic, figures in
            var sizesByBroker: [Int32: [Int32: Int64]] = [:]
            for leader in Set(topic.partitions.map(\.leader)) where !health.isSilent(leader) {
                sizesByBroker[leader] = sizes.sizes(of: topic.name, on: leader)
            }
            var description: TopicDescription
            switch retention[topic.name] {
            case .success(let settings): description = TopicDescription(topic, settings, [])
            case .failure(let error):
                description = TopicDescription(topic, TopicRetention(), [])
                description.problem = "its settings cannot be read: \(error)"
            case nil:
                description = TopicDescription(topic, TopicRetention(), [])
                description.problem = "its settings cannot be read: the answer left them out"
            }
            description.partitions = zip(topic.partitions, figures).map { partition, figure in
                var description = PartitionDescription(partition)
                description.offsets = figure.offsets
                description.sizeBytes = sizesByBroker[partition.leader]?[partition.number]
                description.problem = figure.problem
                if description.offsets == nil, description.problem == nil {
                    description.problem = "broker \(partition.leader): the answer to ListOffsets left it out"
                }
                return description
            }
            return description
        }
    }
}

extension TopicDescription {
    init(_ topic: ClusterMap.Topic, _ retention: TopicRetention, _ partitions: [PartitionDescription]) {
        self.init(
            name: topic.name, topicID: topic.id.isZero ? nil : "\(topic.id)", isInternal: topic.isInternal,
            replicationFactor: topic.partitions.first?.replicas.count ?? 0, retention: retention,
            partitions: partitions)
    }
}

extension PartitionDescription {
    init(_ partition: ClusterMap.Partition) {
        self.init(
            partition: partition.number, leader: partition.leader, replicas: partition.replicas,
            inSyncReplicas: partition.inSyncReplicas)
        if partition.leader < 0 { problem = partition.whyLeaderless }
    }
}
