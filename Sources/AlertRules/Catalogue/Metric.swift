/// One metric that Weir publishes: to alert rules, and at `/metrics`.
package struct Metric: Sendable, Equatable {
    /// What its values do, in Prometheus' words.
    package enum Kind: String, Sendable {
        /// It only rises, but for a restart.
        case counter
        /// It rises and falls.
        case gauge
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

    init(_ name: String, _ kind: Kind, _ labels: [String], on scope: Scope = .anyCluster, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        self.scope = scope
    }
}
