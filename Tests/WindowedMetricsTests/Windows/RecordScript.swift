import SeededNumbers
import WindowedMetrics

/// A record of a test, numbered.
struct ScriptRecord: Sendable {
    let id: Int
    let record: WindowRecord
    let key: [UInt8]
}

/// Records in the order in which a query is given them.
struct RecordScript: Sendable {
    let partitions: Int
    /// What each partition holds, by offset.
    let logs: [[ScriptRecord]]

    /// Random records of some keys, out of order and now and then far ahead in time.
    ///
    /// - Parameter spread: How far behind its partition's time a record may be, in milliseconds.
    init(
        seed: UInt64, count: Int, spread: Int64, leap: Int64 = 2_000, ended: Bool = false, partitions wanted: Int? = nil
    ) {
        var random = SeededGenerator(seed: seed)
        partitions = wanted ?? Int.random(in: 1...4, using: &random)
        let keys = Int.random(in: 1...5, using: &random)
        let ownKeys = Bool.random(using: &random)
        var now = (0..<partitions).map { _ in Int64.random(in: 0...40, using: &random) }
        var logs = [[ScriptRecord]](repeating: [], count: partitions)
        for id in 0..<count {
            let partition = Int.random(in: 0..<partitions, using: &random)
            now[partition] += Int64.random(in: 0...6, using: &random)
            if Int.random(in: 0..<60, using: &random) == 0 {
                now[partition] += Int64.random(in: 0...leap, using: &random)
            }
            let time = max(0, now[partition] - Int64.random(in: 0...spread, using: &random))
            // In half of the scripts a key lives in one partition, as after partitioning by it.
            let key = Int.random(in: 0..<keys, using: &random) + (ownKeys ? partition * 100 : 0)
            logs[partition].append(
                ScriptRecord(
                    id: id,
                    record: WindowRecord(
                        partition: Int32(partition), offset: Int64(logs[partition].count), timestamp: time),
                    key: Array("key-\(key)".utf8)))
        }
        if ended {
            // Each partition ends so late that everything before closes.
            for partition in 0..<partitions {
                logs[partition].append(
                    ScriptRecord(
                        id: count + partition,
                        record: WindowRecord(
                            partition: Int32(partition), offset: Int64(logs[partition].count), timestamp: 1 << 40),
                        key: Array("end".utf8)))
            }
        }
        self.logs = logs
    }

    /// The partitions' records in a random order that keeps each partition's own.
    func interleaved(seed: UInt64) -> [ScriptRecord] {
        var random = SeededGenerator(seed: seed)
        var next = [Int](repeating: 0, count: partitions)
        var records: [ScriptRecord] = []
        // Runs of random length: now a partition far ahead, now side by side.
        while let partition = (0..<partitions).filter({ next[$0] < logs[$0].count }).randomElement(using: &random) {
            for _ in 0..<Int.random(in: 1...20, using: &random) where next[partition] < logs[partition].count {
                records.append(logs[partition][next[partition]])
                next[partition] += 1
            }
        }
        return records
    }
}

/// Which row: its window and key.
struct RowName: Hashable, Comparable, CustomStringConvertible {
    let start: Int64
    let end: Int64
    let key: [UInt8]

    static func < (left: Self, right: Self) -> Bool {
        (left.start, left.end, String(decoding: left.key, as: UTF8.self))
            < (right.start, right.end, String(decoding: right.key, as: UTF8.self))
    }

    var description: String { "[\(start), \(end)] \(String(decoding: key, as: UTF8.self))" }
}

/// Keeps the numbers of the records themselves: what a window holds, record for record.
struct MembershipLogic: WindowLogic {
    let signature = "MEMBERS"

    func identity() -> [Int] { [] }

    func add(_ input: Int, at order: RecordOrder, to accumulator: inout [Int]) -> Int {
        precondition(!accumulator.contains(input), "record \(input) was counted twice")
        accumulator.append(input)
        return 8
    }

    func merge(_ other: [Int], into accumulator: inout [Int]) -> Int {
        precondition(Set(other).isDisjoint(with: accumulator), "records were counted twice")
        accumulator += other
        return other.count * 8
    }

    func heapBytes(of accumulator: [Int]) -> Int { accumulator.count * 8 }

    func write(_ accumulator: [Int], to writer: inout PackedWriter) {
        writer.count(accumulator.count)
        for member in accumulator { writer.count(member) }
    }

    func read(_ reader: inout PackedReader) throws(PackedError) -> [Int] {
        var members: [Int] = []
        for _ in 0..<(try reader.count()) { members.append(try reader.number(upTo: .max)) }
        return members
    }
}

extension WindowedAggregation where Logic == MembershipLogic {
    /// Takes a record of a script.
    mutating func take(_ record: ScriptRecord, tell: Tell) {
        record.key.withUnsafeBytes { take(record.record, key: $0, input: record.id, tell: tell) }
    }

    /// The rows that can be read now.
    var rows: [RowName: Set<Int>] {
        var rows: [RowName: Set<Int>] = [:]
        forEachRow { row in rows[row.name] = Set(row.value ?? []) }
        return rows
    }
}

extension WindowRow {
    /// Which row it is.
    var name: RowName { RowName(start: start, end: end, key: Array(key)) }
}
