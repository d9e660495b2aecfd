/// The broker settings that transactions obey, under Kafka's names.
package struct TransactionSettings: Sendable, Equatable {
    /// `transaction.max.timeout.ms`: the longest timeout that a producer may ask for.
    package var maxTimeoutMs: Int32 = 900_000
    /// `transaction.abort.timed.out.transaction.cleanup.interval.ms`: how often overdue transactions are looked for.
    package var abortIntervalMs: Int64 = 10_000
    /// `transactional.id.expiration.ms`: an id that nobody used for so long is forgotten.
    package var expirationMs: Int64 = 604_800_000
    /// `transaction.remove.expired.transaction.cleanup.interval.ms`: how often such ids are looked for.
    package var expiryIntervalMs: Int64 = 3_600_000

    /// Kafka's defaults.
    package init() {}

    /// What the broker's settings say of transactions.
    init(_ settings: BrokerSettings) {
        maxTimeoutMs = Int32(clamping: settings.integer("transaction.max.timeout.ms", or: 900_000))
        abortIntervalMs = settings.integer(
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", or: 10_000)
        expirationMs = settings.integer("transactional.id.expiration.ms", or: 604_800_000)
        expiryIntervalMs = settings.integer(
            "transaction.remove.expired.transaction.cleanup.interval.ms", or: 3_600_000)
    }
}
