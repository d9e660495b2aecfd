import KafkaProtocol
import Synchronization
import Testing

@testable import BrokerCore

/// A metadata log that remembers the next producer id.
private final class MemoryJournal: ProducerIDJournal {
    private struct State {
        var next: Int64
        var waiting: [(Int64, @Sendable (ErrorCode) -> Void)] = []
        var acknowledgesAtOnce = true
        var error = ErrorCode.none
    }

    private let state: Mutex<State>

    init(next: Int64 = 0) {
        state = Mutex(State(next: next))
    }

    var nextProducerID: Int64 { state.withLock { $0.next } }

    func reserve(upTo next: Int64, completion: @escaping @Sendable (ErrorCode) -> Void) {
        let answer = state.withLock { state -> ErrorCode? in
            guard state.acknowledgesAtOnce else {
                state.waiting.append((next, completion))
                return nil
            }
            if state.error == .none { state.next = next }
            return state.error
        }
        if let answer { completion(answer) }
    }

    func set(acknowledgesAtOnce: Bool = true, error: ErrorCode = .none) {
        state.withLock {
            $0.acknowledgesAtOnce = acknowledgesAtOnce
            $0.error = error
        }
    }

    func acknowledge() {
        let (next, completion) = state.withLock { $0.waiting.removeFirst() }
        state.withLock { $0.next = next }
        completion(.none)
    }
}

@Suite("Producer ids")
struct ProducerIDTests {
    private func ids(_ manager: ProducerIDManager, _ count: Int) -> [Int64] {
        let answers = Answers<InitProducerIdResponse>()
        for _ in 0..<count { manager.initProducerID(InitProducerIdRequest()) { answers.take($0) } }
        return answers.all.filter { $0.errorCode == .none && $0.producerEpoch == 0 }.map(\.producerID)
    }

    @Test("every idempotent producer gets an id of its own, also after a crash")
    func unique() {
        let journal = MemoryJournal()
        let before = ids(ProducerIDManager(journal: journal), 2_500)
        #expect(before == Array(0..<2_500))
        let after = ids(ProducerIDManager(journal: journal), 10)
        #expect(after.count == 10)
        #expect(Set(before).isDisjoint(with: after))
    }

    @Test("no id is given before the log has its block; who asked waits and is answered once")
    func waitsForLog() {
        let journal = MemoryJournal()
        journal.set(acknowledgesAtOnce: false)
        let manager = ProducerIDManager(journal: journal)
        let answers = Answers<InitProducerIdResponse>()
        for _ in 0..<3 { manager.initProducerID(InitProducerIdRequest()) { answers.take($0) } }
        #expect(answers.all.isEmpty)
        journal.acknowledge()
        #expect(answers.all.map(\.producerID) == [0, 1, 2])
    }

    @Test("a log that refuses is said, and asked again by the next producer")
    func logRefuses() {
        let journal = MemoryJournal()
        journal.set(error: .kafkaStorageError)
        let manager = ProducerIDManager(journal: journal)
        let answers = Answers<InitProducerIdResponse>()
        manager.initProducerID(InitProducerIdRequest()) { answers.take($0) }
        #expect(answers.first?.errorCode == .coordinatorNotAvailable)
        journal.set()
        #expect(ids(manager, 1) == [0])
    }

    @Test("transactional ids are refused for good, so that the client reports it")
    func transactional() {
        let manager = ProducerIDManager(journal: MemoryJournal())
        let answers = Answers<InitProducerIdResponse>()
        manager.initProducerID(InitProducerIdRequest(transactionalID: "tx")) { answers.take($0) }
        manager.initProducerID(InitProducerIdRequest(transactionalID: "")) { answers.take($0) }
        #expect(answers.all.map(\.errorCode) == [.transactionalIDAuthorizationFailed, .invalidRequest])
        #expect(answers.first?.producerID == -1)
    }

    @Test("ids do not run past the end of their range")
    func exhausted() {
        let manager = ProducerIDManager(journal: MemoryJournal(next: .max - 10))
        let answers = Answers<InitProducerIdResponse>()
        manager.initProducerID(InitProducerIdRequest()) { answers.take($0) }
        #expect(answers.first?.errorCode == .coordinatorNotAvailable)
    }
}
