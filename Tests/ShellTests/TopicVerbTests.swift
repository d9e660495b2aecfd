import Cluster
import Foundation
import Testing

@testable import weir

@Suite("weir topics")
struct TopicVerbTests {
    @Test("deleting asks for the name, and anything else changes nothing")
    func deletingAsks() async throws {
        let broker = try TestBroker()
        #expect(await weir(["topics", "create", "orders"], on: broker.cluster).code == 0)
        let mistyped = await weir(["topics", "delete", "orders"], on: broker.cluster, typed: "order\n")
        #expect(mistyped.code == 77)
        #expect(mistyped.errors.contains("Type orders to go on: "))
        #expect(mistyped.errors.contains("nothing was changed"))
        #expect(await weir(["topics", "list"], on: broker.cluster).output == "orders\n")
        #expect(await weir(["topics", "delete", "orders"], on: broker.cluster, typed: "orders\n").code == 0)
        #expect(await weir(["topics", "list"], on: broker.cluster).output == "")
    }

    @Test("without a terminal deleting is refused, with what to do")
    func deletingWithoutTerminal() async throws {
        let broker = try TestBroker()
        _ = await weir(["topics", "create", "orders"], on: broker.cluster)
        let refused = await weir(["topics", "delete", "orders"], on: broker.cluster, input: "orders\n")
        #expect(refused.code == 77)
        #expect(refused.output.isEmpty)
        #expect(refused.errors.contains("--yes"))
        #expect(await weir(["topics", "delete", "orders", "--yes"], on: broker.cluster).code == 0)
    }

    @Test("one name that does not exist keeps the others from being deleted")
    func deletingWithTypo() async throws {
        let broker = try TestBroker()
        _ = await weir(["topics", "create", "orders"], on: broker.cluster)
        let ran = await weir(["topics", "delete", "orders", "odrers", "--yes"], on: broker.cluster)
        #expect(ran.code == 1)
        #expect(ran.errors == "Error: Topic 'odrers' does not exist\n")
        #expect(await weir(["topics", "list"], on: broker.cluster).output == "orders\n")
        #expect(
            await weir(["topics", "delete", "orders", "odrers", "--yes", "--if-exists"], on: broker.cluster).code == 0)
        #expect(await weir(["topics", "list"], on: broker.cluster).output == "")
    }

    @Test("describing several names prints those there are and fails for the rest")
    func describingPartly() async throws {
        let broker = try TestBroker()
        _ = await weir(["topics", "create", "orders", "--partitions", "2"], on: broker.cluster)
        let ran = await weir(["topics", "describe", "orders", "missing"], on: broker.cluster)
        #expect(ran.code == 1)
        #expect(ran.output.hasPrefix("Topic: orders\tTopicId: "))
        #expect(ran.output.split(separator: "\n").count == 3)
        #expect(ran.errors == "Error: Topic 'missing' does not exist\n")
    }

    @Test("a read-only cluster refuses every change and allows every look")
    func readOnly() async throws {
        let broker = try TestBroker(readOnly: true)
        #expect(await weir(["topics", "list"], on: broker.cluster).code == 0)
        for change in [
            ["topics", "create", "new"],
            ["configs", "alter", "--broker", "1", "--add-config", "log.cleaner.threads=2"],
            ["records", "delete", "orders:0:1", "--yes"],
        ] {
            let ran = await weir(change, on: broker.cluster)
            #expect(ran.code == 77, "\(change): \(ran)")
            #expect(ran.errors.hasPrefix("Error: read-only: "))
        }
    }

    @Test(
        "command lines that cannot be right are refused before anything is tried",
        arguments: [
            ["topics"], ["topics", "create"], ["topics", "create", "a", "--topic", "b"],
            ["topics", "create", "a", "--partitions", "0"], ["topics", "create", "a", "--config", "novalue"],
            ["topics", "create", "a", "--replica-assignment", "1:1"],
            ["topics", "create", "a", "--replica-assignment", "1", "--partitions", "1"],
            ["topics", "delete"], ["topics", "delete", "--yes"], ["topics", "alter", "a"],
            ["topics", "list", "--topic", "("], ["topics", "compact", "a", "--wait"],
            ["topics", "describe", "--under-replicated-partitions", "--unavailable-partitions"],
            ["topics", "list", "--bootstrap-server", "::1:9092"], ["topics", "list", "--attach", "host:99999"],
            ["offsets", "--time", "yesterday"], ["offsets", "--topic-partitions", "a:3-1"],
            ["offsets", "--partitions", "x"],
            ["offsets", "a", "--topic-partitions", "a"], ["records", "delete"], ["records", "delete", "a:0"],
            ["records", "delete", "a:0:-2"], ["records", "delete", "--offset-json-file", "/nowhere", "--yes"],
            ["configs", "describe"], ["configs", "describe", "a", "--broker", "1"], ["configs", "alter", "a"],
            ["configs", "alter", "a", "--add-config", "k"], ["configs", "alter", "a", "--add-config", "k=[1"],
            ["configs", "alter", "a", "--add-config", "k=1", "--delete-config", "k"],
            ["configs", "alter", "--entity-type", "topics", "--add-config", "k=1"],
            ["configs", "describe", "--entity-type", "users"], ["log-dirs", "--broker-list", "one"],
        ])
    func wrongCommandLines(arguments: [String]) async throws {
        let broker = try TestBroker()
        let ran = await weir(arguments, on: broker.cluster)
        #expect(ran.code == 64, "\(ran)")
        #expect(ran.output.isEmpty)
        #expect(ran.errors.hasPrefix("Error: "))
    }

    @Test("compacting shows what would go, and with --execute --wait removes just that")
    func compacting() async throws {
        let broker = try TestBroker()
        let cluster = broker.cluster
        _ = await weir(["topics", "create", "latest", "--config", "cleanup.policy=compact"], on: cluster)
        let partition = TopicPartition(topic: "latest", partition: 0)
        for round in 0..<5 {
            let records = (0..<10).map { NewRecord(key: Array("k\($0)".utf8), value: Array("\(round)".utf8)) }
            _ = try await cluster.produce(records, to: partition, compression: "none")
        }
        let held = await weir(["topics", "compact", "latest"], on: cluster)
        #expect(held.code == 0)
        #expect(held.output.contains("held back: the active segment"))
        let preview = try document(await weir(["topics", "compact", "latest", "--roll", "--json"], on: cluster).output)
        #expect(preview["started"] as? Bool == false)
        let planned = (preview["previews"] as? [[String: Any]])?.first
        #expect(planned?["records"] as? Int == 50)
        #expect(planned?["recordsRemovable"] as? Int == 40)
        let ran = await weir(["topics", "compact", "latest", "--roll", "--execute", "--wait"], on: cluster)
        #expect(ran.code == 0, "\(ran)")
        #expect(ran.output.contains("latest-0: finished, 40 records and "))
        let read = try await cluster.fetch(partition, from: 0, limits: FetchLimits())
        #expect(read.records.map { $0.value } == Array(repeating: Array("4".utf8), count: 10))
    }

    @Test("a topic without compaction cannot be compacted, in words")
    func compactingPlainTopic() async throws {
        let broker = try TestBroker()
        _ = await weir(["topics", "create", "plain"], on: broker.cluster)
        let ran = await weir(["topics", "compact", "plain", "--execute"], on: broker.cluster)
        #expect(ran.code == 1)
        #expect(ran.errors.contains("cleanup.policy"))
    }
}

/// A JSON document of a verb, read by another reader than the one that wrote it.
func document(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}
