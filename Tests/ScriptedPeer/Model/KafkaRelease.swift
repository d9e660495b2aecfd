package import KafkaProtocol

/// What a release of Apache Kafka advertises: the versions of each API, by key.
///
/// The tables are those of real brokers, cut to the APIs that a client of this project could ask for.
package struct KafkaRelease: Sendable {
    /// The versions of each API, by key.
    package var ranges: [Int16: ClosedRange<Int16>]
    /// Whether a broker hands changes of topics on to the controller (KIP-590), or refuses with NOT_CONTROLLER.
    package var forwardsToController: Bool

    /// The same release with other versions of an API; nil takes the API away.
    package func with(_ api: API, _ range: ClosedRange<Int16>?) -> KafkaRelease {
        var changed = self
        changed.ranges[api.key] = range
        return changed
    }

    /// Kafka 2.1, the oldest that the client promises to work with. No flexible version, no IncrementalAlterConfigs.
    package static let kafka21 = KafkaRelease(
        ranges: [
            0: 0...7, 1: 0...10, 2: 0...4, 3: 0...7, 8: 0...6, 9: 0...5, 10: 0...2, 11: 0...3, 12: 0...2, 13: 0...2,
            14: 0...2, 15: 0...2, 16: 0...2, 17: 0...1, 18: 0...2, 19: 0...3, 20: 0...3, 21: 0...1, 22: 0...1,
            23: 0...2, 32: 0...2, 33: 0...1, 35: 0...1, 36: 0...0, 37: 0...1, 42: 0...1,
        ],
        forwardsToController: false
    )

    /// Kafka 2.4: the first flexible versions, OffsetDelete, IncrementalAlterConfigs.
    package static let kafka24 = KafkaRelease(
        ranges: [
            0: 0...8, 1: 0...11, 2: 0...5, 3: 0...9, 8: 0...8, 9: 0...6, 10: 0...3, 11: 0...6, 12: 0...4, 13: 0...4,
            14: 0...4, 15: 0...5, 16: 0...3, 17: 0...1, 18: 0...3, 19: 0...5, 20: 0...4, 21: 0...1, 22: 0...2,
            23: 0...3, 32: 0...2, 33: 0...1, 35: 0...1, 36: 0...1, 37: 0...1, 42: 0...2, 44: 0...1, 47: 0...0,
        ],
        forwardsToController: false
    )

    /// Kafka 2.8: topic ids in Metadata, states in ListGroups, no batched OffsetFetch yet.
    package static let kafka28 = KafkaRelease(
        ranges: [
            0: 0...9, 1: 0...12, 2: 0...6, 3: 0...11, 8: 0...8, 9: 0...7, 10: 0...3, 11: 0...7, 12: 0...4, 13: 0...4,
            14: 0...5, 15: 0...5, 16: 0...4, 17: 0...1, 18: 0...3, 19: 0...7, 20: 0...6, 21: 0...2, 22: 0...4,
            23: 0...4, 32: 0...4, 33: 0...2, 35: 0...2, 36: 0...2, 37: 0...3, 42: 0...2, 44: 0...1, 47: 0...0,
            60: 0...0,
        ],
        forwardsToController: false
    )

    /// Kafka 3.3: fetches by topic id, OffsetFetch and FindCoordinator of many groups.
    package static let kafka33 = KafkaRelease(
        ranges: [
            0: 0...9, 1: 0...13, 2: 0...7, 3: 0...12, 8: 0...8, 9: 0...8, 10: 0...4, 11: 0...9, 12: 0...4, 13: 0...5,
            14: 0...5, 15: 0...5, 16: 0...4, 17: 0...1, 18: 0...3, 19: 0...7, 20: 0...6, 21: 0...2, 22: 0...4,
            23: 0...4, 32: 0...4, 33: 0...2, 35: 0...4, 36: 0...2, 37: 0...3, 42: 0...2, 44: 0...1, 47: 0...0,
            60: 0...0,
        ],
        forwardsToController: true
    )

    /// Kafka 3.9: types in ListGroups, FindCoordinator 6, ApiVersions 4.
    package static let kafka39 = KafkaRelease(
        ranges: [
            0: 0...11, 1: 0...17, 2: 0...9, 3: 0...12, 8: 0...9, 9: 0...9, 10: 0...6, 11: 0...9, 12: 0...4, 13: 0...5,
            14: 0...5, 15: 0...5, 16: 0...5, 17: 0...1, 18: 0...4, 19: 0...7, 20: 0...6, 21: 0...2, 22: 0...5,
            23: 0...4, 32: 0...4, 33: 0...2, 35: 0...4, 36: 0...2, 37: 0...3, 42: 0...2, 44: 0...1, 47: 0...0,
            60: 0...1, 68: 0...0, 69: 0...0,
        ],
        forwardsToController: true
    )

    /// Kafka 4.0: the lowest versions are gone (KIP-896), and some of the highest are newer than this project.
    package static let kafka40 = KafkaRelease(
        ranges: [
            0: 3...12, 1: 4...17, 2: 1...10, 3: 0...13, 8: 2...9, 9: 1...9, 10: 0...6, 11: 2...9, 12: 0...4, 13: 0...5,
            14: 0...5, 15: 0...6, 16: 0...5, 17: 0...1, 18: 0...4, 19: 2...7, 20: 1...6, 21: 0...2, 22: 0...5,
            23: 2...4, 32: 1...4, 33: 0...2, 35: 1...4, 36: 0...2, 37: 0...3, 42: 0...2, 44: 0...1, 47: 0...0,
            60: 0...2, 68: 0...1, 69: 0...1,
        ],
        forwardsToController: true
    )

    /// All of them, oldest first, with their names.
    package static let all: [(name: String, release: KafkaRelease)] = [
        ("2.1", kafka21), ("2.4", kafka24), ("2.8", kafka28), ("3.3", kafka33), ("3.9", kafka39), ("4.0", kafka40),
    ]
}
