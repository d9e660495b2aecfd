/// Chooses partitions by key as Kafka's Java producer does: murmur2 of the key, its sign bit cleared, modulo the count
/// (`BuiltInPartitioner.partitionForKey`). So records written here meet those of the same key that a Java client writes.
package enum KeyPartitioner {
    /// The partition of a key, 0 up to `partitions`, which counts as 1 where it is less.
    package static func partition(of key: [UInt8], partitions: Int32) -> Int32 {
        Int32(bitPattern: murmur2(key) & 0x7FFF_FFFF) % max(1, partitions)
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
