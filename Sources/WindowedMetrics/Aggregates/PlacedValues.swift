/// The first or the last so many values by their order in the stream: what COLLECT_LIST, EARLIEST_BY_OFFSET and LATEST_BY_OFFSET keep.
struct PlacedValues: Sendable {
    private struct Item: Sendable {
        let order: RecordOrder
        let value: AggregateValue
    }

    /// Which values stay when there are too many.
    enum End: Sendable {
        case first, last
    }

    /// By order, the first first.
    private var items: [Item] = []
    /// How many values were left out.
    private(set) var dropped: Int64 = 0
    private var valueBytes = 0

    init() {}

    /// Bytes of memory that it holds beside its own size.
    var bytes: Int { items.capacity * MemoryLayout<Item>.stride + valueBytes }

    /// The values, the first first.
    var values: [AggregateValue] { items.map(\.value) }

    /// Takes a value.
    mutating func add(_ value: AggregateValue, at order: RecordOrder, keeping limit: Int, _ end: End) {
        if items.count >= limit {
            let isOutside =
                switch end {
                case .first: items.last.map { $0.order < order } ?? true
                case .last: items.first.map { order < $0.order } ?? true
                }
            dropped += 1
            guard !isOutside else { return }
            let gone = end == .first ? items.removeLast() : items.removeFirst()
            valueBytes -= gone.value.heapBytes
        }
        var place = items.count
        if let last = items.last, order < last.order {
            var low = 0
            while low < place {
                let middle = (low + place) / 2
                if items[middle].order < order { low = middle + 1 } else { place = middle }
            }
        }
        items.insert(Item(order: order, value: value), at: place)
        valueBytes += value.heapBytes
    }

    /// Takes in what another has taken.
    mutating func merge(_ other: PlacedValues, keeping limit: Int, _ end: End) {
        dropped += other.dropped
        for item in other.items { add(item.value, at: item.order, keeping: limit, end) }
    }

    func write(to writer: inout PackedWriter) {
        writer.signed(dropped)
        writer.count(items.count)
        for item in items {
            item.order.write(to: &writer)
            item.value.write(to: &writer)
        }
    }

    init(_ reader: inout PackedReader, keeping limit: Int, _ end: End) throws(PackedError) {
        dropped = try reader.signed()
        let count = try reader.count()
        guard count <= limit else { throw .malformed }
        for _ in 0..<count {
            let order = try RecordOrder(&reader)
            add(try AggregateValue(&reader), at: order, keeping: limit, end)
        }
    }
}

/// The different values among many, each with where it first came: what COLLECT_SET keeps. Beyond the limit those stay that came first.
struct PlacedSet: Sendable {
    private var orders: [AggregateValue: RecordOrder] = [:]
    /// The last of the values kept, once there are as many as may be.
    private var last: (value: AggregateValue, order: RecordOrder)?
    /// How many values were left out.
    private(set) var dropped: Int64 = 0
    private var valueBytes = 0

    init() {}

    /// Bytes of memory that it holds beside its own size.
    var bytes: Int {
        orders.capacity * (MemoryLayout<AggregateValue>.stride + MemoryLayout<RecordOrder>.stride + 1) + valueBytes
    }

    /// The values, in the order in which they first came.
    var values: [AggregateValue] { orders.sorted { $0.value < $1.value }.map(\.key) }

    /// Takes a value.
    mutating func add(_ value: AggregateValue, at order: RecordOrder, keeping limit: Int) {
        if let known = orders[value] {
            guard order < known else { return }
            orders[value] = order
            if last?.value == value { last = furthest(limit) }
            return
        }
        if let last {
            dropped += 1
            guard order < last.order else { return }
            orders[last.value] = nil
            valueBytes -= last.value.heapBytes
        }
        guard limit > 0 else { return }
        orders[value] = order
        valueBytes += value.heapBytes
        if orders.count >= limit { last = furthest(limit) }
    }

    /// Takes in what another has taken.
    mutating func merge(_ other: PlacedSet, keeping limit: Int) {
        dropped += other.dropped
        for (value, order) in other.orders { add(value, at: order, keeping: limit) }
    }

    private func furthest(_ limit: Int) -> (value: AggregateValue, order: RecordOrder)? {
        guard orders.count >= limit else { return nil }
        return orders.max { $0.value < $1.value }.map { ($0.key, $0.value) }
    }

    func write(to writer: inout PackedWriter) {
        writer.signed(dropped)
        writer.count(orders.count)
        for (value, order) in orders.sorted(by: { $0.value < $1.value }) {
            order.write(to: &writer)
            value.write(to: &writer)
        }
    }

    init(_ reader: inout PackedReader, keeping limit: Int) throws(PackedError) {
        let dropped = try reader.signed()
        let count = try reader.count()
        guard count <= limit else { throw .malformed }
        for _ in 0..<count {
            let order = try RecordOrder(&reader)
            add(try AggregateValue(&reader), at: order, keeping: limit)
        }
        self.dropped = dropped
    }
}
