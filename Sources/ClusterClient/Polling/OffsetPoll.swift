import Cluster
import ClusterRequests
import KafkaProtocol

/// The bounds of many logs, read with at most three requests a broker (ListOffsets takes a partition only once in a request).
///
/// High watermarks are asked for each time. Log starts move with retention only, and a last stable offset differs from the high watermark
/// only while a transaction is open: both are asked for when what is known of them is old, or when one was open the last time.
struct OffsetPoll: Sendable {
    /// What a request asks for.
    enum Bound: Sendable, CaseIterable {
        case end, start, stable

        /// ListOffsets' timestamp.
        var timestamp: Int64 { self == .start ? OffsetSpec.earliest.kafkaTimestamp : OffsetSpec.latest.kafkaTimestamp }
        /// ListOffsets' isolation level: the latest offset of read_committed is the last stable one.
        var isolation: Int8 { self == .stable ? 1 : 0 }
    }

    /// What is known of one partition's log.
    struct Figure: Sendable {
        var start: Int64?
        var end: Int64?
        var stable: Int64?
        /// Whether `stable` has to be asked for; otherwise it is the end.
        var needsStable = true
        /// Why figures are missing.
        var problem: String?

        /// The bounds in order, whichever was read a moment earlier; nil while one is missing.
        var offsets: PartitionOffsets? {
            guard problem == nil, let start, let end, stable != nil || !needsStable else { return nil }
            return PartitionOffsets(
                logStart: min(start, end), highWatermark: end, lastStable: min(stable ?? end, end))
        }
    }

    /// A request on its way to a broker.
    struct Question: Sendable {
        var broker: Int32
        var bound: Bound
        var request: ListOffsetsRequest
    }

    /// The topics, as they are led now.
    private(set) var topics: [ClusterMap.Topic]
    /// What is known of their partitions, in the same places.
    private(set) var figures: [[Figure]]
    private let places: [String: Int]

    /// A poll of topics, with what is known already.
    init(of topics: [ClusterMap.Topic], knowing known: KnownOffsets) {
        self.topics = topics
        places = Dictionary(topics.enumerated().map { ($1.name, $0) }) { $1 }
        figures = topics.map { topic in
            let bounds = known.bounds(of: topic)
            return topic.partitions.map { partition in
                var figure = Figure()
                if partition.leader < 0 { figure.problem = partition.whyLeaderless }
                guard let known = bounds?[partition.number] else { return figure }
                figure.start = known.start
                figure.needsStable = known.isTransactionOpen
                return figure
            }
        }
    }

    /// What has to be asked: one request for each leader and bound.
    var questions: [Question] {
        Bound.allCases.flatMap { bound in
            var topicsByBroker: [Int32: [ListOffsetsRequest.Topic]] = [:]
            for (place, topic) in topics.enumerated() {
                var wanted: [Int32: [ListOffsetsRequest.Partition]] = [:]
                for (position, partition) in topic.partitions.enumerated()
                where partition.leader >= 0 && isMissing(bound, figures[place][position]) {
                    wanted[partition.leader, default: []].append(
                        .init(partitionIndex: partition.number, timestamp: bound.timestamp))
                }
                for (broker, partitions) in wanted {
                    topicsByBroker[broker, default: []].append(.init(name: topic.name, partitions: partitions))
                }
            }
            return topicsByBroker.map { broker, topics in
                Question(
                    broker: broker, bound: bound,
                    request: ListOffsetsRequest(replicaID: -1, isolationLevel: bound.isolation, topics: topics))
            }
        }
    }

    private func isMissing(_ bound: Bound, _ figure: Figure) -> Bool {
        guard figure.problem == nil else { return false }
        switch bound {
        case .end: return figure.end == nil
        case .start: return figure.start == nil
        case .stable: return figure.needsStable && figure.stable == nil
        }
    }

    /// Takes in an answer.
    ///
    /// - Parameter isLast: Partitions that moved are not asked for again, so that they have a problem now.
    /// - Returns: Whether the answer says that partitions have moved.
    mutating func take(
        _ answer: Result<ListOffsetsResponse, ClusterError>, to question: Question, isLast: Bool
    ) -> Bool {
        switch answer {
        case .success(let answer): return take(answer, to: question, isLast: isLast)
        case .failure(let error):
            // Whoever leads the partitions by then is asked again, if there is somebody.
            if !isLast, case .unavailable = error { return false }
            for topic in question.request.topics {
                guard let place = places[topic.name] else { continue }
                for partition in topic.partitions {
                    set(place, partition.partitionIndex) { $0.problem = $0.problem ?? "\(error)" }
                }
            }
            return false
        }
    }

    private mutating func take(_ answer: ListOffsetsResponse, to question: Question, isLast: Bool) -> Bool {
        var hasMoved = false
        for topic in answer.topics {
            guard let place = places[topic.name] else { continue }
            for partition in topic.partitions {
                let code = partition.errorCode
                if code.meansMoved, !isLast {
                    hasMoved = true
                    continue
                }
                set(place, partition.partitionIndex) { figure in
                    guard code == .none, partition.offset >= 0 else {
                        figure.problem =
                            "broker \(question.broker): \(ClusterError(code, "\(topic.name)-\(partition.partitionIndex)"))"
                        return
                    }
                    switch question.bound {
                    case .end: figure.end = partition.offset
                    case .start: figure.start = partition.offset
                    case .stable: figure.stable = partition.offset
                    }
                }
            }
        }
        return hasMoved
    }

    private mutating func set(_ place: Int, _ number: Int32, _ change: (inout Figure) -> Void) {
        guard let position = topics[place].position(of: number) else { return }
        change(&figures[place][position])
    }

    /// Takes in who leads the partitions now.
    mutating func relocate(by map: ClusterMap) {
        for place in topics.indices {
            guard let topic = map[topics[place].name], topic.id == topics[place].id else { continue }
            for position in topics[place].partitions.indices {
                guard let now = topic.position(of: topics[place].partitions[position].number) else { continue }
                let partition = topic.partitions[now]
                topics[place].partitions[position] = partition
                if partition.leader < 0, figures[place][position].offsets == nil {
                    figures[place][position].problem = partition.whyLeaderless
                }
            }
        }
    }
}

/// Log starts and open transactions as they were read last.
struct KnownOffsets: Sendable {
    /// What is kept of one partition.
    struct Bounds: Sendable {
        var start: Int64
        /// Whether the last stable offset was below the high watermark.
        var isTransactionOpen: Bool
    }

    private var topics: [String: (id: KafkaUUID, bounds: [Int32: Bounds])] = [:]
    /// When all were read, uptime milliseconds; nil for never, or when they are known to be old.
    private(set) var readAt: Int64?

    /// What was known is old.
    mutating func expire() {
        topics = [:]
        readAt = nil
    }

    /// What is known of a topic's partitions, by number; nil for nothing.
    func bounds(of topic: ClusterMap.Topic) -> [Int32: Bounds]? {
        guard let known = topics[topic.name], known.id == topic.id else { return nil }
        return known.bounds
    }

    /// Takes in what a poll read.
    ///
    /// - Parameter readAt: When it began, for a poll that asked for all there is.
    mutating func learn(from poll: OffsetPoll, readAt: Int64?) {
        if let readAt {
            self.readAt = readAt
            topics = [:]
        }
        for (topic, figures) in zip(poll.topics, poll.figures) {
            var bounds = self.bounds(of: topic) ?? [:]
            for (partition, figure) in zip(topic.partitions, figures) {
                // A log that ends before it starts was made anew: nothing is known of it.
                guard let offsets = figure.offsets, let start = figure.start, start <= offsets.highWatermark else {
                    bounds[partition.number] = nil
                    continue
                }
                bounds[partition.number] = Bounds(
                    start: start, isTransactionOpen: offsets.lastStable < offsets.highWatermark)
            }
            topics[topic.name] = (topic.id, bounds)
        }
    }
}
