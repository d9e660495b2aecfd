/// The broker settings that groups obey, under Kafka's names.
package struct GroupSettings: Sendable, Equatable {
    /// `group.min.session.timeout.ms`.
    package var minSessionTimeout: Int32 = 6_000
    /// `group.max.session.timeout.ms`.
    package var maxSessionTimeout: Int32 = 1_800_000
    /// `group.max.size`: members a group may have.
    package var maxSize: Int32 = .max
    /// `group.initial.rebalance.delay.ms`: how long the first join of an empty group waits for more members.
    /// Kafka's default is 3000; an embedded broker that waits at every first join feels broken.
    package var initialRebalanceDelay: Int32 = 0
    /// `offset.metadata.max.bytes`: length of a commit's metadata, in UTF-16 units as Kafka counts.
    package var offsetMetadataMaxBytes: Int32 = 4_096
    /// `offsets.retention.minutes`: how long the offsets of a group without members are kept (KIP-211).
    package var offsetsRetentionMinutes: Int32 = 10_080
    /// `offsets.retention.check.interval.ms`.
    package var offsetsRetentionCheckInterval: Int64 = 600_000
    /// What groups of KIP-848 obey.
    package var consumer = ConsumerGroupSettings()

    /// How long a new member's JoinGroup may wait before it is dropped, milliseconds (Kafka's
    /// `NewMemberJoinTimeoutMs`).
    static let newMemberJoinTimeout: Int32 = 300_000

    /// Kafka's defaults, but for the initial rebalance delay.
    package init() {}

    /// ``offsetsRetentionMinutes`` in milliseconds.
    package var offsetsRetention: Int64 { Int64(offsetsRetentionMinutes) * 60_000 }
}
