import RecordFormats
import SeededNumbers
import Testing

@Suite("What changed between two texts")
struct LineDiffTests {
    /// The length of the longest common rest, the plain way.
    private static func common(_ old: [String], _ new: [String]) -> Int {
        var row = Array(repeating: 0, count: new.count + 1)
        for left in old {
            var next = row
            for (j, right) in new.enumerated() { next[j + 1] = left == right ? row[j] + 1 : max(next[j], row[j + 1]) }
            row = next
        }
        return row[new.count]
    }

    @Test("both texts can be read off it, and no more lines change than must")
    func model() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            func text() -> [String] {
                (0..<Int.random(in: 0...14, using: &random)).map { _ in
                    ["a", "b", "c", "d"].randomElement(using: &random) ?? ""
                }
            }
            let (old, new) = (text(), text())
            let lines = LineDiff.lines(from: old, to: new)
            #expect(lines.filter { $0.change != .added }.map(\.text) == old)
            #expect(lines.filter { $0.change != .removed }.map(\.text) == new)
            #expect(lines.count { $0.change == .same } == Self.common(old, new), "\(old) \(new)")
        }
    }

    @Test("texts that differ beyond measure are shown one after the other")
    func large() {
        let old = (0..<5000).map { "old \($0)" }
        let new = (0..<5000).map { "new \($0)" }
        let lines = LineDiff.lines(from: ["same"] + old, to: ["same"] + new)
        #expect(lines.count == 10_001)
        #expect(lines[0].change == .same && lines[1].change == .removed && lines[10_000].change == .added)
    }
}
