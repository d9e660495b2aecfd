/// A feature whose level the cluster agrees on (KIP-584).
package enum BrokerFeature: String, CaseIterable, Sendable {
    /// Which records the metadata log has.
    case metadataVersion = "metadata.version"
    /// Which groups are served: 1 those of KIP-848 too.
    case groupVersion = "group.version"

    /// The levels that this broker can work with; 0 is off.
    package var supported: ClosedRange<Int16> {
        switch self {
        case .metadataVersion: 1...MetadataLog.metadataVersion
        case .groupVersion: 0...1
        }
    }

    /// The level where the metadata log says nothing.
    ///
    /// New directories say nothing of `group.version`: Kafka 3.8, which has such groups but no such feature, refuses a log that
    /// names it. So groups of KIP-848 are on unless somebody has switched them off.
    var impliedLevel: Int16 { supported.upperBound }

    /// Whether the level may be lowered; a lower `metadata.version` could lose records.
    var mayBeLowered: Bool { self == .groupVersion }
}

extension MetadataImage {
    /// The level of a feature that is in force.
    package func level(of feature: BrokerFeature) -> Int16 {
        features[feature.rawValue] ?? feature.impliedLevel
    }
}
