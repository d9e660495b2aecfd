import BrokerCore
import Cluster
import Foundation

/// A broker that is brought to the states in which Kafka's tools were recorded with groups (steps.jsonl).
struct GroupStage {
    private let cluster: any Cluster
    private let broker: Broker
    private var done: Set<Int> = []

    /// A broker at the beginning of the recording, with the topics that matter here.
    init(_ broker: TestBroker) async throws {
        (cluster, self.broker) = (broker.cluster, broker.broker)
        self.broker.announce(listener: "127.0.0.1:9192")
        try await cluster.createTopic(NewTopic("orders", partitions: 3), validateOnly: false)
        try await cluster.createTopic(NewTopic("payments", partitions: 4), validateOnly: false)
    }

    /// Does what happened between the recorded calls, up to a number.
    mutating func advance(to sequence: Int) async throws {
        for step in [42, 58, 59, 66, 67, 68] where step < sequence && done.insert(step).inserted {
            switch step {
            case 42: try await produce()
            case 58: try await commit("cc-timeout", ["payments": [5, 5, 5, 5]])
            case 59: try await leaveEmptyGroup("console-consumer-83469")
            case 66: try await commit("billing", ["orders": [20, 30, 30]])
            case 67: try await commit("billing-simple", ["orders": [5, 270]])
            default: try await formLiveGroups()
            }
        }
    }

    private func produce() async throws {
        for partition in 0..<3 {
            let records = stride(from: partition, to: 90, by: 3).map { number in
                NewRecord(
                    key: Array("k\(number % 7)".utf8), value: Array("value \(number)".utf8),
                    timestamp: 1_700_000_000_000 + Int64(number) * 60_000)
            }
            _ = try await cluster.produce(records, to: Self.partition("orders", partition), compression: "none")
        }
        for partition in 0..<4 {
            let records = stride(from: partition, to: 20, by: 4).map { number in
                NewRecord(
                    key: nil, value: Array("p\(number)".utf8), timestamp: 1_700_000_000_000 + Int64(number) * 3_600_000)
            }
            _ = try await cluster.produce(records, to: Self.partition("payments", partition), compression: "none")
        }
    }

    /// Commits the offsets of each topic's partitions, from 0 on.
    private func commit(_ group: String, _ offsets: [String: [Int64]]) async throws {
        var wanted: [TopicPartition: Int64] = [:]
        for (topic, list) in offsets {
            for (partition, offset) in list.enumerated() { wanted[Self.partition(topic, partition)] = offset }
        }
        for outcome in try await cluster.commit(wanted, group: group).values { try outcome.get() }
    }

    private func leaveEmptyGroup(_ name: String) async throws {
        let group = LiveGroup(
            groupID: name, assignor: "range", topics: ["missing"], coordinator: broker.groups)
        group.leave(try await group.form([.init(clientID: "console-consumer", assignment: [])]))
    }

    private func formLiveGroups() async throws {
        try await commit("billing-live", ["orders": [30, 30, 30], "payments": [5, 5, 5, 7]])
        try await commit("billing-static", ["orders": [30, 30, 30]])
        let orders = (0..<3).map { Self.partition("orders", $0) }
        let payments = (0..<4).map { Self.partition("payments", $0) }
        _ = try await LiveGroup(
            groupID: "billing-live", assignor: "range", topics: ["orders", "payments"],
            coordinator: broker.groups
        ).form([
            .init(clientID: "consumer-a", assignment: Array(orders[..<2] + payments[..<2])),
            .init(clientID: "consumer-b", assignment: Array(orders[2...] + payments[2...])),
        ])
        _ = try await LiveGroup(
            groupID: "billing-static", assignor: "roundrobin", topics: ["orders"], coordinator: broker.groups
        ).form([.init(clientID: "sc", instanceID: "host-1", assignment: orders)])
    }

    private static func partition(_ topic: String, _ number: Int) -> TopicPartition {
        TopicPartition(topic: topic, partition: Int32(number))
    }

    /// Runs the verb that does what a recorded call did.
    func run(_ row: GoldenCLI.Row) async throws -> Ran {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-replay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in row.inputFiles { try Data(text.utf8).write(to: folder.appending(path: name)) }
        let arguments = Self.verb(row).map { row.inputFiles[$0] == nil ? $0 : folder.appending(path: $0).path }
        return await weir(arguments, on: cluster, input: Self.input[row.sequence] ?? "")
    }

    /// What the recorded calls of the console producer got on standard input.
    private static let input = [62: "x\n", 63: "nokey\n", 64: "hello\nworld\n"]

    /// What the console consumer and producer were asked, as their options differ from kcat's, which the verbs have. The producer's
    /// partitioner chose partition 3.
    private static let translations: [Int: [String]] = [
        57: [
            "tail", "orders", "-p", "0", "-o", "beginning", "-c", "4", "-f",
            #"CreateTime:%T\tPartition:%p\tOffset:%o\tNO_HEADERS\t%k\t%s\n"#,
        ],
        58: ["tail", "payments", "-o", "beginning", "-e"],
        59: ["tail", "missing", "-e"],
        60: ["tail", "orders", "-o", "3", "-e", "-c", "0"],
        61: ["tail", "orders", "-p", "1", "-o", "5", "-c", "2"],
        62: ["produce", "missing"],
        63: ["produce", "payments", "-K", ":"],
        64: ["produce", "payments", "-p", "3"],
    ]

    /// A tool's command line as a verb's: the action is a word instead of an option, deleting is confirmed beforehand.
    private static func verb(_ row: GoldenCLI.Row) -> [String] {
        if let translated = translations[row.sequence] { return translated }
        var arguments = Array(row.argv.dropFirst())
        guard
            let action = ["list", "describe", "reset-offsets", "delete-offsets", "delete"].first(where: {
                arguments.contains("--\($0)")
            })
        else { return ["groups"] + arguments }
        arguments.removeAll { $0 == "--\(action)" }
        return ["groups", action] + (action.hasPrefix("delete") ? ["--yes"] : []) + arguments
    }
}
