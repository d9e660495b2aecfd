import Synchronization

/// The arrays that a table's rows, their texts and their sort keys are made of.
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

/// What tables were made of last, kept as long as that stands: filtering and sorting a hundred thousand rows takes longer than a frame may.
///
/// Nothing that is asked for depends on it: what it does not have is made. Of each list it holds what is shown and what was made ahead, for a
/// snapshot that is about to be.
package final class TableMemo: Sendable {
    /// What is kept beside orders.
    enum Name: Hashable {
        case alertCounts
        case partitions
        case compaction
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
        var orders: [(wish: OrderWish, order: RowOrder)] = []
        var value: (any Sendable)?
    }

    private struct Slots {
        var shown: Kept?
        var ahead: Kept?
        /// The row that was looked for last, and its place among all.
        var found: (id: String, place: Int)?
        var isUsed = true
    }

    private enum Key: Hashable {
        case list(ListID)
        case value(Name)
    }

    private let slots = Mutex<[Key: Slots]>([:])
    /// Orders kept of one basis: those of the filter's shorter forms, for when it is taken back.
    private static let mostOrders = 8

    /// A memo that has nothing.
    init() {}

    /// Gives an order, as kept or made.
    ///
    /// - Parameters:
    ///   - isAhead: It is for a snapshot that is not shown yet.
    ///   - make: Makes it, from the start given where there is one.
    func order(
        _ list: ListID, of basis: TableBasis, _ wish: OrderWish, isAhead: Bool, make: (Start?) -> RowOrder
    ) -> RowOrder {
        let known: (order: RowOrder?, start: Start?) = slots.withLock { slots in
            guard let orders = Self.use(&slots[.list(list), default: Slots()], basis, isAhead: isAhead)?.orders else {
                return (nil, nil)
            }
            if let same = orders.last(where: { $0.wish == wish }) { return (same.order, nil) }
            return (nil, Self.start(for: wish, in: orders))
        }
        if let order = known.order { return order }
        let order = make(known.start)
        slots.withLock { slots in
            Self.store(&slots[.list(list), default: Slots()], basis, isAhead: isAhead) { kept in
                kept.orders.removeAll { $0.wish == wish }
                if kept.orders.count >= Self.mostOrders { kept.orders.removeFirst() }
                kept.orders.append((wish, order))
            }
        }
        return order
    }

    /// Gives a value made of a basis, as kept or made.
    func value<Value: Sendable>(_ name: Name, of basis: TableBasis, isAhead: Bool, make: () -> Value) -> Value {
        let known = slots.withLock { slots in
            Self.use(&slots[.value(name), default: Slots()], basis, isAhead: isAhead)?.value as? Value
        }
        if let known { return known }
        let value = make()
        slots.withLock { slots in
            Self.store(&slots[.value(name), default: Slots()], basis, isAhead: isAhead) { $0.value = value }
        }
        return value
    }

    /// Where a row of a list was found last, by its id.
    func place(of id: String, in list: ListID) -> Int? {
        slots.withLock { $0[.list(list)]?.found.flatMap { $0.id == id ? $0.place : nil } }
    }

    /// Notes where a row of a list was found.
    func note(_ id: String, at place: Int, in list: ListID) {
        slots.withLock { slots in
            guard slots[.list(list)] != nil else { return }
            slots[.list(list)]?.found = (id, place)
        }
    }

    /// Lets go of what was not asked for since it was called last.
    package func sweep() {
        // What is dropped may be the last of a large snapshot: outside the lock, as that takes a while.
        var dropped: [Slots] = []
        slots.withLock { slots in
            for (key, it) in slots {
                if it.isUsed { slots[key]?.isUsed = false } else { slots[key] = nil }
                if !it.isUsed { dropped.append(it) }
            }
        }
    }

    private static func use(_ slots: inout Slots, _ basis: TableBasis, isAhead: Bool) -> Kept? {
        slots.isUsed = true
        if let shown = slots.shown, shown.basis == basis { return shown }
        guard let ahead = slots.ahead, ahead.basis == basis else { return nil }
        if !isAhead {
            slots.shown = ahead
            slots.ahead = nil
        }
        return ahead
    }

    private static func store(_ slots: inout Slots, _ basis: TableBasis, isAhead: Bool, _ change: (inout Kept) -> Void)
    {
        if slots.shown?.basis == basis {
            if var kept = slots.shown { change(&kept); slots.shown = kept }
            return
        }
        var kept = isAhead ? slots.ahead : nil
        if kept?.basis != basis { kept = nil }
        var new = kept ?? Kept(basis: basis)
        change(&new)
        if isAhead { slots.ahead = new } else { slots.shown = new }
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
