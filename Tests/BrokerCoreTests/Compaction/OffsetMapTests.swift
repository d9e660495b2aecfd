import SeededNumbers
import Testing

@testable import BrokerCore

@Suite("The cleaner's offset map")
struct OffsetMapTests {
    private func with<Value>(_ key: String, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        Array(key.utf8).withUnsafeBytes(body)
    }

    @Test("it answers as a dictionary does, through growth", arguments: [1, 2, 3] as [UInt64])
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var map = OffsetMap()
        var model: [String: Int64] = [:]
        for offset in 0..<5000 as Range<Int64> {
            let key = random.chance(2) ? "" : "key \(Int.random(in: 0..<2500, using: &random))"
            #expect(with(key) { map.put($0, offset: offset) })
            model[key] = offset
        }
        #expect(map.count == model.count)
        for (key, offset) in model { #expect(with(key) { map.offset(of: $0) } == offset, "seed \(seed): \(key)") }
        #expect(with("never put") { map.offset(of: $0) } == -1)
    }

    @Test("a full map takes no new key, and still the newer offset of one it has")
    func full() {
        var map = OffsetMap(memoryLimit: 0)
        var taken = 0
        while with("key \(taken)", { map.put($0, offset: Int64(taken)) }) { taken += 1 }
        #expect(taken == 48)
        #expect(with("key 7") { map.put($0, offset: 1000) })
        #expect(with("key 7") { map.offset(of: $0) } == 1000)
        #expect(with("key \(taken)") { map.offset(of: $0) } == -1)
        #expect(map.count == taken)
    }

    @Test("keys are hashed by SipHash with 128 bits, as its test vectors say")
    func keyHash() {
        // The known vectors are of 2-4 rounds, key 00..0f, messages 00, 01, 02, ... of each length.
        let hash = KeyHash(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
        let vectors: [(length: Int, low: UInt64, high: UInt64)] = [
            (0, 0xe6a8_25ba_047f_81a3, 0x9302_55c7_1472_f66d), (15, 0x11a8_b033_99e9_9354, 0xd9c3_cf97_0fec_087e),
            (63, 0x4a83_502f_77d1_5051, 0x7cbd_3f97_9a06_3e50),
        ]
        for (length, low, high) in vectors {
            let message = (0..<length).map { UInt8($0) }
            let result = message.withUnsafeBytes { hash.hash($0, rounds: 2, finalRounds: 4) }
            #expect(result.low == low && result.high == high, "length \(length)")
        }
        // Every byte counts, and so does the length.
        var seen: Set<UInt64> = []
        for length in 0..<40 {
            for bit in 0..<max(1, length * 8) {
                var message = [UInt8](repeating: 0, count: length)
                if length > 0 { message[bit / 8] ^= 1 << UInt8(bit % 8) }
                seen.insert(message.withUnsafeBytes { hash($0).low })
            }
        }
        #expect(seen.count == 1 + (1..<40).reduce(0) { $0 + $1 * 8 })
    }
}
