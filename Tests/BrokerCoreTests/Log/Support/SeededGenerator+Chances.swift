import SeededNumbers

extension SeededGenerator {
    /// A number from 0 to one less than a limit.
    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
    /// True so many times of a hundred.
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}
