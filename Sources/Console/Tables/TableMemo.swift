import Synchronization

/// The arrays that something is made of.
///
/// Two of these are equal where the arrays are the same ones in memory. They are held, so whoever changes one changes a copy: as long as they are
/// equal, so is all that is made of them.
struct TableBasis: Sendable, Equatable {
    private struct Identity: Sendable {
        let address: UInt
        let array: any Sendable
    }

    private var arrays: [Identity] = []

    /// A basis of nothing.
    init() {}

    /// This basis and one more array.
    func and<Element: Sendable>(_ array: [Element]) -> TableBasis {
        var basis = self
        let address = array.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
        basis.arrays.append(Identity(address: address, array: array))
        return basis
    }

    static func == (left: Self, right: Self) -> Bool {
        left.arrays.count == right.arrays.count
            && zip(left.arrays, right.arrays).allSatisfy { $0.address == $1.address }
    }
}

/// How a table's rows are chosen and ordered.
struct OrderWish: Sendable, Equatable {
    /// The sort name of a column; nil for the rows' own order.
    var column: String?
    var isDescending: Bool
    var filter: TextFilter
    var isFaultsOnly: Bool
}

/// Where something made of a snapshot is kept, so that the next frame has less to do.
struct Keeping {
    let memo: TableMemo
    /// What it is made of, all of it.
    let basis: TableBasis
    /// The snapshot that this belongs to.
    let snapshot: TableBasis
    /// True for a snapshot that is not shown yet.
    let isAhead: Bool
}

/// What tables were made of last, kept as long as their snapshot is: filtering and sorting a hundred thousand rows takes longer than a frame may.
///
/// Nothing that is asked for depends on it: what it does not have is made.
final class TableMemo: Sendable {
    /// What is kept beside orders.
    enum Name: Hashable {
        case alertCounts, partitions, partitionCount, compaction, groupsSummary, firingAlerts
    }

    /// A way to a wished order that is shorter than from nothing.
    enum Start {
        /// All rows wished, and perhaps more, in the order wished.
        case wider(RowOrder)
        /// The rows wished, in another order.
        case otherwise(RowOrder)
    }

    private struct Kept {
        let basis: TableBasis
        let snapshot: TableBasis
        /// Made for a snapshot that is not shown yet.
        var isAhead: Bool
        /// Seen by a sweep while it was ahead: its snapshot may never be shown.
        var isPassed = false
        var orders: [(wish: OrderWish, order: RowOrder)] = []
        var value: (any Sendable)?
    }

    private enum Key: Hashable {
        case list(ListID)
        case value(Name)
    }

    private struct Contents {
        var kept: [Key: [Kept]] = [:]
        /// The row of a list that was looked for last, and its place among all.
        var found: [ListID: (id: String, place: Int)] = [:]
        /// What had to give way and waits for a sweep: it may be the last that holds a large snapshot.
        var gone: [Kept] = []
    }

    private let contents = Mutex(Contents())
    /// Orders kept of one basis: those of the filter's shorter forms, for when it is taken back.
    private static let mostOrders = 8
    /// Bases kept of one list: what is shown, what is about to be, and the present while the past is shown.
    private static let mostBases = 3
    /// Where nobody sweeps, no more than these wait for it.
    private static let mostGone = 16

    /// A memo that has nothing.
    init() {}

    /// Gives the order of a list's rows, as kept or made.
    ///
    /// - Parameter make: Makes it, from the start given where there is one.
    func order(of list: ListID, _ wish: OrderWish, _ keeping: Keeping, make: (Start?) -> RowOrder) -> RowOrder {
        let known: (order: RowOrder?, start: Start?) = contents.withLock { contents in
            guard let orders = Self.find(.list(list), keeping, in: &contents)?.orders else { return (nil, nil) }
            if let same = orders.last(where: { $0.wish == wish }) { return (same.order, nil) }
            return (nil, Self.start(for: wish, in: orders))
        }
        if let order = known.order { return order }
        let order = make(known.start)
        change(.list(list), keeping) { kept in
            kept.orders.removeAll { $0.wish == wish }
            if kept.orders.count >= Self.mostOrders { kept.orders.removeFirst() }
            kept.orders.append((wish, order))
        }
        return order
    }

    /// Gives a value, as kept or made.
    func value<Value: Sendable>(_ name: Name, _ keeping: Keeping, make: () -> Value) -> Value {
        let known = contents.withLock { Self.find(.value(name), keeping, in: &$0)?.value as? Value }
        if let known { return known }
        let value = make()
        change(.value(name), keeping) { $0.value = value }
        return value
    }

    /// Where a row of a list was found last, by its id.
    func place(of id: String, in list: ListID) -> Int? {
        contents.withLock { $0.found[list].flatMap { $0.id == id ? $0.place : nil } }
    }

    /// Notes where a row of a list was found.
    func note(_ id: String, at place: Int, in list: ListID) { contents.withLock { $0.found[list] = (id, place) } }

    /// Lets go of all that was made of other snapshots.
    ///
    /// - Parameter snapshots: Those that may be shown still. What was made ahead stays over one more call.
    func sweep(keeping snapshots: [TableBasis]) {
        // Letting go of a large snapshot takes a while: after the lock.
        var dropped: [Kept] = []
        contents.withLock { contents in
            swap(&dropped, &contents.gone)
            for (key, all) in contents.kept {
                var left: [Kept] = []
                for var it in all {
                    guard snapshots.contains(it.snapshot) || (it.isAhead && !it.isPassed) else {
                        dropped.append(it)
                        continue
                    }
                    it.isPassed = it.isAhead
                    left.append(it)
                }
                contents.kept[key] = left.isEmpty ? nil : left
            }
        }
    }

    private static func find(_ key: Key, _ keeping: Keeping, in contents: inout Contents) -> Kept? {
        guard let index = contents.kept[key]?.firstIndex(where: { $0.basis == keeping.basis }) else { return nil }
        if !keeping.isAhead { contents.kept[key]?[index].isAhead = false }
        return contents.kept[key]?[index]
    }

    private func change(_ key: Key, _ keeping: Keeping, _ change: (inout Kept) -> Void) {
        contents.withLock { contents in
            var all = contents.kept[key] ?? []
            var kept = Kept(basis: keeping.basis, snapshot: keeping.snapshot, isAhead: keeping.isAhead)
            if let index = all.firstIndex(where: { $0.basis == keeping.basis }) { kept = all.remove(at: index) }
            change(&kept)
            if all.count >= Self.mostBases {
                // Of what nobody has seen the older, else what was used first.
                contents.gone.append(all.remove(at: all.firstIndex(where: \.isAhead) ?? 0))
                if contents.gone.count > Self.mostGone { contents.gone.removeFirst() }
            }
            all.append(kept)
            contents.kept[key] = all
        }
    }

    private static func start(for wish: OrderWish, in orders: [(wish: OrderWish, order: RowOrder)]) -> Start? {
        let wider = orders.filter {
            $0.wish.column == wish.column && $0.wish.isDescending == wish.isDescending
                && wish.filter.narrows($0.wish.filter) && (wish.isFaultsOnly || !$0.wish.isFaultsOnly)
        }
        if let least = wider.min(by: { $0.order.count < $1.order.count }) { return .wider(least.order) }
        let same = orders.last { $0.wish.filter == wish.filter && $0.wish.isFaultsOnly == wish.isFaultsOnly }
        return same.map { .otherwise($0.order) }
    }
}
