import Cluster
import Foundation
import Logging
import Testing

@testable import BrokerCore

@Suite("Flush settings")
struct FlushSettingsTests {
    /// A broker that leaves syncing to the operating system, save where a setting asks for more.
    private func open(
        in home: BrokerHome, _ settings: [(key: String, value: String)] = [], backgroundJobs: Bool = false
    ) throws -> Broker {
        let settings = try BrokerSettings([(key: "weir.flush.mode", value: "os")] + settings)
        return try Broker.open(
            BrokerConfiguration(dataDirectory: home.path, settings: settings, backgroundJobs: backgroundJobs),
            storage: home.storage, clock: home.clock,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    private func recoveryPoint(_ broker: Broker, _ partition: TopicPartition) -> Int64? {
        broker.offsets(of: partition)?.recoveryPoint
    }

    @Test("flush.messages: whoever writes the last record of so many waits until all of them are durable")
    func messages() throws {
        let home = try BrokerHome()
        let broker = try open(in: home, [(key: "log.flush.interval.messages", value: "4")])
        defer { broker.close() }
        broker.createTopic("own", [("flush.messages", "3")])
        broker.createTopic("broker-wide")
        for (topic, limit) in [("own", Int64(3)), ("broker-wide", 4)] {
            let partition = TopicPartition(topic)
            for round in Int64(1)...3 {
                for record in 1..<limit {
                    try broker.write([TestRecord(value: "v")], to: partition, acks: 1)
                    #expect(recoveryPoint(broker, partition) == (round - 1) * limit, "\(topic) \(record)")
                }
                try broker.write([TestRecord(value: "v")], to: partition, acks: 1)
                #expect(recoveryPoint(broker, partition) == round * limit, "\(topic)")
            }
            // One batch may be more than enough by itself.
            try broker.write(Array(repeating: TestRecord(value: "v"), count: 7), to: partition, acks: 0)
            #expect(recoveryPoint(broker, partition) == 3 * limit + 7)
        }
    }

    @Test("flush.ms: a record is synced so long after it was written, with nobody asking; others are left alone")
    func milliseconds() throws {
        let home = try BrokerHome()
        let broker = try open(in: home, backgroundJobs: true)
        broker.createTopic("own", [("flush.ms", "20")])
        broker.createTopic("lazy")
        broker.createTopic("never", [("flush.ms", "9223372036854775807")])
        for topic in ["lazy", "never", "own"] {
            try broker.write([TestRecord(value: "v")], to: TopicPartition(topic), acks: 1)
        }
        for end in Int64(1)...3 {
            let deadline = ContinuousClock.now + .seconds(20)
            // The flusher works by the real clock; there is no event to wait on.
            while recoveryPoint(broker, TopicPartition("own")) != end, ContinuousClock.now < deadline { usleep(2000) }
            #expect(recoveryPoint(broker, TopicPartition("own")) == end)
            try broker.write([TestRecord(value: "v")], to: TopicPartition("own"), acks: 1)
        }
        #expect(recoveryPoint(broker, TopicPartition("lazy")) == 0)
        #expect(recoveryPoint(broker, TopicPartition("never")) == 0)
        broker.close()
        // What was never due is synced at the end all the same.
        let again = try open(in: home)
        defer { again.close() }
        #expect(recoveryPoint(again, TopicPartition("never")) == 1)
    }

    @Test("log.flush.interval.ms, or else log.flush.scheduler.interval.ms, is what topics go by that say nothing")
    func brokerWide() throws {
        let scheduler = ConfigLayers(
            settings: try BrokerSettings([(key: "log.flush.scheduler.interval.ms", value: "300")]))
        #expect(scheduler.logConfig(overrides: [:]).flushMs == 300)
        let both = ConfigLayers(
            settings: try BrokerSettings([
                (key: "log.flush.scheduler.interval.ms", value: "300"), (key: "log.flush.interval.ms", value: "200"),
            ]))
        #expect(both.logConfig(overrides: [:]).flushMs == 200)
        #expect(both.logConfig(overrides: ["flush.ms": "5"]).flushMs == 5)
    }
}
