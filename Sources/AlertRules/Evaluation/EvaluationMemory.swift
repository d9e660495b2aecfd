/// Which labels stay of a label set.
struct LabelProjection: Hashable {
    /// True: only the labels named stay; false: all but them.
    var keeps: Bool
    /// The labels named.
    var names: [String]

    func apply(to labels: LabelSet) -> LabelSet { keeps ? labels.keeping(names) : labels.removing(names) }
}

/// What one evaluation found and the next can use: series by selector, and labels by projection.
///
/// Without it most of an evaluation's time would go into finding the same series and cutting the same labels again.
package struct EvaluationMemory: Sendable {
    /// Labels cut by one projection, found by the identity of what they were cut from, which is kept so that it stays unique.
    struct ProjectionTable {
        let projection: LabelProjection
        private var known: [ObjectIdentifier: (from: LabelSet, to: LabelSet)] = [:]
        private var interned: [LabelSet: LabelSet] = [:]
        /// Labels made anew at each evaluation would fill it.
        private static let limit = 65_536

        init(_ projection: LabelProjection) { self.projection = projection }

        mutating func project(_ labels: LabelSet) -> LabelSet {
            if let found = known[labels.identity] { return found.to }
            if known.count >= Self.limit {
                known = [:]
                interned = [:]
            }
            let cut = projection.apply(to: labels)
            let shared = interned[cut] ?? cut
            interned[shared] = shared
            known[labels.identity] = (labels, shared)
            return shared
        }
    }

    private var selections: [ObjectIdentifier: (selector: VectorSelector, series: [SeriesReference])] = [:]
    private var generation: UInt64?
    private var tablePlaces: [LabelProjection: Int] = [:]
    var tables: [ProjectionTable] = []

    /// Nothing remembered.
    package init() {}

    /// The series a selector means.
    mutating func series(matching selector: VectorSelector, in source: some SeriesSource) -> [SeriesReference] {
        if generation != source.generation {
            generation = source.generation
            selections.removeAll(keepingCapacity: true)
        }
        let key = ObjectIdentifier(selector)
        if let found = selections[key] { return found.series }
        let series = source.series(matching: selector)
        selections[key] = (selector, series)
        return series
    }

    /// The table of a projection, by its place in `tables`.
    mutating func table(of projection: LabelProjection) -> Int {
        if let place = tablePlaces[projection] { return place }
        tables.append(ProjectionTable(projection))
        tablePlaces[projection] = tables.count - 1
        return tables.count - 1
    }
}
