import KafkaProtocol
import NIOCore
import Synchronization

/// The fetch sessions of a broker (KIP-227), as Kafka's `FetchSessionCache` and `FetchManager` keep them.
final class FetchSessionCache: Sendable {
    /// What a fetch reads, and what becomes of its answer.
    struct Turn: Sendable {
        /// The request with every partition that is to be read.
        let request: FetchRequest
        fileprivate let kind: Kind
    }

    fileprivate enum Kind: Sendable {
        case withoutSession
        case opening(usesTopicIDs: Bool)
        case continuing(FetchSession, FetchSession.Turn)
    }

    /// How a request ends before anything is read.
    struct Refusal: Error {
        /// Kafka's error for it.
        let code: ErrorCode
    }

    /// Sessions at most (`max.incremental.fetch.session.cache.slots`); 0 for none.
    private let slots: Int
    private let budget: FetchSession.Budget
    private let now: @Sendable () -> Int64
    private let sessions = Mutex<[Int32: FetchSession]>([:])

    /// Milliseconds that a session may hold its slot unused, or against larger ones (Kafka's `MIN_INCREMENTAL_FETCH_SESSION_EVICTION_MS`).
    private static let minEvictionMilliseconds: Int64 = 120_000

    /// A cache without sessions.
    ///
    /// - Parameters:
    ///   - maxPartitions: Partitions of all sessions at most; a session for which there is no room is not opened, or is gone.
    ///   - now: Milliseconds of a clock that never goes back.
    init(
        slots: Int, maxPartitions: Int = 1_000_000,
        now: @escaping @Sendable () -> Int64 = { Int64(clamping: NIODeadline.now().uptimeNanoseconds / 1_000_000) }
    ) {
        self.slots = slots
        budget = FetchSession.Budget(limit: maxPartitions)
        self.now = now
    }

    /// Sessions there are.
    var count: Int { sessions.withLock(\.count) }

    /// Kafka's `FetchManager.newContext`: epoch 0 asks for a session, -1 for none; both end the one they name.
    func turn(for request: FetchRequest, version: Int16) throws(Refusal) -> Turn {
        guard request.sessionEpoch != 0, request.sessionEpoch != -1 else {
            if request.sessionID != 0 { remove(request.sessionID) }
            let opens = request.sessionEpoch == 0 && version >= 7
            return Turn(request: request, kind: opens ? .opening(usesTopicIDs: version >= 13) : .withoutSession)
        }
        guard request.sessionID != 0 else { throw Refusal(code: .invalidFetchSessionEpoch) }
        guard let session = sessions.withLock({ $0[request.sessionID] }) else {
            throw Refusal(code: .fetchSessionIDNotFound)
        }
        session.lastUsedAt.store(now(), ordering: .relaxed)
        do throws(FetchSession.Refusal) {
            if let turn = try session.advance(request, usesTopicIDs: version >= 13) {
                return Turn(request: turn.request, kind: .continuing(session, turn))
            }
            remove(session.id)
            return Turn(request: request, kind: .withoutSession)
        } catch {
            switch error {
            case .gone:
                remove(session.id)
                throw Refusal(code: .fetchSessionIDNotFound)
            case .wrongEpoch: throw Refusal(code: .invalidFetchSessionEpoch)
            case .otherTopicNames: throw Refusal(code: .fetchSessionTopicIDError)
            }
        }
    }

    /// The answer as the client gets it: with its new session, or with only what is news in its old one.
    func answer(_ turn: Turn, _ response: FetchResponse) -> FetchResponse {
        switch turn.kind {
        case .withoutSession: response
        case .opening(let usesTopicIDs): open(turn.request, response, usesTopicIDs: usesTopicIDs)
        case .continuing(let session, let part): session.answer(part, response)
        }
    }

    private func remove(_ id: Int32) {
        sessions.withLock { $0.removeValue(forKey: id) }?.close()
    }

    /// The answer with a new session's id, or with 0 where no slot is free.
    private func open(_ request: FetchRequest, _ response: FetchResponse, usesTopicIDs: Bool) -> FetchResponse {
        let size = request.topics.reduce(0) { $0 + $1.partitions.count }
        let now = now()
        let id = sessions.withLock { sessions -> Int32 in
            guard budget.hasRoom(for: size) else { return 0 }
            if sessions.count >= slots {
                guard let old = evictable(sessions, for: size, at: now) else { return 0 }
                sessions.removeValue(forKey: old)?.close()
            }
            var id: Int32
            repeat { id = Int32.random(in: 1 ... .max) } while sessions[id] != nil
            sessions[id] = FetchSession(
                id: id, request: request, response: response, usesTopicIDs: usesTopicIDs, budget: budget, at: now)
            return id
        }
        var response = response
        response.sessionID = id
        return response
    }

    /// The session that gives way to one of `size` partitions: the one unused longest if that is long enough, else the smallest of
    /// those that were there long enough, if it is smaller.
    private func evictable(_ sessions: [Int32: FetchSession], for size: Int, at now: Int64) -> Int32? {
        func used(_ session: FetchSession) -> Int64 { session.lastUsedAt.load(ordering: .relaxed) }
        if let oldest = sessions.values.min(by: { used($0) < used($1) }),
            now - used(oldest) > Self.minEvictionMilliseconds
        {
            return oldest.id
        }
        let smallest = sessions.values.filter { now - $0.createdAt > Self.minEvictionMilliseconds }
            .min { ($0.count, $0.id) < ($1.count, $1.id) }
        return smallest.flatMap { $0.count < size ? $0.id : nil }
    }
}
