/// Gives things a place in the columns of a history, and keeps it for them as long as the history remembers them.
package struct PlaceTable<Key: Hashable & Sendable>: Sendable {
    private var keys: [Key?] = []
    private var seen: [Int64] = []
    private var places: [Key: Int32] = [:]
    private var free: [Int32] = []
    /// No more things than this get a place.
    package let capacity: Int

    /// No places given.
    package init(capacity: Int) { self.capacity = max(0, min(capacity, Int(Int32.max) - 1)) }

    /// How many places there are, free ones too.
    package var count: Int { keys.count }
    /// What it takes, bytes, about.
    package var byteCount: Int { keys.count * (MemoryLayout<Key?>.stride * 3 + 16) }

    /// The thing at a place; nil for a free one.
    package func key(at place: Int) -> Key? { keys.indices.contains(place) ? keys[place] : nil }

    /// A thing's place, if it has one.
    package func place(of key: Key) -> Int? { places[key].map { Int($0) } }

    /// A thing's place, given now if it has none; nil when all are taken.
    ///
    /// - Parameters:
    ///   - guess: Where it may well stand: looked at first, which is faster.
    ///   - time: Now; the place is kept for the thing from here on until `release`.
    package mutating func place(of key: Key, guess: Int = -1, at time: Int64) -> Int? {
        if guess >= 0, guess < keys.count, keys[guess] == key {
            seen[guess] = time
            return guess
        }
        if let known = places[key] {
            seen[Int(known)] = time
            return Int(known)
        }
        if let place = free.popLast() {
            keys[Int(place)] = key
            seen[Int(place)] = time
            places[key] = place
            return Int(place)
        }
        guard keys.count < capacity else { return nil }
        places[key] = Int32(keys.count)
        keys.append(key)
        seen.append(time)
        return keys.count - 1
    }

    /// Frees the places of things not seen since a moment: the history must have forgotten them.
    ///
    /// - Returns: The places freed.
    package mutating func release(before time: Int64) -> [Int] {
        var freed: [Int] = []
        for place in keys.indices where seen[place] < time {
            guard let key = keys[place] else { continue }
            places[key] = nil
            keys[place] = nil
            free.append(Int32(place))
            freed.append(place)
        }
        return freed
    }

    /// Writes all places.
    package func write(into writer: inout PackedWriter, _ write: (Key, inout PackedWriter) -> Void) {
        writer.count(keys.count)
        for place in keys.indices {
            writer.flag(keys[place] != nil)
            guard let key = keys[place] else { continue }
            writer.signed(seen[place])
            write(key, &writer)
        }
    }

    /// Reads what `write` wrote in place of all there is.
    ///
    /// - Throws: `PackedError` for other bytes, and for a thing that has two places.
    package mutating func read(
        from reader: inout PackedReader, _ read: (inout PackedReader) throws(PackedError) -> Key
    ) throws(PackedError) {
        let count = try reader.count()
        guard count <= capacity else { throw .malformed }
        var table = PlaceTable(capacity: capacity)
        for place in 0..<count {
            guard try reader.flag() else {
                table.keys.append(nil)
                table.seen.append(Int64.min)
                table.free.append(Int32(place))
                continue
            }
            let time = try reader.signed()
            let key = try read(&reader)
            guard table.places.updateValue(Int32(place), forKey: key) == nil else { throw .malformed }
            table.keys.append(key)
            table.seen.append(time)
        }
        self = table
    }
}
