import SeededNumbers
import Testing
import WindowedMetrics

@Suite("Keys by number")
struct KeyIndexTests {
    @Test(
        "does what a dictionary does, through growth, removal and compaction", arguments: 1...40 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        var index = KeyIndex()
        var model: [[UInt8]: Int] = [:]
        let longest = Int.random(in: 0...40, using: &random)
        for _ in 0..<3_000 {
            let number = Int.random(in: 0..<300, using: &random)
            let key = Array("\(number)".utf8) + [UInt8](repeating: 7, count: min(longest, number))
            key.withUnsafeBytes { bytes in
                let tag = KeyIndex.tag(of: bytes)
                #expect(index.number(of: bytes, tag: tag) == model[key])
                if Int.random(in: 0..<5, using: &random) < 3 {
                    let (place, isNew) = index.insert(bytes, tag: tag)
                    #expect(isNew == (model[key] == nil) && (model[key] ?? place) == place)
                    #expect(isNew || place == model[key])
                    if isNew { #expect(!model.values.contains(place), "\(place) is another key's") }
                    model[key] = place
                } else if let place = model.removeValue(forKey: key) {
                    index.remove(place)
                }
            }
            #expect(index.count == model.count)
        }
        for (key, place) in model { index.withKey(place) { #expect(Array($0) == key) } }
        for place in model.values { index.remove(place) }
        #expect(index.count == 0 && index.bytes == 0)
    }
}
