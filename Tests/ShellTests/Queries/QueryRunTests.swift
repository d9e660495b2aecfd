import Cluster
import Foundation
import Testing

@testable import weir

@Suite("weir query")
struct QueryRunTests {
    /// A topic with a record for each value.
    private func stage(_ values: [String?]) async throws -> TestBroker {
        let broker = try TestBroker()
        try await broker.cluster.createTopic(NewTopic("d", partitions: 1), validateOnly: false)
        for (number, value) in values.enumerated() {
            _ = try await broker.cluster.produce(
                [NewRecord(key: Array("k".utf8), value: value.map { Array($0.utf8) }, timestamp: Int64(number))],
                to: TopicPartition(topic: "d", partition: 0), compression: "none")
        }
        return broker
    }

    private static let stream = """
        CREATE STREAM d (k VARCHAR KEY, text VARCHAR, num INT, flag BOOLEAN) WITH (KAFKA_TOPIC='d', VALUE_FORMAT='JSON');
        """

    @Test("a pull query's values are of their types as JSON, and null is null")
    func json() async throws {
        let broker = try await stage([#"{"num":7,"flag":true}"#])
        let ran = await weir(
            ["query", "--json", "-e", Self.stream + "SELECT text, num, flag, CAST(num AS DOUBLE) / 2 AS half FROM d;"],
            on: broker.cluster)
        #expect(ran.output == #"{"TEXT":null,"NUM":7,"FLAG":true,"HALF":3.5}"# + "\n", "\(ran.errors)")
        let topics = await weir(["query", "--json", "-e", "SHOW TOPICS;"], on: broker.cluster)
        #expect(topics.output == #"{"topic":"d","partitions":1,"replicas":1}"# + "\n")
    }

    @Test("columns stand below each other by the cells they take, and a value stays on its line")
    func cells() async throws {
        let broker = try await stage([
            #"{"text":"日本😀","num":1}"#, #"{"text":"plain","num":2}"#, #"{"text":"a\nb\u001b","num":3}"#,
        ])
        let ran = await weir(["query", "-e", Self.stream + "SELECT text, num FROM d;"], on: broker.cluster)
        #expect(
            ran.output.hasSuffix(
                """
                TEXT      NUM
                日本😀    1
                plain     2
                a\\nb\\x1b  3

                """), "\(ran.output)\(ran.errors)")
        let pushed = await weir(
            [
                "query", "-e",
                Self.stream + "SET 'auto.offset.reset'='earliest'; SELECT text, num FROM d EMIT CHANGES LIMIT 3;",
            ], on: broker.cluster)
        #expect(pushed.output.hasSuffix("plain  2\na\\nb\\x1b  3\n"), "\(pushed.output)")
    }

    @Test("statements may begin with a comment, and a file with the mark of UTF-8")
    func beginnings() async throws {
        let broker = try await stage([])
        for option in [["-e", "-- c\nSHOW TOPICS;"], ["--execute", "-- c\nSHOW TOPICS;"]] {
            let ran = await weir(["query"] + option, on: broker.cluster)
            #expect(ran.code == 0 && ran.output.contains("d      1"), "\(ran.errors)")
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString).sql")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("\u{feff}SHOW TOPICS;".utf8).write(to: file)
        let read = await weir(["query", file.path], on: broker.cluster)
        #expect(read.code == 0 && read.output.contains("d      1"), "\(read.errors)")
        let typed = await weir(["query"], on: broker.cluster, input: "\u{feff}SHOW TOPICS;")
        #expect(typed.code == 0 && typed.output.contains("d      1"), "\(typed.errors)")
    }

    @Test("PRINT prints until its limit, and then comes the next statement")
    func printing() async throws {
        let broker = try await stage(["a", nil, "c"])
        let ran = await weir(["query", "-e", "PRINT d FROM BEGINNING LIMIT 2; SHOW TOPICS;"], on: broker.cluster)
        #expect(
            ran.output == """
                rowtime  partition  offset  key  value
                0  0  0  k  a
                1  0  1  k  NULL
                topic  partitions  replicas
                d      1           1

                """, "\(ran.errors)")
        let json = await weir(["query", "--json", "-e", "PRINT d FROM BEGINNING LIMIT 1;"], on: broker.cluster)
        #expect(
            json.output
                == #"{"timestamp":0,"row":{"rowtime":0,"partition":0,"offset":0,"key":"k","value":"a"}}"# + "\n")
    }
}
