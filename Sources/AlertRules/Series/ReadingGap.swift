/// What of a metric could not be read the last time. Having no samples and not being able to tell are two different things.
package enum ReadingGap: Sendable, Equatable {
    /// Nothing of it, for this reason.
    case all(String)
    /// The series with these labels.
    case some([LabelSet])

    /// Whether an alert that is missing now may be missing because its series could not be read: no label that both have differs.
    func covers(_ alert: LabelSet) -> Bool {
        switch self {
        case .all: true
        case .some(let series):
            series.contains { labels in
                labels.labels.allSatisfy { label in alert[label.name].map { $0 == label.value } ?? true }
            }
        }
    }
}

extension SeriesSource {
    /// Where nobody says otherwise, what is not there is not there: as in Prometheus.
    package func gap(in metric: String) -> ReadingGap? { nil }
}
