/// What time it is in a stream: a pure function of the records seen, never of the wall clock.
///
/// Three times are told apart:
///
/// - A partition's *stream time* is the highest timestamp among its records so far; it never falls and is -1 before the first. A record is late
///   by the stream time of **its own** partition, itself included.
/// - The *closing time* is the lowest stream time over the participating partitions. Windows close by it, so a slow partition keeps open what its
///   records may still enter. It never falls, and is -1 until each participating partition has spoken.
/// - A partition takes part until it is declared *idle* at an offset, by name and on the record; its next record makes it take part again,
///   with a stream time no lower than the closing time. If all are idle, the highest stream time counts.
///
/// Both happenings are `Event`s. Stored beside the query's offsets and given to `replay(_:)`, they make a second run over the same records come
/// to the same rows, whatever the order in which the partitions are read.
package struct StreamClock: Sendable, Equatable {
    /// Something that moved the clock and was no record.
    package enum Event: Sendable, Equatable, CustomStringConvertible {
        /// From this offset on the partition is not waited for.
        case idle(partition: Int32, offset: Int64)
        /// With the record at this offset the partition takes part again; its stream time is at least this.
        case resumed(partition: Int32, offset: Int64, streamTime: Int64)

        /// The partition it is about.
        package var partition: Int32 {
            switch self {
            case .idle(let partition, _), .resumed(let partition, _, _): partition
            }
        }

        /// The offset in the partition where it happened.
        package var offset: Int64 {
            switch self {
            case .idle(_, let offset), .resumed(_, let offset, _): offset
            }
        }

        package var description: String {
            switch self {
            case .idle(let partition, let offset): "partition \(partition) idle from offset \(offset)"
            case .resumed(let partition, let offset, let time):
                "partition \(partition) back with offset \(offset), at stream time \(time)"
            }
        }
    }

    private struct Partition: Sendable, Equatable {
        var streamTime: Int64 = -1
        var isIdle = false
        /// The next offset, as far as it is known.
        var position: Int64 = 0
        /// What happened here in the run that is being replayed, the next first.
        var script: [Event] = []
    }

    private var partitions: [Partition]
    private var participants: Int
    private var scripted = 0
    /// The lowest stream time over the participating partitions, in milliseconds since 1970; -1 until each has one.
    package private(set) var closingTime: Int64 = -1
    private var newEvents: [Event] = []

    /// The most partitions a clock keeps: Kafka's own tools know no topic that is larger.
    package static let mostPartitions = 1 << 20

    /// A clock of partitions 0 to `partitions - 1`, all of which take part.
    ///
    /// - Precondition: `partitions` is 1 to `mostPartitions`.
    package init(partitions: Int) {
        precondition((1...Self.mostPartitions).contains(partitions), "\(partitions) partitions")
        self.partitions = Array(repeating: Partition(), count: partitions)
        participants = partitions
    }

    /// How many partitions there are.
    package var partitionCount: Int { partitions.count }

    /// A partition's stream time, in milliseconds since 1970; -1 before its first record.
    package func streamTime(of partition: Int32) -> Int64 { partitions[Int(partition)].streamTime }

    /// Whether a partition is waited for.
    package func isIdle(_ partition: Int32) -> Bool { partitions[Int(partition)].isIdle }

    /// The partitions that closing waits for: those with the lowest stream time. For people who ask why a window stays open.
    package var slowest: [Int32] {
        let taking = partitions.indices.filter { !partitions[$0].isIdle }
        guard let lowest = taking.map({ partitions[$0].streamTime }).min() else { return [] }
        return taking.filter { partitions[$0].streamTime == lowest }.map(Int32.init)
    }

    /// Takes a record's time.
    ///
    /// - Returns: The stream time of the record's partition, the record included.
    mutating func take(_ record: WindowRecord) -> Int64 {
        let place = Int(record.partition)
        if scripted > 0 { follow(place, upTo: record.offset) }
        if partitions[place].isIdle { resume(place, with: record) }
        let before = partitions[place].streamTime
        partitions[place].position = record.offset &+ 1
        if record.timestamp > before {
            partitions[place].streamTime = record.timestamp
            // Only who was last can let the others' lowest rise.
            if before <= closingTime { settle() }
        }
        // What happens behind the record is not what it is judged by.
        let reached = partitions[place].streamTime
        if scripted > 0 { follow(place, upTo: partitions[place].position) }
        return reached
    }

    /// Declares a partition idle: until its next record it is not waited for. Nothing happens if it is idle already.
    ///
    /// - Parameter offset: The partition's next offset.
    package mutating func declareIdle(_ partition: Int32, at offset: Int64) {
        let place = Int(partition)
        guard !partitions[place].isIdle else { return }
        partitions[place].isIdle = true
        partitions[place].position = max(partitions[place].position, offset)
        participants -= 1
        newEvents.append(.idle(partition: partition, offset: offset))
        settle()
    }

    /// What happened since this was last asked, in order; to be stored together with the query's offsets.
    package mutating func takeEvents() -> [Event] {
        defer { newEvents = [] }
        return newEvents
    }

    /// Has what happened in an earlier run happen again, at the same offsets.
    ///
    /// - Parameter events: In the order in which `takeEvents()` gave them. Those of partitions that are not there are left out.
    package mutating func replay(_ events: [Event]) {
        for event in events where partitions.indices.contains(Int(event.partition)) {
            partitions[Int(event.partition)].script.append(event)
            scripted += 1
        }
        for place in partitions.indices { follow(place, upTo: partitions[place].position) }
    }

    private mutating func resume(_ place: Int, with record: WindowRecord) {
        let floor = max(partitions[place].streamTime, closingTime)
        partitions[place].isIdle = false
        partitions[place].streamTime = floor
        participants += 1
        newEvents.append(.resumed(partition: record.partition, offset: record.offset, streamTime: floor))
    }

    /// Lets the scripted events up to an offset happen.
    private mutating func follow(_ place: Int, upTo offset: Int64) {
        while let event = partitions[place].script.first, event.offset <= offset {
            partitions[place].script.removeFirst()
            scripted -= 1
            switch event {
            case .resumed(_, _, let time): takePart(place, from: time)
            case .idle:
                if case .resumed(_, _, let time) = partitions[place].script.first {
                    // When it comes back is known: until then it stands for the time it will have, so that nothing closes earlier than it did.
                    partitions[place].script.removeFirst()
                    scripted -= 1
                    takePart(place, from: time)
                } else if !partitions[place].isIdle {
                    partitions[place].isIdle = true
                    participants -= 1
                    settle()
                }
            }
        }
    }

    private mutating func takePart(_ place: Int, from time: Int64) {
        if partitions[place].isIdle {
            partitions[place].isIdle = false
            participants += 1
        }
        partitions[place].streamTime = max(partitions[place].streamTime, time)
        settle()
    }

    private mutating func settle() {
        var lowest = Int64.max
        var highest: Int64 = -1
        for partition in partitions {
            highest = max(highest, partition.streamTime)
            if !partition.isIdle { lowest = min(lowest, partition.streamTime) }
        }
        closingTime = max(closingTime, participants == 0 ? highest : lowest)
    }
}

extension StreamClock {
    func write(to writer: inout PackedWriter) {
        writer.count(partitions.count)
        for partition in partitions {
            writer.signed(partition.streamTime)
            writer.flag(partition.isIdle)
            writer.signed(partition.position)
            Self.write(partition.script, to: &writer)
        }
        writer.signed(closingTime)
        Self.write(newEvents, to: &writer)
    }

    init(_ reader: inout PackedReader) throws(PackedError) {
        let count = try reader.count()
        guard (1...Self.mostPartitions).contains(count) else { throw .malformed }
        self.init(partitions: count)
        for place in 0..<count {
            partitions[place].streamTime = try reader.signed()
            partitions[place].isIdle = try reader.flag()
            partitions[place].position = try reader.signed()
            partitions[place].script = try Self.events(&reader)
            guard (-1...WindowRecord.latestTimestamp).contains(partitions[place].streamTime) else { throw .malformed }
            guard partitions[place].script.allSatisfy({ Int($0.partition) == place }) else { throw .malformed }
            scripted += partitions[place].script.count
            if partitions[place].isIdle { participants -= 1 }
        }
        closingTime = try reader.signed()
        newEvents = try Self.events(&reader)
        guard (-1...WindowRecord.latestTimestamp).contains(closingTime) else { throw .malformed }
        guard newEvents.allSatisfy({ (0..<Int32(count)).contains($0.partition) }) else { throw .malformed }
    }

    private static func write(_ events: [Event], to writer: inout PackedWriter) {
        writer.count(events.count)
        for event in events {
            writer.signed(Int64(event.partition))
            writer.signed(event.offset)
            if case .resumed(_, _, let time) = event { writer.signed(Optional(time)) } else { writer.signed(nil) }
        }
    }

    private static func events(_ reader: inout PackedReader) throws(PackedError) -> [Event] {
        var events: [Event] = []
        for _ in 0..<(try reader.count()) {
            guard let partition = Int32(exactly: try reader.signed()) else { throw .malformed }
            let offset = try reader.signed()
            if let time = try reader.optionalSigned() {
                guard (-1...WindowRecord.latestTimestamp).contains(time) else { throw .malformed }
                events.append(.resumed(partition: partition, offset: offset, streamTime: time))
            } else {
                events.append(.idle(partition: partition, offset: offset))
            }
        }
        return events
    }
}
