/// The steps of one series as they are kept over a restart.
package struct KeptSteps: Sendable, Equatable {
    /// One step with a sample, or with the marker that there is none from it on.
    package struct Step: Sendable, Equatable {
        /// When the step begins, milliseconds.
        package var time: Int64
        /// The sample, or `StalenessMarker.value`; compared by its bits, as a marker is a NaN.
        package var value: Double

        /// A step.
        package init(time: Int64, value: Double) {
            self.time = time
            self.value = value
        }

        package static func == (left: Self, right: Self) -> Bool {
            left.time == right.time && left.value.bitPattern == right.value.bitPattern
        }
    }

    /// The metric.
    package var name: String
    /// The series' labels.
    package var labels: LabelSet
    /// The steps, ascending.
    package var steps: [Step]

    /// Steps of a series.
    package init(name: String, labels: LabelSet, steps: [Step]) {
        self.name = name
        self.labels = labels
        self.steps = steps
    }

    /// The steps with all their times moved, milliseconds.
    package func shifted(by milliseconds: Int64) -> KeptSteps {
        var moved = self
        for place in steps.indices { moved.steps[place].time += milliseconds }
        return moved
    }
}
