import Cluster
import Foundation
import Testing

@testable import weir

@Suite("--json")
struct JSONOutputTests {
    /// Every verb with the keys that its help promises, as paths into the document.
    private static let documents: [(arguments: [String], keys: Set<String>)] = [
        (["topics", "list"], ["topic", "internal", "partitions", "replicationFactor"]),
        (
            ["topics", "describe"],
            [
                "topic", "topicId", "internal", "replicationFactor", "partitionCount", "configs",
                "configs.retention.ms",
                "configs.cleanup.policy", "partitions", "partitions.partition", "partitions.leader",
                "partitions.replicas",
                "partitions.isr",
            ]
        ),
        (["topics", "create", "second"], ["topic", "created"]),
        (["topics", "alter", "second", "--partitions", "2"], ["topic", "done", "error"]),
        (["topics", "delete", "second", "--yes"], ["topic", "done", "error"]),
        (
            ["topics", "compact", "first"],
            [
                "previews", "previews.topic", "previews.partition", "previews.records", "previews.recordsRemovable",
                "previews.bytes", "previews.bytesRemovable", "previews.keysKept", "previews.tombstonesKept",
                "previews.endOffset", "previews.estimate", "previews.holds", "previews.holds.reason",
                "previews.holds.bytes", "previews.holds.records", "previews.settings", "started", "runs", "unobserved",
            ]
        ),
        (["offsets", "first"], ["topic", "partition", "offset", "timestamp", "error"]),
        (["records", "delete", "first:0:0", "--yes"], ["topic", "partition", "lowWatermark", "error"]),
        (
            ["configs", "describe", "first"],
            [
                "entityType", "entityName", "configs", "configs.name", "configs.value", "configs.source",
                "configs.sensitive", "configs.readOnly", "configs.synonyms", "configs.synonyms.name",
                "configs.synonyms.value", "configs.synonyms.source",
            ]
        ),
        (
            ["configs", "alter", "first", "--add-config", "retention.ms=60000"],
            ["entityType", "entityName", "done", "error"]
        ),
        (
            ["log-dirs"],
            [
                "brokers", "brokers.broker", "brokers.logDirs", "brokers.logDirs.partitions",
                "brokers.logDirs.partitions.partition", "brokers.logDirs.partitions.size",
                "brokers.logDirs.partitions.offsetLag", "brokers.logDirs.partitions.isFuture", "brokers.logDirs.error",
                "brokers.logDirs.logDir", "version",
            ]
        ),
    ]

    @Test("every verb prints one document with the keys that its help promises")
    func keys() async throws {
        let broker = try TestBroker()
        #expect(
            await weir(
                [
                    "topics", "create", "first", "--config", "cleanup.policy=compact,delete", "--config",
                    "retention.ms=-1",
                ],
                on: broker.cluster
            ).code == 0)
        let partition = TopicPartition(topic: "first", partition: 0)
        _ = try await broker.cluster.produce(
            [NewRecord(key: [1], value: [2])], to: partition, compression: "none")
        for (arguments, keys) in Self.documents {
            let ran = await weir(arguments + ["--json"], on: broker.cluster)
            #expect(ran.output.split(separator: "\n").count == 1, "\(arguments): \(ran)")
            let document = try JSONSerialization.jsonObject(with: Data(ran.output.utf8))
            #expect(Self.paths(document) == keys, "\(arguments): \(ran.output)")
        }
    }

    @Test("a failure leaves the document whole, and tells in it what was not done")
    func failures() async throws {
        let broker = try TestBroker()
        _ = await weir(["topics", "create", "first"], on: broker.cluster)
        let ran = await weir(["records", "delete", "first:0:0", "gone:0:0", "--yes", "--json"], on: broker.cluster)
        #expect(ran.code == 1)
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(ran.output.utf8)) as? [[String: Any]])
        #expect(rows.map { $0["topic"] as? String } == ["first", "gone"])
        #expect(rows[0]["lowWatermark"] as? Int == 0)
        #expect(rows[0]["error"] is NSNull)
        #expect(rows[1]["lowWatermark"] is NSNull)
        #expect(rows[1]["error"] as? String == "gone-0 does not exist")
    }

    @Test("any text comes back from another reader as it was, and steers no terminal")
    func texts() throws {
        let text = "tab\t quote\" back\\slash line\nend\u{1b}[2J \u{7f}\u{9b} \u{2028} ünï 𝄞 \u{0}"
        let written = JSONValue.array([.string(text)]).text
        let read = try JSONSerialization.jsonObject(with: Data(written.utf8)) as? [String]
        #expect(read == [text])
        #expect(!written.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }

    /// The paths of all keys in a document; array elements add none of their own.
    private static func paths(_ document: Any) -> Set<String> {
        switch document {
        case let list as [Any]: Set(list.flatMap(paths))
        case let object as [String: Any]:
            Set(object.flatMap { key, value in [key] + paths(value).map { "\(key).\($0)" } })
        default: []
        }
    }
}
