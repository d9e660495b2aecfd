/// The groups of one window or slice: a key, the state of its aggregates, and the highest record timestamp. Groups are only ever added; the
/// table goes as a whole when its window does.
struct GroupTable<Accumulator: Sendable>: Sendable {
    private(set) var keys = KeyIndex()
    /// The highest record timestamp of each group, which is its row's timestamp (Kafka Streams' rule).
    var latest: [Int64] = []
    /// The state of each group.
    var accumulators: [Accumulator] = []
    /// Memory that the states hold beside their own size, in bytes.
    var heapBytes = 0
    /// Groups that changed since the last commit, each once.
    private(set) var changed: [UInt32] = []
    private var isChanged: [Bool] = []

    var count: Int { accumulators.count }

    /// Bytes of memory that the table takes.
    var bytes: Int {
        keys.bytes + latest.capacity * 8 + accumulators.capacity * MemoryLayout<Accumulator>.stride
            + changed.capacity * 4 + isChanged.capacity + heapBytes
    }

    /// The place of a key's group, which begins with nothing taken if it is new.
    mutating func place<Logic: WindowLogic>(
        of key: UnsafeRawBufferPointer, tag: UInt32, timestamp: Int64, with logic: Logic
    ) -> Int where Logic.Accumulator == Accumulator {
        let (place, isNew) = keys.insert(key, tag: tag)
        if isNew {
            latest.append(timestamp)
            accumulators.append(logic.identity())
            heapBytes += logic.heapBytes(of: accumulators[place])
        } else if latest[place] < timestamp {
            latest[place] = timestamp
        }
        return place
    }

    /// Takes a record into its key's group.
    ///
    /// - Returns: The group's place.
    mutating func take<Logic: WindowLogic>(
        _ timestamp: Int64, at order: RecordOrder, key: UnsafeRawBufferPointer, tag: UInt32, input: Logic.Input,
        with logic: Logic
    ) -> Int where Logic.Accumulator == Accumulator {
        let place = place(of: key, tag: tag, timestamp: timestamp, with: logic)
        heapBytes += logic.add(input, at: order, to: &accumulators[place])
        return place
    }

    /// Notes that a group's row is to be told at the next commit.
    mutating func noteChange(of place: Int) {
        if isChanged.count < count {
            isChanged.append(contentsOf: repeatElement(false, count: count - isChanged.count))
        }
        guard !isChanged[place] else { return }
        isChanged[place] = true
        changed.append(UInt32(place))
    }

    /// The groups that changed since this was last asked, in the order of their first change.
    mutating func takeChanges() -> [UInt32] {
        defer { changed = [] }
        for place in changed { isChanged[Int(place)] = false }
        return changed
    }

    /// Takes in another table's groups.
    mutating func merge<Logic: WindowLogic>(_ other: GroupTable, with logic: Logic)
    where Logic.Accumulator == Accumulator {
        for number in 0..<other.count {
            let place = other.keys.withKey(number) { key in
                self.place(of: key, tag: KeyIndex.tag(of: key), timestamp: other.latest[number], with: logic)
            }
            heapBytes += logic.merge(other.accumulators[number], into: &accumulators[place])
        }
    }
}

extension GroupTable {
    func write<Logic: WindowLogic>(to writer: inout PackedWriter, with logic: Logic)
    where Logic.Accumulator == Accumulator {
        writer.count(count)
        for group in 0..<count {
            keys.withKey(group) { writer.block($0) }
            writer.signed(latest[group])
            writer.flag(group < isChanged.count && isChanged[group])
            logic.write(accumulators[group], to: &writer)
        }
    }

    /// Reads groups that were written down.
    init<Logic: WindowLogic>(_ reader: inout PackedReader, with logic: Logic) throws(PackedError)
    where Logic.Accumulator == Accumulator {
        for _ in 0..<(try reader.count()) {
            let key = try reader.block()
            guard key.count <= KeyIndex.longestKey else { throw .malformed }
            let timestamp = try reader.signed()
            let hasChanged = try reader.flag()
            let accumulator = try logic.read(&reader)
            let (place, isNew) = key.withUnsafeBytes { keys.insert($0, tag: KeyIndex.tag(of: $0)) }
            guard isNew else { throw .malformed }
            latest.append(timestamp)
            accumulators.append(accumulator)
            heapBytes += logic.heapBytes(of: accumulator)
            if hasChanged { noteChange(of: place) }
        }
    }
}
