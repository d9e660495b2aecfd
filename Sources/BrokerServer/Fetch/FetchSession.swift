import KafkaProtocol
import NIOCore
import Synchronization

/// The partitions that a client named once and need not name again in each fetch, and what it was last told of each (KIP-227).
///
/// As in Kafka's `FetchSession`: partitions are read in order, and those that gave records go to its end, so that a full answer
/// does not starve the rest.
final class FetchSession: Sendable {
    /// One request of a session, completed.
    struct Turn: Sendable {
        /// The request as if every partition of the session had been named.
        let request: FetchRequest
        /// The number that the session has meanwhile, if no other request of it came.
        fileprivate let nextEpoch: Int32
        /// Where each partition of `request`, in its order, is kept.
        fileprivate let places: [Int]
    }

    /// How many partitions all sessions may have together; clients add to theirs as they like.
    final class Budget: Sendable {
        private let used = Atomic<Int>(0)
        private let limit: Int

        init(limit: Int) { self.limit = limit }

        /// Whether so many more have room.
        func hasRoom(for more: Int) -> Bool { used.load(ordering: .relaxed) + more <= limit }

        fileprivate func take(_ change: Int) { used.wrappingAdd(change, ordering: .relaxed) }
    }

    /// How a request of the session ends before anything is read.
    enum Refusal: Error {
        /// The session is gone, or there is no room for what the request adds to it.
        case gone
        /// Not the number that was due.
        case wrongEpoch
        /// Topics named by id in a session that names them, or the other way round.
        case otherTopicNames
    }

    /// The number that clients name it by, above 0.
    let id: Int32
    /// When it was opened, in milliseconds of the cache's clock.
    let createdAt: Int64
    /// When a request of it came last.
    let lastUsedAt: Atomic<Int64>
    /// How many partitions are in it.
    var count: Int { partitionCount.load(ordering: .relaxed) }

    private let usesTopicIDs: Bool
    private let budget: Budget
    private let partitionCount: Atomic<Int>
    private let state: Mutex<State>

    /// A session of what a full fetch asked for and was answered; both name the same partitions in the same order.
    init(
        id: Int32, request: FetchRequest, response: FetchResponse, usesTopicIDs: Bool, budget: Budget, at now: Int64
    ) {
        self.id = id
        self.budget = budget
        self.usesTopicIDs = usesTopicIDs
        createdAt = now
        lastUsedAt = Atomic(now)
        var state = State()
        for (topic, answered) in zip(request.topics, response.responses) {
            for (partition, answer) in zip(topic.partitions, answered.partitions) {
                let place = state.name(Key(topic, partition.partition), partition)
                state.partitions[place].tell(answer)
            }
        }
        partitionCount = Atomic(state.order.count)
        budget.take(state.order.count)
        self.state = Mutex(state)
    }

    /// Ends it: no request of it is taken any more.
    func close() {
        state.withLock { state in
            guard !state.isClosed else { return }
            budget.take(-state.order.count)
            state = State()
            state.isClosed = true
        }
    }

    /// Takes the changes that an incremental request names, and completes it.
    ///
    /// - Returns: nil if no partition is left in the session.
    func advance(_ request: FetchRequest, usesTopicIDs: Bool) throws(Refusal) -> Turn? {
        guard usesTopicIDs == self.usesTopicIDs else { throw .otherTopicNames }
        return try state.withLock { (state) throws(Refusal) in
            guard !state.isClosed else { throw .gone }
            guard state.epoch == request.sessionEpoch else { throw .wrongEpoch }
            guard budget.hasRoom(for: request.topics.reduce(0) { $0 + $1.partitions.count }) else { throw .gone }
            let before = state.order.count
            state.epoch = Self.epoch(after: state.epoch)
            for topic in request.topics {
                for partition in topic.partitions { _ = state.name(Key(topic, partition.partition), partition) }
            }
            state.forget(request.forgottenTopicsData)
            partitionCount.store(state.order.count, ordering: .relaxed)
            budget.take(state.order.count - before)
            guard !state.order.isEmpty else { return nil }
            var whole = request
            whole.topics = state.topics
            whole.forgottenTopicsData = []
            return Turn(request: whole, nextEpoch: state.epoch, places: state.order)
        }
    }

    /// Leaves out of an answer what the client knows: partitions without records whose high watermark and log start are as they were.
    func answer(_ turn: Turn, _ response: FetchResponse) -> FetchResponse {
        state.withLock { state in
            guard !state.isClosed, state.epoch == turn.nextEpoch else {
                return FetchResponse(errorCode: .invalidFetchSessionEpoch)
            }
            var told = response
            told.sessionID = id
            told.responses = []
            var withRecords: Set<Int> = []
            var next = turn.places.makeIterator()
            for topic in response.responses {
                var news = topic
                news.partitions = topic.partitions.filter { partition in
                    guard let place = next.next() else { return true }
                    if let records = partition.records, records.readableBytes > 0 { withRecords.insert(place) }
                    return state.partitions[place].tell(partition)
                }
                if !news.partitions.isEmpty { told.responses.append(news) }
            }
            state.moveToEnd(withRecords)
            return told
        }
    }

    /// Kafka's `FetchMetadata.nextEpoch`: 0 opens a session, so counting goes on at 1.
    private static func epoch(after epoch: Int32) -> Int32 { epoch == .max ? 1 : epoch + 1 }
}

extension FetchSession {
    /// What a partition is known by: the topic's name or its id, never both.
    fileprivate struct Key: Hashable {
        let topic: String
        let topicID: KafkaUUID
        let partition: Int32

        init(_ topic: FetchRequest.Topic, _ partition: Int32) {
            (self.topic, topicID, self.partition) = (topic.topic, topic.topicID, partition)
        }

        init(_ topic: FetchRequest.ForgottenTopic, _ partition: Int32) {
            (self.topic, topicID, self.partition) = (topic.topic, topic.topicID, partition)
        }
    }

    /// Kafka's `CachedPartition`.
    fileprivate struct Partition {
        let key: Key
        var request: FetchRequest.Partition
        private var highWatermark: Int64 = -1
        private var logStartOffset: Int64 = -1

        init(key: Key, request: FetchRequest.Partition) {
            self.key = key
            self.request = request
        }

        /// Remembers what the client is told. An error is told again each time, as Kafka does.
        ///
        /// - Returns: Whether that is news.
        @discardableResult
        mutating func tell(_ answer: FetchResponse.Partition) -> Bool {
            let isNews =
                (answer.records?.readableBytes ?? 0) > 0 || answer.highWatermark != highWatermark
                || answer.logStartOffset != logStartOffset || answer.errorCode != .none
            highWatermark = answer.errorCode == .none ? answer.highWatermark : -1
            logStartOffset = answer.logStartOffset
            return isNews
        }
    }

    /// The partitions in places that they keep; `order` says in which order they are read.
    fileprivate struct State {
        var epoch: Int32 = 1
        var isClosed = false
        var partitions: [Partition] = []
        var order: [Int] = []
        private var places: [Key: Int] = [:]
        private var free: [Int] = []

        /// Takes a partition up, or what is asked of one that is there.
        mutating func name(_ key: Key, _ request: FetchRequest.Partition) -> Int {
            if let place = places[key] {
                partitions[place].request = request
                return place
            }
            let partition = Partition(key: key, request: request)
            let place: Int
            if let old = free.popLast() {
                place = old
                partitions[place] = partition
            } else {
                place = partitions.count
                partitions.append(partition)
            }
            places[key] = place
            order.append(place)
            return place
        }

        /// Lets partitions go; those that are not there are no error.
        mutating func forget(_ topics: [FetchRequest.ForgottenTopic]) {
            var gone: Set<Int> = []
            for topic in topics {
                for partition in topic.partitions {
                    if let place = places.removeValue(forKey: Key(topic, partition)) { gone.insert(place) }
                }
            }
            guard !gone.isEmpty else { return }
            order.removeAll { gone.contains($0) }
            free += gone
        }

        mutating func moveToEnd(_ moved: Set<Int>) {
            guard !moved.isEmpty else { return }
            order = order.filter { !moved.contains($0) } + order.filter { moved.contains($0) }
        }

        /// The partitions in order, those of a topic that follow one another together.
        var topics: [FetchRequest.Topic] {
            var topics: [FetchRequest.Topic] = []
            for place in order {
                let partition = partitions[place]
                if topics.last?.topic != partition.key.topic || topics.last?.topicID != partition.key.topicID {
                    topics.append(.init(topic: partition.key.topic, topicID: partition.key.topicID))
                }
                topics[topics.count - 1].partitions.append(partition.request)
            }
            return topics
        }
    }
}
