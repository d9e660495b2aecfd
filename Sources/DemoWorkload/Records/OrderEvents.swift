/// `order-events`: the latest state of each order, keyed by order id; a delivered order ends as a tombstone.
package struct OrderEvents: RecordGenerator {
    private static let states = ["PLACED", "PAID", "PACKED", "SHIPPED", "DELIVERED"]
    private static let currencies = ["EUR", "USD", "GBP"]
    private var random: SeededRandom
    private var open: [Int: Int] = [:]
    private var nextOrder = 88_000

    /// The orders that belong to a seed.
    package init(seed: UInt64) { random = SeededRandom(seed: seed) }

    package mutating func next(at now: Int64) -> DemoRecord {
        // Few orders are open at once and each is written many times: a log worth compacting.
        let order = nextOrder - random.skewed(below: 400)
        if random.next() % 16 == 0 { nextOrder += 1 }
        let key = "order-\(order)"
        let trace = [(name: "trace-id", value: random.uuid()), (name: "source", value: "checkout")]
        let step = open[order] ?? 0
        guard step < Self.states.count else {
            open[order] = nil
            return DemoRecord(key: key, value: nil, headers: trace)
        }
        if random.next() % 3 == 0 { open[order] = step + 1 } else { open[order] = step }
        let cents = Int.random(in: 500..<50_000, using: &random)
        let total = "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
        let value =
            #"{"id":\#(order),"total":\#(total),"cur":"\#(random.pick(Self.currencies))","#
            + #""items":[{"sku":"A-\#(Int.random(in: 100..<200, using: &random))","#
            + #""n":\#(Int.random(in: 1..<9, using: &random))}],"#
            + #""st":"\#(Self.states[step])","at":"\#(EventTime.iso8601(now))"}"#
        return DemoRecord(key: key, value: value, headers: trace)
    }
}
