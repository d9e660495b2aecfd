/// The broker settings that KIP-848 groups obey, under Kafka's names.
package struct ConsumerGroupSettings: Sendable, Equatable {
    /// `group.consumer.session.timeout.ms`: how long a member lives without a heartbeat.
    package var sessionTimeout: Int32 = 45_000
    /// `group.consumer.heartbeat.interval.ms`: how often members are asked to send one.
    package var heartbeatInterval: Int32 = 5_000
    /// `group.consumer.max.size`: members a group may have.
    package var maxSize: Int32 = .max
    /// `group.consumer.assignors`: the assignors members may wish for; the first one is used where they do not.
    package var assignors: [ServerAssignor] = [.uniform, .range]

    /// Kafka's defaults.
    package init() {}

    /// The assignor of that name, if it is allowed.
    func assignor(named name: String) -> ServerAssignor? { assignors.first { $0.rawValue == name } }
}
