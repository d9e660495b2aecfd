import BrokerCore
import Cluster
import Foundation
import KafkaProtocol
import NIOCore

/// Keeps the balance of each account from its events and writes it to a compacted topic: event sourcing's projection.
struct BalanceProjection {
    private struct Event: Decodable {
        var type: String
        var account: String
        var cents: Int?
    }

    private let topic: DemoTopic
    private var balances: [String: Int] = [:]

    /// A projection into a topic.
    init(into topic: DemoTopic) { self.topic = topic }

    /// Folds the events of some batches and writes the balances they changed, one record an account.
    mutating func fold(_ batches: ByteBuffer, through nextOffset: Int64, to broker: Broker, now: Int64) {
        var changed: Set<String> = []
        for batch in RecordBatches(batches) {
            guard let records = try? batch.records(limit: 16 << 20) else { continue }
            try? records.forEach { record in
                guard record.offset < nextOffset, let value = record.value,
                    let event = try? JSONDecoder().decode(Event.self, from: Data(value.readableBytesView))
                else { return true }
                switch event.type {
                case "MoneyDeposited": balances[event.account, default: 0] += event.cents ?? 0
                case "MoneyWithdrawn": balances[event.account, default: 0] -= event.cents ?? 0
                default: balances[event.account] = 0
                }
                changed.insert(event.account)
                return true
            }
        }
        write(changed.sorted(), to: broker, now: now)
    }

    private func write(_ accounts: [String], to broker: Broker, now: Int64) {
        var batches: [Int32: RecordBatchBuilder] = [:]
        for account in accounts {
            let partition = KeyPartitioner.partition(of: Array(account.utf8), partitions: topic.partitions)
            batches[partition, default: RecordBatchBuilder()].append(
                timestamp: now,
                key: ByteBuffer(string: account),
                value: ByteBuffer(string: #"{"account":"\#(account)","cents":\#(balances[account] ?? 0)}"#)
            )
        }
        for (partition, builder) in batches {
            // A refused batch is counted by the broker itself and shown by its alert rules.
            guard let batch = try? builder.build() else { continue }
            broker.append(batch, to: TopicPartition(topic: topic.name, partition: partition), acks: 1) { _ in }
        }
    }
}
