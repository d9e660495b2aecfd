import KafkaProtocol
import NIOCore
import SeededNumbers
import Testing

@testable import BrokerCore

@Suite("Compaction against everything that was written")
struct CompactionModelTests {
    @Test(
        "the newest value of every key survives, at its offset, and preview and run agree to the record",
        arguments: 0..<9 as Range<UInt64>
    )
    func survives(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        // Every third log has more keys than its offset map holds.
        let overflows = seed % 3 == 2
        let model = try ModelLog(keys: overflows ? 120 : 12, segmentBytes: Int.random(in: 600...3000, using: &random))
        if overflows { model.limits.mapBytes = 0 }
        for step in 0..<110 {
            let context = "seed \(seed) step \(step)"
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<62: try model.append(&random)
            case 62..<74: try model.endTransaction(&random)
            case 74..<80: model.clock.advance(Int64.random(in: 1...12_000, using: &random))
            case 80..<94:
                try model.clean(rollsActive: random.chance(40), stopAfter: random.chance(10) ? 1 : nil)
                try model.check(context)
            case 94..<97: try model.log.rollActiveSegment()
            default:
                try model.reopen(clean: random.chance(50))
                try model.check(context)
            }
        }
        // In the end all is decided, clean and old enough: one record a key, and no tombstone.
        for _ in 0..<4 { try model.endTransaction(&random) }
        for _ in 0..<3 {
            model.clock.advance(20_001)
            for _ in 0..<(overflows ? 6 : 2) { try model.clean(rollsActive: true) }
        }
        try model.check("seed \(seed) at the end")
        try model.reopen(clean: false)
        try model.check("seed \(seed) reopened")
    }

    @Test("a power cut at any call of the cleaner loses no key", arguments: [1, 2] as [UInt64])
    func powerCuts(seed: UInt64) throws {
        var call = 1
        while true {
            var random = SeededGenerator(seed: seed)
            let disk = SimulatedDisk(directories: ["/data"])
            let model = try ModelLog(keys: 10, segmentBytes: 900, on: disk)
            for _ in 0..<40 { try model.append(&random) }
            for _ in 0..<4 { try model.endTransaction(&random) }
            try model.clean(rollsActive: true)
            for _ in 0..<25 { try model.append(&random) }
            for _ in 0..<4 { try model.endTransaction(&random) }
            try model.log.rollActiveSegment()
            try model.log.flush()
            disk.plan(.powerCut, atCall: call)
            let range = try model.range()
            let run = CleanerRun(log: model.log, range: range, now: model.clock.wallMilliseconds)
            do {
                _ = try run.run(writes: true) { _ in true }
            } catch {
                #expect(disk.isDead)
            }
            guard disk.isDead else { break }
            var crash = SeededGenerator(seed: seed &* 1000 &+ UInt64(call))
            try model.reopen(after: disk.crashed(using: &crash))
            try model.check("seed \(seed), power cut at call \(call)")
            try model.clean(rollsActive: false)
            try model.check("seed \(seed), power cut at call \(call), cleaned again")
            call += 1
        }
        // Each group takes at least its creation, a write, two renames and five syncs.
        #expect(call > 10, "only \(call) calls")
        print("seed \(seed): \(call - 1) power cuts in one run of the cleaner")
    }
}
