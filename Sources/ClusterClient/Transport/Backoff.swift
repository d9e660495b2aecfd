/// How long to leave a broker alone that could not be reached: doubled with each failure, and spread by a fifth either way
/// so that many clients do not come back in step.
struct Backoff: Sendable, Equatable {
    /// Milliseconds after the first failure.
    let first: Int64
    /// The longest wait, milliseconds; no spread leads beyond it.
    let longest: Int64

    /// Milliseconds to wait after so many failures in a row, 1 or more.
    func milliseconds(after failures: Int, using random: inout some RandomNumberGenerator) -> Int64 {
        let doublings = min(max(failures, 1) - 1, 30)
        let (grown, overflow) = max(first, 1).multipliedReportingOverflow(by: 1 << Int64(doublings))
        let wait = overflow ? longest : min(grown, longest)
        return min(longest, Int64(Double(wait) * Double.random(in: 0.8...1.2, using: &random)))
    }
}
