/// Facts that change seldom, by place: each version with when it began to hold.
package struct VersionLog<Value: Equatable & Sendable>: Sendable {
    private struct Version: Sendable {
        var since: Int64
        /// Nil while there is no such thing.
        var value: Value?
    }

    private var versions: [[Version]] = []
    /// Versions kept of one place; the older ones go.
    private let limit: Int

    /// No facts.
    package init(limit: Int = 64) { self.limit = max(limit, 1) }

    /// The newest fact of a place; nil for none, or no such thing.
    package func latest(_ place: Int) -> Value? { versions.indices.contains(place) ? versions[place].last?.value : nil }

    /// Notes what holds from a moment on, unless it did before.
    ///
    /// - Parameter value: Nil for a thing that is gone.
    package mutating func note(_ value: Value?, of place: Int, at time: Int64) {
        guard place >= 0 else { return }
        if versions.count <= place {
            versions.append(contentsOf: repeatElement([], count: place + 1 - versions.count))
        }
        if let last = versions[place].last {
            guard last.value != value else { return }
            // A moment has one fact, the last.
            if last.since >= time { versions[place].removeLast() }
        } else if value == nil {
            return
        }
        versions[place].append(Version(since: time, value: value))
        if versions[place].count > limit { versions[place].removeFirst() }
    }

    /// What held at a moment; nil when nothing is known of it.
    package func value(of place: Int, at time: Int64) -> Value? {
        guard versions.indices.contains(place) else { return nil }
        return versions[place].last { $0.since <= time }?.value
    }

    /// Places where something may be known, with whether it holds now.
    package var places: Range<Int> { versions.indices }

    /// Forgets what ended before a moment.
    package mutating func trim(before time: Int64) {
        for place in versions.indices where versions[place].count > 1 || versions[place].last?.value == nil {
            if let holding = versions[place].lastIndex(where: { $0.since <= time }), holding > 0 {
                versions[place].removeFirst(holding)
            }
            if versions[place].count == 1, versions[place][0].value == nil, versions[place][0].since <= time {
                versions[place] = []
            }
        }
    }

    /// Forgets all of a place.
    package mutating func clear(_ place: Int) {
        if versions.indices.contains(place) { versions[place] = [] }
    }

    /// Writes all versions.
    package func write(into writer: inout PackedWriter, _ write: (Value, inout PackedWriter) -> Void) {
        writer.count(versions.count)
        for place in versions {
            writer.count(place.count)
            for version in place {
                writer.signed(version.since)
                writer.flag(version.value != nil)
                if let value = version.value { write(value, &writer) }
            }
        }
    }

    /// Reads what `write` wrote in place of all there is.
    ///
    /// - Throws: `PackedError` for other bytes.
    package mutating func read(
        from reader: inout PackedReader, _ read: (inout PackedReader) throws(PackedError) -> Value
    ) throws(PackedError) {
        var all: [[Version]] = []
        for _ in 0..<(try reader.count()) {
            var place: [Version] = []
            for _ in 0..<(try reader.count()) {
                let since = try reader.signed()
                guard since >= place.last?.since ?? Int64.min else { throw .malformed }
                place.append(Version(since: since, value: try reader.flag() ? try read(&reader) : nil))
            }
            all.append(place)
        }
        versions = all
    }
}
