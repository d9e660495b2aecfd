import Cluster
import Foundation
import KafkaProtocol
import NIOCore
import Testing

@testable import BrokerCore

@Suite("Transactions of a broker that loses power")
struct TransactionCrashTests {
    /// Seeds of a run; `WEIR_TRANSACTION_SEEDS` for more, `WEIR_TRANSACTION_FIRST` for others.
    private static let seeds: UInt64 =
        ProcessInfo.processInfo.environment["WEIR_TRANSACTION_SEEDS"].flatMap { UInt64($0) } ?? 40
    private static let first: UInt64 =
        ProcessInfo.processInfo.environment["WEIR_TRANSACTION_FIRST"].flatMap { UInt64($0) } ?? 0

    @Test("committed ones are seen whole, nothing of the others, and offsets stay in step, whenever the power goes")
    func powerCuts() throws {
        var totals = TransactionRun.Totals()
        for seed in Self.first..<(Self.first + Self.seeds) {
            var run = TransactionRun(seed: seed)
            try run.run(rounds: 5)
            #expect(run.problems.isEmpty, "seed \(seed): \(run.problems.prefix(3))")
            totals.add(run.totals)
            if !run.problems.isEmpty { return }
        }
        print("transactions over seeds \(Self.first) to \(Self.first + Self.seeds - 1): \(totals)")
        #expect(totals.committed > 0 && totals.aborted > 0 && totals.timedOut > 0 && totals.fenced > 0)
        #expect(totals.undecided > 0 && totals.resumed > 0 && totals.zombieWrites > 0)
    }
}
