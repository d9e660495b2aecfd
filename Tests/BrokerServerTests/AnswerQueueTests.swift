import SeededNumbers
import Testing

@testable import BrokerServer

@Suite("Answer queue")
struct AnswerQueueTests {
    @Test(
        "answers leave in the order of their requests, whichever is ready first",
        arguments: [1, 2, 3, 4, 5] as [UInt64])
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = AnswerQueue<Int>()
        var open: [(ticket: AnswerQueue<Int>.Ticket, number: Int)] = []
        var fulfilled: Set<Int> = []
        var asked = 0
        var left = 0
        for _ in 0..<5_000 {
            switch Int.random(in: 0..<3, using: &random) {
            case 0 where queue.count < 40:
                open.append((queue.open(), asked))
                asked += 1
            case 1 where !open.isEmpty:
                let (ticket, number) = open.remove(at: Int.random(in: 0..<open.count, using: &random))
                let isTaken = queue.fulfil(ticket, with: number, bytes: number)
                let isTakenTwice = queue.fulfil(ticket, with: -1, bytes: 1)
                #expect(isTaken && !isTakenTwice, "a second answer is dropped (seed \(seed))")
                fulfilled.insert(number)
            default:
                while let number = queue.next() {
                    #expect(number == left, "seed \(seed)")
                    left += 1
                }
                #expect(!fulfilled.contains(left), "an answer whose turn it is does not stay (seed \(seed))")
            }
            #expect(queue.count == asked - left)
            #expect(queue.readyBytes == fulfilled.filter { $0 >= left }.reduce(0, +))
        }
    }
}
