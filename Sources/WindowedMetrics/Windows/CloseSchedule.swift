import HeapModule

/// Which key's windows are to be looked at when closing time passes a moment.
///
/// A key that is scheduled again leaves its old entry behind, which is passed over when it comes up: keys change with each record, their
/// windows close once.
struct CloseSchedule: Sendable {
    private struct Entry: Comparable, Sendable {
        let due: Int64
        let key: UInt32

        static func < (left: Self, right: Self) -> Bool { (left.due, left.key) < (right.due, right.key) }
    }

    private var entries = Heap<Entry>()
    /// When each key is due; `.max` where it is not.
    private var due: [Int64] = []

    /// Bytes of memory that the schedule takes.
    var bytes: Int { entries.count * MemoryLayout<Entry>.stride + due.capacity * 8 }

    /// Has a key come up once a moment has passed, if it does not come up earlier.
    mutating func schedule(_ key: Int, at moment: Int64) {
        if due.count <= key { due.append(contentsOf: repeatElement(.max, count: key + 1 - due.count)) }
        guard moment < due[key] else { return }
        due[key] = moment
        entries.insert(Entry(due: moment, key: UInt32(key)))
    }

    /// The next key that is due before a moment; nil if there is none. It must be scheduled again to come up again.
    mutating func next(before moment: Int64) -> Int? {
        while let entry = entries.min, entry.due < moment {
            entries.removeMin()
            let key = Int(entry.key)
            guard due[key] == entry.due else { continue }
            due[key] = .max
            return key
        }
        return nil
    }

    /// Has a key not come up any more.
    mutating func forget(_ key: Int) {
        if key < due.count { due[key] = .max }
    }
}
