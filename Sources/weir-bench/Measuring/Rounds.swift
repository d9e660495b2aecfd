/// How often something is measured. One more round comes first and is thrown away: it warms caches up.
struct Rounds {
    /// Rounds that count; at least 1.
    let count: Int

    /// Rounds that count, at least one.
    init(_ count: Int) { self.count = max(1, count) }

    /// Measures two ways of doing the same in turns, A B, B A, A B, …, so that neither gains from its place.
    ///
    /// - Returns: What the rounds that count gave, pairwise.
    func alternate<Result>(
        _ first: () throws -> Result, _ second: () throws -> Result
    ) rethrows -> [(first: Result, second: Result)] {
        var results: [(first: Result, second: Result)] = []
        for round in 0...count {
            let one: Result
            let two: Result
            if round.isMultiple(of: 2) {
                one = try first()
                two = try second()
            } else {
                two = try second()
                one = try first()
            }
            if round > 0 { results.append((one, two)) }
        }
        return results
    }

    /// Measures one thing.
    func measure(_ body: () throws -> Double) rethrows -> Sample {
        _ = try body()
        return Sample(try (0..<count).map { _ in try body() })
    }
}
