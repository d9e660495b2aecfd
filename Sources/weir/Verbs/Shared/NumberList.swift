import ArgumentParser

/// Numbers separated by commas: partitions, or brokers by node id.
struct NumberList: Sendable, Equatable, ExpressibleByArgument {
    /// The numbers in order, each once.
    let numbers: [Int32]

    /// Reads `0,2,5`; nil for anything that is no number from 0.
    init?(argument: String) {
        var numbers: [Int32] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Int32(part.filter { $0 != " " }), number >= 0 else { return nil }
            if !numbers.contains(number) { numbers.append(number) }
        }
        guard !numbers.isEmpty else { return nil }
        self.numbers = numbers
    }
}
