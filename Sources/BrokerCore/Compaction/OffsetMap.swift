/// Which offset holds the newest record of each key: pass one of a compaction fills it, pass two asks it (Kafka's `SkimpyOffsetMap`).
///
/// Keys are kept as 128 bits of hash (``KeyHash``), in open addressing; 24 bytes a slot, never more than three quarters full.
/// The table doubles as keys arrive, up to the slots that fit the memory limit.
struct OffsetMap {
    /// Bytes of one slot: two halves of a hash and an offset.
    static let slotBytes = 24
    private static let empty: Int64 = -1

    private struct Slot {
        var high: UInt64
        var low: UInt64
        var offset: Int64
    }

    private var slots: [Slot]
    private var mask: Int
    private let maxSlots: Int
    private let hash = KeyHash()
    /// Keys in the map.
    private(set) var count = 0
    /// The highest offset that was looked at, whether or not it gave a key; -1 before any. Records past it are not judged.
    private(set) var latestOffset: Int64 = -1

    /// An empty map.
    ///
    /// - Parameter memoryLimit: Bytes the table may take (`log.cleaner.dedupe.buffer.size`); at least 64 slots are taken.
    init(memoryLimit: Int = 128 << 20) {
        var most = 64
        while most * 2 * Self.slotBytes <= memoryLimit { most *= 2 }
        maxSlots = most
        let first = min(most, 1024)
        slots = Array(repeating: Slot(high: 0, low: 0, offset: Self.empty), count: first)
        mask = first - 1
    }

    /// Notes the newest offset of a key.
    ///
    /// - Returns: False when the map is full and the key is not in it: the cleaning covers only what came before.
    mutating func put(_ key: UnsafeRawBufferPointer, offset: Int64) -> Bool {
        let (high, low) = hash(key)
        if count * 4 >= slots.count * 3, slots.count < maxSlots { grow() }
        var index = Int(truncatingIfNeeded: low) & mask
        while slots[index].offset != Self.empty {
            if slots[index].low == low, slots[index].high == high {
                slots[index].offset = offset
                return true
            }
            index = (index + 1) & mask
        }
        guard count * 4 < slots.count * 3 else { return false }
        slots[index] = Slot(high: high, low: low, offset: offset)
        count += 1
        return true
    }

    /// The newest offset of a key, or -1.
    func offset(of key: UnsafeRawBufferPointer) -> Int64 {
        let (high, low) = hash(key)
        var index = Int(truncatingIfNeeded: low) & mask
        while slots[index].offset != Self.empty {
            if slots[index].low == low, slots[index].high == high { return slots[index].offset }
            index = (index + 1) & mask
        }
        return -1
    }

    /// Says that everything up to an offset was looked at.
    mutating func advance(to offset: Int64) { latestOffset = max(latestOffset, offset) }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(high: 0, low: 0, offset: Self.empty), count: old.count * 2)
        mask = slots.count - 1
        for slot in old where slot.offset != Self.empty {
            var index = Int(truncatingIfNeeded: slot.low) & mask
            while slots[index].offset != Self.empty { index = (index + 1) & mask }
            slots[index] = slot
        }
    }
}
