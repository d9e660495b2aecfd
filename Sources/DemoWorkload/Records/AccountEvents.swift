/// `account-events`: the changes of bank accounts, keyed by account, never deleted; the events event sourcing is told with.
package struct AccountEvents: RecordGenerator {
    private var random: SeededRandom
    private var balances: [Int: Int] = [:]

    /// The account events that belong to a seed.
    package init(seed: UInt64) { random = SeededRandom(seed: seed) }

    package mutating func next(at now: Int64) -> DemoRecord {
        let account = random.skewed(below: 250)
        let key = "account-\(1000 + account)"
        let time = EventTime.iso8601(now)
        guard let balance = balances[account] else {
            balances[account] = 0
            return DemoRecord(key: key, value: #"{"type":"AccountCreated","account":"\#(key)","timestamp":"\#(time)"}"#)
        }
        let cents = Int.random(in: 100..<100_000, using: &random)
        let isDeposit = balance < cents || random.next() % 2 == 0
        balances[account] = isDeposit ? balance + cents : balance - cents
        let type = isDeposit ? "MoneyDeposited" : "MoneyWithdrawn"
        return DemoRecord(
            key: key,
            value: #"{"type":"\#(type)","account":"\#(key)","cents":\#(cents),"timestamp":"\#(time)"}"#
        )
    }
}
