import Cluster
import Foundation

/// A cluster that is brought to the states in which Kafka's tools were recorded (steps.jsonl).
struct Stage {
    /// The cluster.
    let cluster: any Cluster
    private var done: Set<Int> = []

    /// A cluster at the beginning of the recording.
    init(cluster: any Cluster) { self.cluster = cluster }

    /// Does what happened between the recorded calls, up to a number.
    mutating func advance(to sequence: Int) async throws {
        for step in [42, 64, 67] where step < sequence && done.insert(step).inserted {
            switch step {
            case 42: try await produce()
            case 64: try await greet()
            default: try await commit()
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
            _ = try await cluster.produce(
                records, to: TopicPartition(topic: "orders", partition: Int32(partition)), compression: "none")
        }
        for partition in 0..<4 {
            let records = stride(from: partition, to: 20, by: 4).map { number in
                NewRecord(
                    key: nil, value: Array("p\(number)".utf8), timestamp: 1_700_000_000_000 + Int64(number) * 3_600_000)
            }
            _ = try await cluster.produce(
                records, to: TopicPartition(topic: "payments", partition: Int32(partition)), compression: "none")
        }
    }

    /// What the console producer wrote in situation 64.
    private func greet() async throws {
        let records = ["hello", "world"].map {
            NewRecord(key: nil, value: Array($0.utf8), timestamp: 1_700_000_000_000)
        }
        _ = try await cluster.produce(records, to: TopicPartition(topic: "payments", partition: 3), compression: "none")
    }

    /// Of the groups only this matters here: their offsets' topic exists from now on.
    private func commit() async throws {
        let offsets = [
            TopicPartition(topic: "orders", partition: 0): Int64(5), TopicPartition(topic: "orders", partition: 1): 270,
        ]
        for outcome in try await cluster.commit(offsets, group: "billing-simple").values { try outcome.get() }
    }

    /// Runs the verb that does what a recorded call did.
    func run(_ row: GoldenCLI.Row) async throws -> Ran {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-replay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in row.inputFiles { try Data(text.utf8).write(to: folder.appending(path: name)) }
        let arguments = Self.verb(row).map { row.inputFiles[$0] == nil ? $0 : folder.appending(path: $0).path }
        return await weir(arguments, on: cluster)
    }

    /// A tool's command line as a verb's: the action is a word instead of an option, deleting is confirmed beforehand.
    private static func verb(_ row: GoldenCLI.Row) -> [String] {
        var arguments = Array(row.argv.dropFirst())
        func action(_ names: [String]) -> [String] {
            guard let found = names.first(where: { arguments.contains("--\($0)") }) else { return [] }
            arguments.removeAll { $0 == "--\(found)" }
            return [found] + (found == "delete" ? ["--yes"] : [])
        }
        let words: [String] =
            switch row.tool {
            case "kafka-topics": ["topics"] + action(["list", "describe", "create", "alter", "delete"])
            case "kafka-get-offsets": ["offsets"]
            case "kafka-delete-records": ["records", "delete", "--yes"]
            case "kafka-configs": ["configs"] + action(["describe", "alter"])
            default: ["log-dirs"]
            }
        return words + arguments
    }
}
