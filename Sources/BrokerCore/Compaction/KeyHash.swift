/// SipHash with 128 bits of result, keyed anew in each process: whoever chooses keys cannot choose those that collide.
///
/// 1-3 rounds as Swift's own hasher, but one pass over the bytes for both halves, where two seeded hashers need two.
struct KeyHash {
    private let key: (UInt64, UInt64)

    /// A hash with a key of its own.
    init() { self.init(key: (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))) }

    init(key: (UInt64, UInt64)) { self.key = key }

    /// The hash of some bytes.
    @inline(__always)
    func callAsFunction(_ bytes: UnsafeRawBufferPointer) -> (high: UInt64, low: UInt64) {
        hash(bytes, rounds: 1, finalRounds: 3)
    }

    /// The hash with any number of rounds a word and at the end.
    @inline(__always)
    func hash(_ bytes: UnsafeRawBufferPointer, rounds: Int, finalRounds: Int) -> (high: UInt64, low: UInt64) {
        var state = State(key)
        var position = 0
        while bytes.count - position >= 8 {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            state.take(word, rounds)
            position += 8
        }
        // The rest, and the length in the last byte.
        var last = UInt64(truncatingIfNeeded: bytes.count) &<< 56
        var shift: UInt64 = 0
        while position < bytes.count {
            last |= UInt64(bytes[position]) &<< shift
            shift &+= 8
            position += 1
        }
        state.take(last, rounds)
        return state.finish(finalRounds)
    }

    private struct State {
        var v0: UInt64
        var v1: UInt64
        var v2: UInt64
        var v3: UInt64

        @inline(__always)
        init(_ key: (UInt64, UInt64)) {
            v0 = key.0 ^ 0x736f_6d65_7073_6575
            v1 = key.1 ^ 0x646f_7261_6e64_6f6d ^ 0xee
            v2 = key.0 ^ 0x6c79_6765_6e65_7261
            v3 = key.1 ^ 0x7465_6462_7974_6573
        }

        @inline(__always)
        mutating func take(_ word: UInt64, _ rounds: Int) {
            v3 ^= word
            for _ in 0..<rounds { mix() }
            v0 ^= word
        }

        @inline(__always)
        mutating func finish(_ rounds: Int) -> (high: UInt64, low: UInt64) {
            v2 ^= 0xee
            for _ in 0..<rounds { mix() }
            let low = v0 ^ v1 ^ v2 ^ v3
            v1 ^= 0xdd
            for _ in 0..<rounds { mix() }
            return (v0 ^ v1 ^ v2 ^ v3, low)
        }

        @inline(__always)
        private mutating func mix() {
            v0 &+= v1
            v1 = Self.rotate(v1, 13) ^ v0
            v0 = Self.rotate(v0, 32)
            v2 &+= v3
            v3 = Self.rotate(v3, 16) ^ v2
            v0 &+= v3
            v3 = Self.rotate(v3, 21) ^ v0
            v2 &+= v1
            v1 = Self.rotate(v1, 17) ^ v2
            v2 = Self.rotate(v2, 32)
        }

        @inline(__always)
        private static func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 { word &<< bits | word &>> (64 - bits) }
    }
}
