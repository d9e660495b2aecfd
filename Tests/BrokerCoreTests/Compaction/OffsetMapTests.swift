import Testing

@testable import BrokerCore

@Suite("The cleaner's offset map")
struct OffsetMapTests {
    private func with<Value>(_ key: String, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        Array(key.utf8).withUnsafeBytes(body)
    }

    @Test("it answers as a dictionary does, through growth", arguments: [1, 2, 3] as [UInt64])
    func model(seed: UInt64) {
        var random = SeededRandom(seed: seed)
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
}
