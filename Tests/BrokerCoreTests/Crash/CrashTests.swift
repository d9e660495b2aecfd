import BrokerCore
import Foundation
import SeededNumbers
import Testing

@Suite("A log whose machine loses power")
struct CrashTests {
    /// How many seeds to live through: `WEIR_CRASH_SEEDS`, or a few hundred.
    static let seeds = UInt64(ProcessInfo.processInfo.environment["WEIR_CRASH_SEEDS"] ?? "") ?? 300
    /// The first seed: `WEIR_CRASH_FIRST`, or 1.
    static let first = UInt64(ProcessInfo.processInfo.environment["WEIR_CRASH_FIRST"] ?? "") ?? 1

    @Test("keeps what it acknowledged, has nothing twice, and finds every record by offset and time")
    func promisesHold() {
        let started = Date()
        for seed in Self.first..<(Self.first + Self.seeds) {
            var run = CrashRun(seed: seed)
            do {
                try run.run(rounds: 3)
            } catch {
                Issue.record("seed \(seed): \(error)\n\(run.history.suffix(40).joined(separator: "\n"))")
                return
            }
        }
        print("crash seeds \(Self.first) to \(Self.first + Self.seeds - 1): \(Date().timeIntervalSince(started)) s")
    }

    @Test("that was deleted does not come back", arguments: UInt64(1)...30)
    func deletion(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fresh = try FreshLog()
        _ = try fresh.log.append(batch())
        try fresh.log.flush()
        let cut = 1 + random.below(10)
        fresh.disk.plan(.powerCut, atCall: cut)
        let isDeleted = (try? fresh.log.delete()) != nil
        let after = fresh.disk.crashed(using: &random)
        let names = try after.list("/log")
        #expect(!isDeleted || !names.contains("t-0"))
        for name in names {
            // Half deleted is all right, under a name that says so.
            #expect(name == "t-0" || name.hasSuffix("-delete"))
            let hasLog = try after.list("/log/\(name)").contains { $0.hasSuffix(".log") }
            #expect(hasLog || name != "t-0")
        }
    }
}
