/// The most frequent values among many, in fixed memory (Space-Saving: Metwally, Agrawal, El Abbadi, 2005).
///
/// Of N values taken with `capacity` counters: every value that came more than N ÷ capacity times is among them; a count is never too low and
/// too high by at most its `error`, which is at most N ÷ capacity. As long as no more than `capacity` different values came, all is exact.
///
/// Taking a value costs a look-up and at most log2(capacity) swaps.
package struct HeavyHitters<Value: Hashable & Sendable>: Sendable {
    /// A value with how often it came.
    package struct Hit: Sendable {
        /// The value.
        package let value: Value
        /// How often it came, at most.
        package fileprivate(set) var count: Int64
        /// How much of the count may be another value's: it came at least `count - error` times.
        package fileprivate(set) var error: Int64
    }

    /// How many values are counted.
    package let capacity: Int
    /// How many values were taken.
    package private(set) var total: Int64 = 0
    /// A heap, the rarest first.
    private var heap: [Hit] = []
    private var places: [Value: Int] = [:]

    /// No values.
    ///
    /// - Parameter capacity: How many values are counted, at least 1.
    package init(capacity: Int) {
        self.capacity = max(1, capacity)
        heap.reserveCapacity(min(self.capacity, 4096))
    }

    /// True while every count is exact.
    package var isExact: Bool { heap.allSatisfy { $0.error == 0 } && heap.reduce(0) { $0 + $1.count } == total }

    /// The most by which any count is too high.
    package var largestError: Int64 { heap.reduce(0) { max($0, $1.error) } }

    /// Takes a value, `weight` times.
    package mutating func insert(_ value: Value, weight: Int64 = 1) {
        guard weight > 0 else { return }
        total &+= weight
        if let place = places[value] {
            heap[place].count &+= weight
            sink(place)
        } else if heap.count < capacity {
            heap.append(Hit(value: value, count: weight, error: 0))
            places[value] = heap.count - 1
            rise(heap.count - 1)
        } else {
            // The rarest gives way, and leaves its count as what may not be the newcomer's.
            let rarest = heap[0]
            places[rarest.value] = nil
            heap[0] = Hit(value: value, count: rarest.count &+ weight, error: rarest.count)
            places[value] = 0
            sink(0)
        }
    }

    /// The most frequent values, the most frequent first; of equal ones the surer first.
    package func top(_ count: Int) -> [Hit] {
        Array(heap.sorted { ($0.count, -$0.error) > ($1.count, -$1.error) }.prefix(max(0, count)))
    }

    private mutating func rise(_ start: Int) {
        var place = start
        while place > 0 {
            let parent = (place - 1) / 2
            guard heap[place].count < heap[parent].count else { return }
            swap(place, parent)
            place = parent
        }
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < heap.count && heap[child].count < heap[least].count {
                least = child
            }
            guard least != place else { return }
            swap(place, least)
            place = least
        }
    }

    private mutating func swap(_ left: Int, _ right: Int) {
        heap.swapAt(left, right)
        places[heap[left].value] = left
        places[heap[right].value] = right
    }

    /// Whether the heap is one and every value is where it is said to be.
    package func checkInvariants() -> Bool {
        places.count == heap.count
            && heap.indices.allSatisfy { place in
                places[heap[place].value] == place && (place == 0 || heap[(place - 1) / 2].count <= heap[place].count)
            }
    }
}
