package import SeededNumbers

/// Breaks frames as a careless or hostile peer would: bits flipped, ends cut, counts and lengths grown, parts moved.
package struct FrameMutator {
    /// Numbers that lengths, counts and varints are mistaken about most.
    private static let extremes: [[UInt8]] = [
        [0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0], [0, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF],
        [0x80, 0], [0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        [0x80, 0x80, 0x80, 0x80, 0x80], [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        [0x80, 0, 0, 0, 0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    ]

    /// What it draws from.
    package var random: SeededGenerator

    /// A mutator that does the same for the same seed.
    package init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// A frame with one to three mistakes at or behind byte `start`.
    package mutating func mutated(_ frame: some Sequence<UInt8>, from start: Int = 0) -> [UInt8] {
        var bytes = Array(frame)
        for _ in 0..<Int.random(in: 1...3, using: &random) where bytes.count > start {
            let place = Int.random(in: start..<bytes.count, using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes.removeLast(bytes.count - place)
            case 2:
                let extreme = Self.extremes.randomElement(using: &random) ?? []
                for (index, byte) in extreme.enumerated() where place + index < bytes.count {
                    bytes[place + index] = byte
                }
            case 3: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 4: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 5: bytes.remove(at: place)
            default:
                let other = Int.random(in: start..<bytes.count, using: &random)
                for index in 0..<min(8, bytes.count - max(place, other)) { bytes[place + index] = bytes[other + index] }
            }
        }
        return bytes
    }

    /// The beginning of one frame and the end of another.
    package mutating func spliced(_ head: [UInt8], _ tail: [UInt8]) -> [UInt8] {
        let cut = Int.random(in: 0...head.count, using: &random)
        return Array(head[..<cut]) + tail[min(cut, tail.count)...]
    }
}
