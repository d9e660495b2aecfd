import Glibc

/// Keys given as bytes, each under a small number: what group-by state is kept by.
///
/// A look-up neither copies nor allocates; a new key is copied once into an arena that all keys share. Numbers begin at 0 and have no gaps as
/// long as nothing is removed; a removed key's number is given to a later one. Hashing is xxHash64 without a secret, so who chooses keys can
/// make look-ups slow, but never wrong.
///
/// Memory: 8 bytes a key, its own bytes, and between 10 and 22 bytes of hash table.
package struct KeyIndex: Sendable {
    /// The longest key, in bytes. Kafka's own records are no longer unless a broker is told so.
    package static let longestKey = (1 << 24) - 1

    /// Open addressing with linear probing: the hash's 32 bits above the key's number + 1; 0 where nothing is.
    private var slots: [UInt64] = []
    /// Where a key lies in the arena: 40 bits of start above 24 bits of length.
    private var places: [UInt64] = []
    private var arena: [UInt8] = []
    private var free: [UInt32] = []
    /// Bytes of removed keys in the arena.
    private var garbage = 0

    /// No keys.
    package init() {}

    /// How many keys there are.
    package var count: Int { places.count - free.count }

    /// One more than the highest number in use.
    package var bound: Int { places.count }

    /// Bytes of memory that the keys take.
    package var bytes: Int { slots.capacity * 8 + places.capacity * 8 + arena.capacity + free.capacity * 4 }

    /// The part of a key's hash that the index works with.
    package static func tag(of key: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(truncatingIfNeeded: XXHash64.hash(key))
    }

    /// The number of a key; nil when it is not there.
    package func number(of key: UnsafeRawBufferPointer, tag: UInt32) -> Int? {
        guard !slots.isEmpty else { return nil }
        let mask = slots.count - 1
        var at = Int(tag) & mask
        while slots[at] != 0 {
            if Self.tag(in: slots[at]) == tag, isKey(Self.number(in: slots[at]), key) {
                return Self.number(in: slots[at])
            }
            at = (at + 1) & mask
        }
        return nil
    }

    /// The number of a key, which is put in if it is not there.
    ///
    /// - Precondition: The key is no longer than `longestKey`.
    package mutating func insert(_ key: UnsafeRawBufferPointer, tag: UInt32) -> (number: Int, isNew: Bool) {
        if (count + 1) * 4 > slots.count * 3 { grow() }
        let mask = slots.count - 1
        var at = Int(tag) & mask
        while slots[at] != 0 {
            if Self.tag(in: slots[at]) == tag, isKey(Self.number(in: slots[at]), key) {
                return (Self.number(in: slots[at]), false)
            }
            at = (at + 1) & mask
        }
        let number = keep(key)
        slots[at] = UInt64(tag) << 32 | UInt64(number + 1)
        return (number, true)
    }

    /// Calls a function with a key's bytes, which are valid only for the call.
    package func withKey<Result>(_ number: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let (start, length) = Self.place(places[number])
        return arena.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start..<(start + length)])) }
    }

    /// Takes a key out; its number may be another key's from now on.
    package mutating func remove(_ number: Int) {
        let tag = withKey(number) { Self.tag(of: $0) }
        let mask = slots.count - 1
        var hole = Int(tag) & mask
        while slots[hole] == 0 || Self.number(in: slots[hole]) != number { hole = (hole + 1) & mask }
        // What probed past the hole moves into it, so that no look-up ends there too early.
        var at = (hole + 1) & mask
        while slots[at] != 0 {
            let home = Int(Self.tag(in: slots[at])) & mask
            if (at - home) & mask >= (at - hole) & mask {
                slots[hole] = slots[at]
                hole = at
            }
            at = (at + 1) & mask
        }
        slots[hole] = 0
        garbage += Self.place(places[number]).length
        places[number] = 0
        free.append(UInt32(number))
        if count == 0 {
            self = KeyIndex()
        } else if garbage > 4096, garbage * 2 > arena.count {
            compact()
        }
    }

    /// Takes all keys out.
    package mutating func removeAll() { self = KeyIndex() }

    private mutating func keep(_ key: UnsafeRawBufferPointer) -> Int {
        precondition(key.count <= Self.longestKey, "a key of \(key.count) bytes is longer than \(Self.longestKey)")
        let place = UInt64(arena.count) << 24 | UInt64(key.count)
        arena.append(contentsOf: key)
        if let number = free.popLast() {
            places[Int(number)] = place
            return Int(number)
        }
        places.append(place)
        return places.count - 1
    }

    private func isKey(_ number: Int, _ key: UnsafeRawBufferPointer) -> Bool {
        let (start, length) = Self.place(places[number])
        guard length == key.count else { return false }
        return arena.withUnsafeBytes { bytes in
            guard let ours = bytes.baseAddress, let theirs = key.baseAddress else { return true }
            return memcmp(ours + start, theirs, length) == 0
        }
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: max(8, old.count * 2))
        let mask = slots.count - 1
        for slot in old where slot != 0 {
            var at = Int(Self.tag(in: slot)) & mask
            while slots[at] != 0 { at = (at + 1) & mask }
            slots[at] = slot
        }
    }

    /// Leaves the bytes of removed keys behind.
    private mutating func compact() {
        var kept: [UInt8] = []
        kept.reserveCapacity(arena.count - garbage)
        for slot in slots where slot != 0 {
            let number = Self.number(in: slot)
            let (start, length) = Self.place(places[number])
            places[number] = UInt64(kept.count) << 24 | UInt64(length)
            kept.append(contentsOf: arena[start..<(start + length)])
        }
        arena = kept
        garbage = 0
    }

    private static func tag(in slot: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: slot >> 32) }
    private static func number(in slot: UInt64) -> Int { Int(UInt32(truncatingIfNeeded: slot)) - 1 }
    private static func place(_ place: UInt64) -> (start: Int, length: Int) {
        (Int(place >> 24), Int(place & 0xff_ffff))
    }
}
