/// One metric that Weir publishes: to alert rules, and at `/metrics`.
package struct Metric: Sendable, Equatable {
    /// What its values do, in Prometheus' words.
    package enum Kind: String, Sendable {
        /// It only rises, but for a restart.
        case counter
        /// It rises and falls.
        case gauge
        /// Quantiles, with a count and a sum of what they are of.
        case summary
    }

    /// Where it is published.
    package enum Scope: String, Sendable {
        /// On any cluster.
        case anyCluster
        /// On the embedded broker alone: no peer can be asked for it.
        case embedded
        /// Made of the loaded rules.
        case rules
    }

    /// The name.
    package var name: String
    /// What its values do.
    package var kind: Kind
    /// One sentence, with the unit.
    package var help: String
    /// The names of its labels.
    package var labels: [String]
    /// Where it is published.
    package var scope: Scope
    /// The summary that it is the count or the sum of; nil for one that stands for itself.
    package var family: String?

    init(_ name: String, _ kind: Kind, _ labels: [String], on scope: Scope = .anyCluster, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        self.scope = scope
    }

    /// A summary with its count and its sum.
    static func summary(
        _ name: String, _ labels: [String], on scope: Scope = .anyCluster, quantiles: Bool = true, _ help: String
    ) -> [Metric] {
        let parts = ["_sum", "_count"].map { suffix in
            var part = Metric(name + suffix, .counter, labels, on: scope, help)
            part.family = name
            return part
        }
        return [Metric(name, .summary, labels + (quantiles ? ["quantile"] : []), on: scope, help)] + parts
    }
}
