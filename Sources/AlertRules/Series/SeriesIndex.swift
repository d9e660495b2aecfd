/// Which series there are, found by name: what every source of samples keeps beside its samples.
package struct SeriesIndex: Sendable {
    private struct Key: Hashable {
        var name: String
        var labels: LabelSet
    }

    /// All series, in the order they came; nil where one was removed.
    private var entries: [SeriesReference?] = []
    private var places: [Key: Int] = [:]
    private var byName: [String: [Int]] = [:]
    private var free: [Int] = []
    /// Changes whenever series appear or go.
    package private(set) var generation: UInt64 = 0

    /// No series.
    package init() {}

    /// How many series there are.
    package var count: Int { places.count }

    /// One more than the highest number of a series.
    package var capacity: Int { entries.count }

    /// The number of a series; nil when there is none.
    package func id(name: String, labels: LabelSet) -> Int? { places[Key(name: name, labels: labels)] }

    /// The number of a series, new when there was none. Numbers of removed series are given again.
    package mutating func insert(name: String, labels: LabelSet) -> (id: Int, isNew: Bool) {
        let key = Key(name: name, labels: labels)
        if let id = places[key] { return (id, false) }
        let id = free.popLast() ?? entries.count
        if id == entries.count { entries.append(nil) }
        entries[id] = SeriesReference(id: id, name: name, labels: labels)
        places[key] = id
        byName[name, default: []].append(id)
        generation &+= 1
        return (id, true)
    }

    /// Removes a series.
    package mutating func remove(_ id: Int) {
        guard entries.indices.contains(id), let entry = entries[id] else { return }
        entries[id] = nil
        places[Key(name: entry.name, labels: entry.labels)] = nil
        byName[entry.name]?.removeAll { $0 == id }
        if byName[entry.name]?.isEmpty == true { byName[entry.name] = nil }
        free.append(id)
        generation &+= 1
    }

    /// Whether there is a series of this name.
    package func has(name: String) -> Bool { byName[name] != nil }

    /// The series a selector means; by its name when it says one, else all are looked at.
    package func series(matching selector: VectorSelector) -> [SeriesReference] {
        let candidates = selector.exactName.map { byName[$0] ?? [] } ?? Array(entries.indices)
        return candidates.compactMap { id in
            guard let entry = entries[id], selector.matches(name: entry.name, labels: entry.labels) else { return nil }
            return entry
        }
    }
}
