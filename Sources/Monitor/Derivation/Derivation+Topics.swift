import Cluster
import WindowedMetrics

extension Derivation {
    /// Takes the topics of a poll and derives their rates.
    mutating func take(topics result: Result<[TopicDescription], ClusterError>) {
        let listed: [TopicDescription]
        switch result {
        case .failure(let error):
            topicsProblem = error.description
            problems.append("topics: \(error)")
            return
        case .success(let topics):
            topicsProblem = nil
            listed =
                zip(topics, topics.dropFirst()).allSatisfy { $0.name < $1.name }
                ? topics : topics.sorted { $0.name < $1.name }
        }
        topicOrder.removeAll(keepingCapacity: true)
        for description in listed {
            let place: Int
            if let known = topicPlaces[description.name] {
                place = known
                guard topics[place].listed != sequence else { continue }
            } else {
                place = topics.count
                topics.append(TopicHistory(description, at: now))
                topicPlaces[description.name] = place
            }
            topics[place].take(description, poll: sequence, tick: tick, at: now)
            topicOrder.append(place)
            if let problem = description.problem, problems.count < 8, silentSince.isEmpty {
                problems.append("\(description.name): \(problem)")
            }
            rate(place)
        }
        forgetTopics()
    }

    /// Whether a topic was in the newest list.
    func isListed(topic place: Int) -> Bool { topicsProblem != nil || topics[place].listed == sequence }

    private mutating func rate(_ place: Int) {
        let throughput = Self.nanoseconds(settings.throughputWindowMilliseconds)
        let trend = Self.nanoseconds(settings.trendWindowMilliseconds)
        var growth: Double?
        topics[place].worst = Array(repeating: nil, count: topics[place].partitions.count)
        let isCompacted = topics[place].description.retention.isCompacted
        for index in topics[place].partitions.indices {
            defer { topics[place].partitions[index].gatherFacts(isCompacted: isCompacted) }
            guard topics[place].partitions[index].isFresh else {
                noteProblem(of: topics[place].partitions[index], in: topics[place].name)
                continue
            }
            topics[place].partitions[index].deriveRates(over: throughput, trend, on: axis)
            if let grown = topics[place].partitions[index].growth { growth = (growth ?? 0) + grown }
        }
        topics[place].groupIDs.removeAll(keepingCapacity: true)
        if let growth {
            topics[place].rate.record(growth, through: tick, after: previousTick)
            if growth > 0 { topics[place].writtenAt = now }
        }
    }

    private mutating func noteProblem(of partition: PartitionHistory, in topic: String) {
        // A few name the cause; thousands of the same would only bury it. A broker that does not answer is named once, as a broker.
        guard problems.count < 8, silentSince[partition.description.leader] == nil else { return }
        problems.append("\(topic)-\(partition.number): \(partition.description.problem ?? "offsets could not be read")")
    }

    private mutating func forgetTopics() {
        guard topics.count > topicOrder.count else { return }
        let limit = settings.forgetAfterMilliseconds
        guard topics.contains(where: { now.milliseconds(since: $0.listedAt) > limit }) else { return }
        let names = topicOrder.map { topics[$0].name }
        topics = topics.filter { now.milliseconds(since: $0.listedAt) <= limit }
        topicPlaces.removeAll(keepingCapacity: true)
        for (place, topic) in topics.enumerated() { topicPlaces[topic.name] = place }
        topicOrder = names.compactMap { topicPlaces[$0] }
    }

    /// The topics' figures; the last ones, marked, when topics could not be read.
    mutating func deriveTopics() {
        guard topicsProblem == nil else {
            for index in topicFigures.indices {
                let place = topicOrder[index]
                let since = now.wallMilliseconds(of: topics[place].listedAt)
                topicFigures[index].staleSince = since
                topicFigures[index].rateHistory.values = topics[place].rate.values(through: tick)
                for partition in topicFigures[index].partitions.indices {
                    topicFigures[index].partitions[partition].staleSince =
                        topicFigures[index].partitions[partition].staleSince ?? since
                }
            }
            return
        }
        topicFigures = topicOrder.map { figures(of: topics[$0]) }
    }

    private func figures(of topic: TopicHistory) -> TopicFigures {
        var description = topic.description
        var rate: Double?
        var size: Int64?
        var dirty: Double?
        var staleSince: Int64?
        var partitions: [PartitionFigures] = []
        let isAllStale = !topic.partitions.indices.contains { topic.partitions[$0].isFresh }
        partitions.reserveCapacity(topic.partitions.count)
        description.partitions.reserveCapacity(topic.partitions.count)
        for index in topic.partitions.indices {
            let partition = topic.partitions[index].description
            let records = topic.partitions[index].recordsInPerSecond
            // Old rates are no part of what arrives now, unless all are old.
            if let records, topic.partitions[index].isFresh || isAllStale { rate = (rate ?? 0) + records }
            if let bytes = partition.sizeBytes { size = (size ?? 0) &+ bytes }
            if let cleaning = partition.cleaning { dirty = max(dirty ?? 0, cleaning.dirtyRatio) }
            let isFresh = topic.partitions[index].isFresh
            let stale = isFresh ? nil : now.wallMilliseconds(of: topic.partitions[index].readAt)
            if let stale { staleSince = min(staleSince ?? stale, stale) }
            description.partitions.append(partition)
            partitions.append(
                PartitionFigures(
                    description: partition,
                    recordsInPerSecond: records,
                    bytesInPerSecond: topic.partitions[index].bytesPerSecond,
                    worstLag: topic.worst[index],
                    staleSince: stale,
                    compactionWaitingMilliseconds: topic.partitions[index].dueSince
                        .map { now.nanoseconds(since: $0) / 1_000_000 }
                )
            )
        }
        return TopicFigures(
            description: description,
            recordsInPerSecond: rate,
            sizeBytes: size,
            dirtyRatio: dirty,
            rateHistory: series(topic.rate),
            partitions: partitions,
            groupIDs: topic.groupIDs,
            staleSince: staleSince,
            lastWrite: LastWrite(topic, description)
        )
    }

    /// A track as screens draw it.
    func series(_ track: SampleTrack) -> Series {
        Series(values: track.values(through: tick), stepMilliseconds: settings.intervalMilliseconds)
    }
}
