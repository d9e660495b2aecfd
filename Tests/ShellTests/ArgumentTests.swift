import Cluster
import ClusterClient
import Operations
import Testing

@testable import weir

@Suite("What verbs read from command lines")
struct ArgumentTests {
    @Test("brokers are read with names, IPv6 addresses and Kafka's port where none is given")
    func brokers() throws {
        let list = try BrokerAddress.list(parsing: "kafka-1:9093, [::1]:9094,10.0.0.7")
        #expect(
            list == [
                BrokerAddress(host: "kafka-1", port: 9093), BrokerAddress(host: "::1", port: 9094),
                BrokerAddress(host: "10.0.0.7", port: 9092),
            ])
        for wrong in ["", ",", ":9092", "host:", "host:0", "host:65536", "host:port", "::1", "[::1", "[::1]9092"] {
            #expect(throws: BrokerAddress.ParsingError.self, "\(wrong)") { try BrokerAddress.list(parsing: wrong) }
        }
    }

    @Test("settings are split at commas outside brackets and at the first equals sign")
    func settings() throws {
        let pairs = try SettingsText.pairs("cleanup.policy=[compact,delete], retention.ms = 5,x=a=b,empty=")
        #expect(pairs.map(\.name) == ["cleanup.policy", "retention.ms", "x", "empty"])
        #expect(pairs.map(\.value) == ["compact,delete", "5", "a=b", ""])
        #expect(throws: VerbFailure.self) { try SettingsText.pairs("a=1,a=2") }
    }

    @Test("topic patterns match whole names, with commas as alternatives")
    func patterns() throws {
        let names = ["orders", "orders-dlq", "payments", "clicks.raw"]
        func matches(_ text: String) -> Set<String> { TopicPattern(argument: text)?.matches(among: names) ?? [] }
        #expect(matches("orders") == ["orders"])
        #expect(matches("orders,payments") == ["orders", "payments"])
        #expect(matches("'.*r.*'") == ["orders", "orders-dlq", "clicks.raw"])
        #expect(matches("order") == [])
    }

    @Test(
        "partitions are chosen by number, by range before its upper bound, and by open ranges",
        arguments: [
            ("orders:1", ["orders-1"]), ("orders:1-3", ["orders-1", "orders-2"]),
            ("orders:2-", ["orders-2", "orders-3"]),
            ("orders:-2", ["orders-0", "orders-1"]), ("orders:0,clicks", ["clicks-0", "orders-0"]),
            (":0", ["clicks-0", "orders-0"]), ("o.*:3", ["orders-3"]),
            ("orders:-", ["orders-0", "orders-1", "orders-2", "orders-3"]),
        ])
    func partitionFilters(text: String, expected: [String]) throws {
        let topics = [
            TopicDescription(name: "clicks", partitions: [PartitionDescription(partition: 0)]),
            TopicDescription(name: "orders", partitions: (0..<4).map { PartitionDescription(partition: $0) }),
        ]
        let filter = try #require(PartitionFilter(argument: text))
        let (partitions, unmatched) = filter.choose(among: topics)
        #expect(partitions.sorted().map(\.description) == expected)
        #expect(unmatched.isEmpty)
    }

    @Test("times are Kafka's, or as the console takes them, in UTC where they name no zone")
    func times() throws {
        #expect(try VerbTime.milliseconds("2023-11-14T22:45:00.000") == 1_700_001_900_000)
        #expect(try VerbTime.milliseconds("2023-11-14 22:45") == 1_700_001_900_000)
        #expect(try VerbTime.milliseconds("2023-11-14 23:45+01:00") == 1_700_001_900_000)
        #expect(TailPlace(argument: "s@1700001900000") == .from(1_700_001_900_000))
        #expect(TailPlace(argument: "e@2023-11-14 22:45") == .until(1_700_001_900_000))
        #expect(TailPlace(argument: "s@soon") == nil)
        #expect(throws: ResetError.badTime("soon")) { try VerbTime.milliseconds("soon") }
    }
}
