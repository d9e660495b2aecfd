/// How a broker is set up: where its data lies and the settings its owner wrote.
package struct BrokerConfiguration: Sendable {
    /// When a write counts as durable (`weir.flush.mode`).
    package enum FlushMode: Sendable, Equatable, CustomStringConvertible {
        /// acks=all is answered after an fdatasync that covers the records; many writes share one.
        case commit
        /// Written logs are synced every so many milliseconds; answers do not wait.
        case interval(milliseconds: Int64)
        /// The operating system decides, as in Kafka's defaults; logs are synced when they roll and at shutdown.
        case os

        /// `commit`, `interval` or `os`.
        package var description: String {
            switch self {
            case .commit: "commit"
            case .interval: "interval"
            case .os: "os"
            }
        }
    }

    /// The data directory: Kafka's files in `log/`, Weir's own in `state/`.
    package var dataDirectory: String
    /// Kafka's directory.
    package var logDirectory: String
    /// The node id that was asked for; nil takes the directory's, else 1.
    package var nodeID: Int32?
    /// When writes are synced.
    package var flushMode: FlushMode
    /// The settings, Kafka's keys and Weir's.
    package var settings: BrokerSettings
    /// The id a new directory's cluster gets; nil makes a random one. An existing directory keeps its own.
    package var clusterID: String?
    /// Runs retention, cleaner, group expiry and checkpoints in the background; off in tests that compare files.
    package var backgroundJobs: Bool

    /// A broker on `dataDirectory` with these settings.
    ///
    /// - Throws: ``ConfigError`` when `log.dirs` names more than one directory, or settings contradict each other.
    package init(
        dataDirectory: String,
        settings: BrokerSettings = BrokerSettings(),
        clusterID: String? = nil,
        backgroundJobs: Bool = true
    ) throws(ConfigError) {
        self.dataDirectory = dataDirectory
        self.settings = settings
        self.clusterID = clusterID
        self.backgroundJobs = backgroundJobs
        logDirectory = try settings.logDirectory() ?? "\(dataDirectory)/log"
        nodeID = settings.nodeID
        flushMode =
            switch settings.text("weir.flush.mode") {
            case "interval": .interval(milliseconds: settings.integer("weir.flush.interval.ms", or: 1000))
            case "os": .os
            default: .commit
            }
        // As Kafka 4.0 has it; the key's default is 3.8's.
        if settings.values["group.coordinator.rebalance.protocols"] == nil {
            try self.settings.set("group.coordinator.rebalance.protocols", to: "classic,consumer")
        }
        try ConsumerGroupKeys.check(settings)
        // An embedded broker has one consumer more often than a fleet that starts at once: no waiting for others.
        if settings.values["group.initial.rebalance.delay.ms"] == nil {
            try self.settings.set("group.initial.rebalance.delay.ms", to: "0")
        }
    }

    /// Weir's own directory.
    package var stateDirectory: String { "\(dataDirectory)/state" }
}

/// Why a broker cannot start, said to its owner.
package enum BrokerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another process holds the directory.
    case inUse(directory: String, processID: Int32?, listener: String?)
    /// A file that the broker needs says something impossible, or belongs to another broker.
    case unusable(String)
    /// A log cannot be opened.
    case log(String)
    /// A setting is wrong.
    case configuration(ConfigError)

    package var description: String {
        switch self {
        case .inUse(let directory, let processID, let listener):
            "\(directory) is in use by \(processID.map { "process \($0)" } ?? "another broker of this process")"
                + (listener.map { ", listening on \($0)" } ?? "") + "; stop it or choose another directory"
        case .unusable(let sentence), .log(let sentence): sentence
        case .configuration(let error): "\(error)"
        }
    }
}
