/// A 128-bit identifier: of topics, log directories, broker incarnations.
///
/// Written as Kafka writes it: URL-safe base64 without padding, 22 characters.
package struct KafkaUUID: Hashable, Sendable {
    /// The first eight bytes.
    package var high: UInt64
    /// The last eight bytes.
    package var low: UInt64

    /// An identifier from its halves.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// ``zero``.
    package init() {
        self.init(high: 0, low: 0)
    }

    /// All bits zero: "none".
    package static let zero = KafkaUUID()
    /// The identifier of the topic `__cluster_metadata`.
    package static let metadataTopic = KafkaUUID(high: 0, low: 1)

    /// Whether it is ``zero``.
    package var isZero: Bool { high == 0 && low == 0 }

    /// A random identifier (UUID version 4), whose text does not start with a dash, as Kafka makes them.
    package static func random(using generator: inout some RandomNumberGenerator) -> KafkaUUID {
        while true {
            let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
            let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
            // 62, the code of the dash, in the first six bits.
            if high >> 58 != 62 { return KafkaUUID(high: high, low: low) }
        }
    }

    /// A random identifier from the system's generator.
    package static func random() -> KafkaUUID {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }
}

extension KafkaUUID: Comparable {
    /// By bytes, unsigned.
    package static func < (left: KafkaUUID, right: KafkaUUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension KafkaUUID: LosslessStringConvertible {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Reads the 22 characters; nil for anything else.
    package init?(_ description: String) {
        let text = Array(description.utf8)
        guard text.count == 22 else { return nil }
        var bits: (high: UInt64, low: UInt64) = (0, 0)
        for (index, character) in text.enumerated() {
            guard let code = Self.alphabet.firstIndex(of: character) else { return nil }
            // The last character carries two bits; its low four are padding and must be zero.
            if index == 21, code & 0xF != 0 { return nil }
            let width: UInt64 = index == 21 ? 2 : 6
            let value = UInt64(index == 21 ? code >> 4 : code)
            bits.high = bits.high << width | bits.low >> (64 - width)
            bits.low = bits.low << width | value
        }
        self.init(high: bits.high, low: bits.low)
    }

    /// The 22 characters.
    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(22)
        for index in 0..<21 {
            let shift = 122 - 6 * index
            let code: UInt64
            if shift >= 64 {
                code = high >> UInt64(shift - 64)
            } else if shift > 58 {
                code = high << UInt64(64 - shift) | low >> UInt64(shift)
            } else {
                code = low >> UInt64(shift)
            }
            text.append(Self.alphabet[Int(code & 0x3F)])
        }
        text.append(Self.alphabet[Int(low & 0x3) << 4])
        return String(decoding: text, as: UTF8.self)
    }
}
