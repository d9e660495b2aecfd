/// Requests under way to one broker at the same time, at most, where there are many to send.
private let parallelRequests = 16

/// Does something for each item, some of them at the same time.
///
/// - Returns: What came of each.
func inParallel<Item: Hashable & Sendable, Value: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item) async -> Value
) async -> [Item: Value] {
    await withTaskGroup(of: (Item, Value).self) { group in
        var values: [Item: Value] = [:]
        var rest = items[...]
        for item in rest.prefix(parallelRequests) { group.addTask { (item, await body(item)) } }
        rest = rest.dropFirst(parallelRequests)
        while let (item, value) = await group.next() {
            values[item] = value
            if let next = rest.popFirst() { group.addTask { (next, await body(next)) } }
        }
        return values
    }
}

/// Does something, and gives up waiting for it after a time; it is cancelled then.
///
/// - Returns: What came of it; nil when the time was over first.
func within<Value: Sendable>(
    _ milliseconds: Int64, _ body: @escaping @Sendable () async -> Value
) async -> Value? {
    await withTaskGroup(of: Value?.self) { group in
        group.addTask { await body() }
        group.addTask {
            // Cancelled as soon as the other one is done.
            try? await Task.sleep(for: .milliseconds(milliseconds))
            return nil
        }
        defer { group.cancelAll() }
        return await group.next() ?? nil
    }
}

extension Array {
    /// The elements in order, so many at a time.
    func chunks(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
