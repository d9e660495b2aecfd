import Testing

@testable import ClusterClient

@Suite("Backoff")
struct BackoffTests {
    @Test("a wait doubles with each failure, is spread by a fifth, and never beyond the longest")
    func growth() {
        let backoff = Backoff(first: 100, longest: 10_000)
        var random = SystemRandomNumberGenerator()
        for failures in 1...200 {
            let middle = min(100 * Int64(1 << min(failures - 1, 30)), 10_000)
            for _ in 0..<50 {
                let wait = backoff.milliseconds(after: failures, using: &random)
                #expect(wait >= middle * 8 / 10 - 1 && wait <= min(middle * 12 / 10 + 1, 10_000))
            }
        }
    }

    @Test("absurd settings wait the longest time and no longer")
    func extremes() {
        var random = SystemRandomNumberGenerator()
        #expect(Backoff(first: .max, longest: 10).milliseconds(after: .max, using: &random) <= 10)
        #expect(Backoff(first: 0, longest: 0).milliseconds(after: 1, using: &random) == 0)
        #expect(Backoff(first: -5, longest: 100).milliseconds(after: 0, using: &random) <= 2)
    }
}
