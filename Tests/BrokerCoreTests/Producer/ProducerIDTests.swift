import KafkaProtocol
import Synchronization
import Testing

@testable import BrokerCore

/// A metadata log that remembers the next producer id.
final class MemoryJournal: ProducerIDJournal {
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
        let answers = Answers<Result<Int64, ErrorCode>>()
        for _ in 0..<count { manager.take { answers.take($0) } }
        return answers.all.compactMap { try? $0.get() }
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
        let answers = Answers<Result<Int64, ErrorCode>>()
        for _ in 0..<3 { manager.take { answers.take($0) } }
        #expect(answers.all.isEmpty)
        journal.acknowledge()
        #expect(answers.all == [.success(0), .success(1), .success(2)])
    }

    @Test("a log that refuses is said, and asked again by the next producer")
    func logRefuses() {
        let journal = MemoryJournal()
        journal.set(error: .kafkaStorageError)
        let manager = ProducerIDManager(journal: journal)
        let answers = Answers<Result<Int64, ErrorCode>>()
        manager.take { answers.take($0) }
        #expect(answers.first == .failure(.coordinatorNotAvailable))
        journal.set()
        #expect(ids(manager, 1) == [0])
    }

    @Test("ids do not run past the end of their range")
    func exhausted() {
        let manager = ProducerIDManager(journal: MemoryJournal(next: .max - 10))
        let answers = Answers<Result<Int64, ErrorCode>>()
        manager.take { answers.take($0) }
        #expect(answers.first == .failure(.coordinatorNotAvailable))
    }
}
