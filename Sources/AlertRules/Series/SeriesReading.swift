/// One sample of a named series.
package struct SeriesSample: Sendable, Equatable {
    /// Which instance of the series, without `__name__`.
    package var labels: LabelSet
    /// The value, in the series' unit.
    package var value: Double

    /// A sample.
    package init(labels: LabelSet, value: Double) {
        self.labels = labels
        self.value = value
    }
}

/// What reading a series by name gave. Having no samples, having no such series and not being able to tell are three different things.
package enum SeriesReading: Sendable, Equatable {
    /// Nobody publishes a series of this name: a rule on it can never fire, and must say so.
    case noSuchSeries
    /// It could not be read now, for this reason; alert states stay as they are.
    case unavailable(String)
    /// The samples, one a label set, and the label sets whose value could not be read now: their states stay as they are.
    case samples([SeriesSample], unreadable: [LabelSet] = [])
}
