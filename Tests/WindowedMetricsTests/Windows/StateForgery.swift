/// State with a checksum that matches, whatever it holds.
enum StateForgery {
    /// The bytes with their CRC-32C behind them, computed bit by bit.
    static func sealed(_ bytes: [UInt8]) -> [UInt8] {
        var register: UInt32 = .max
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0x82f6_3b78 : register >> 1 }
        }
        let checksum = ~register
        return bytes + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> ($0 * 8)) }
    }
}
