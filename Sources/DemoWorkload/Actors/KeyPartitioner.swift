/// Chooses partitions by key as Kafka's Java producer does: murmur2 of the key, its sign bit cleared, modulo the count
/// (`BuiltInPartitioner.partitionForKey`). So records that a Java client adds to the demo's topics meet those of the same key.
enum KeyPartitioner {
    /// The partition of a key, 0 up to `partitions`.
    static func partition(of key: String, partitions: Int32) -> Int32 {
        Int32(bitPattern: murmur2(Array(key.utf8)) & 0x7FFF_FFFF) % max(1, partitions)
    }

    private static func murmur2(_ bytes: [UInt8]) -> UInt32 {
        let multiplier: UInt32 = 0x5BD1_E995
        var hash = 0x9747_B28C ^ UInt32(truncatingIfNeeded: bytes.count)
        var index = 0
        while index + 4 <= bytes.count {
            var word = UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8
            word |= UInt32(bytes[index + 2]) << 16 | UInt32(bytes[index + 3]) << 24
            word &*= multiplier
            word ^= word >> 24
            hash = (hash &* multiplier) ^ (word &* multiplier)
            index += 4
        }
        let left = bytes.count - index
        if left >= 3 { hash ^= UInt32(bytes[index + 2]) << 16 }
        if left >= 2 { hash ^= UInt32(bytes[index + 1]) << 8 }
        if left >= 1 {
            hash ^= UInt32(bytes[index])
            hash &*= multiplier
        }
        hash ^= hash >> 13
        hash &*= multiplier
        return hash ^ (hash >> 15)
    }
}
