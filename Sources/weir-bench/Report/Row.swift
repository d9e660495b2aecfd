/// One line of the table: a figure, what it is compared with, and what is aimed at.
struct Row: Sendable {
    /// What was measured.
    var name: String
    /// The unit of the figure and of its baseline.
    var unit: String
    /// What the rounds gave.
    var sample: Sample
    /// The same work done plainly, measured in the same rounds.
    var baseline: (name: String, sample: Sample)?
    /// What is aimed at, in words.
    var aim: String

    /// A line.
    init(
        _ name: String, _ unit: String, _ sample: Sample, baseline: (name: String, sample: Sample)? = nil,
        aim: String = ""
    ) {
        self.name = name
        self.unit = unit
        self.sample = sample
        self.baseline = baseline
        self.aim = aim
    }
}
