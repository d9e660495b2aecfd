/// The largest so many values, the largest first, each with what else its record brought: what TOPK and TOPKDISTINCT keep. Of equal values the
/// one stays that came first.
struct TopValues: Sendable {
    private struct Item: Sendable {
        let value: AggregateValue
        let others: [AggregateValue]
        let order: RecordOrder

        var bytes: Int { value.heapBytes + (others.isEmpty ? 0 : others.reduce(32) { $0 + $1.heapBytes + 24 }) }

        func precedes(_ other: Item) -> Bool {
            other.value < value || (value == other.value && order < other.order)
        }
    }

    private var items: [Item] = []
    private var valueBytes = 0

    init() {}

    /// Bytes of memory that it holds beside its own size.
    var bytes: Int { items.capacity * MemoryLayout<Item>.stride + valueBytes }

    /// The values, the largest first; with others each is a list of the value and them.
    func values(withOthers: Bool) -> [AggregateValue] {
        items.map { withOthers ? .list([$0.value] + $0.others) : $0.value }
    }

    /// Takes a value.
    mutating func add(
        _ value: AggregateValue, others: [AggregateValue] = [], at order: RecordOrder, keeping limit: Int,
        isDistinct: Bool
    ) {
        add(Item(value: value, others: others, order: order), keeping: limit, isDistinct: isDistinct)
    }

    /// Whether a value would be among those kept.
    func keeps(_ value: AggregateValue, at order: RecordOrder, of limit: Int) -> Bool {
        guard items.count >= limit, let last = items.last else { return limit > 0 }
        return Item(value: value, others: [], order: order).precedes(last)
    }

    /// Takes in what another has taken.
    mutating func merge(_ other: TopValues, keeping limit: Int, isDistinct: Bool) {
        for item in other.items { add(item, keeping: limit, isDistinct: isDistinct) }
    }

    private mutating func add(_ item: Item, keeping limit: Int, isDistinct: Bool) {
        if isDistinct, let same = items.firstIndex(where: { $0.value == item.value }) {
            guard item.precedes(items[same]) else { return }
            valueBytes -= items.remove(at: same).bytes
        }
        if items.count >= limit {
            guard let last = items.last, item.precedes(last) else { return }
            valueBytes -= items.removeLast().bytes
        }
        let place = items.firstIndex { item.precedes($0) } ?? items.count
        items.insert(item, at: place)
        valueBytes += item.bytes
    }

    func write(to writer: inout PackedWriter) {
        writer.count(items.count)
        for item in items {
            item.order.write(to: &writer)
            item.value.write(to: &writer)
            AggregateValue.list(item.others).write(to: &writer)
        }
    }

    init(_ reader: inout PackedReader, keeping limit: Int, isDistinct: Bool) throws(PackedError) {
        let count = try reader.count()
        guard count <= limit else { throw .malformed }
        for _ in 0..<count {
            let order = try RecordOrder(&reader)
            let value = try AggregateValue(&reader)
            guard case .list(let others) = try AggregateValue(&reader) else { throw .malformed }
            add(value, others: others, at: order, keeping: limit, isDistinct: isDistinct)
        }
    }
}
