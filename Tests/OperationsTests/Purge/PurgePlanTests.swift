import Cluster
import Testing

@testable import Operations

@Suite("What a purge would delete")
struct PurgePlanTests {
    private func row(_ start: Int64, _ new: Int64, _ end: Int64) -> PurgePlan.Row {
        PurgePlan.Row(
            topicPartition: TopicPartition(topic: "t", partition: 0), logStart: start, newStart: new, end: end)
    }

    private func segment(_ base: Int64, _ next: Int64, _ bytes: Int64) -> SegmentDescription {
        SegmentDescription(baseOffset: base, nextOffset: next, sizeBytes: bytes, largestTimestamp: nil, isActive: false)
    }

    /// The bytes that go, marked where they are an estimate; `?` where nobody knows.
    private func bytes(_ row: PurgePlan.Row, size: Int64?, _ segments: [SegmentDescription]) -> String {
        let (bytes, isEstimated) = row.bytesGone(size: size, segments: segments)
        return (isEstimated ? "≈" : "") + (bytes.map { "\($0)" } ?? "?")
    }

    @Test("whole segments count whole; of the one it ends in, and of a log without segments, a share that is marked")
    func bytes() {
        let segments = [segment(0, 100, 1000), segment(100, 200, 4000)]
        #expect(bytes(row(0, 100, 200), size: 5000, segments) == "1000")
        #expect(bytes(row(0, 150, 200), size: 5000, segments) == "≈3000")
        #expect(bytes(row(50, 100, 200), size: 5000, segments) == "≈500")
        #expect(bytes(row(0, 200, 200), size: 5000, segments) == "5000")
        #expect(bytes(row(0, 50, 200), size: 5000, []) == "≈1250")
        #expect(bytes(row(0, 200, 200), size: 5000, []) == "5000")
        #expect(bytes(row(7, 7, 200), size: 5000, segments) == "0")
        #expect(bytes(row(0, 50, 200), size: nil, []) == "≈?")
    }

    @Test("only partitions that lose records are asked for, and the sums are of those that are known")
    func sums() {
        var rows = [row(0, 10, 20), row(5, 5, 20), row(0, 4, 4)]
        for number in rows.indices {
            rows[number].topicPartition = TopicPartition(topic: "t", partition: Int32(number))
        }
        rows[0].bytes = 70
        rows[2].bytes = nil
        let plan = PurgePlan(rows: rows)
        #expect(plan.offsets == [rows[0].topicPartition: 10, rows[2].topicPartition: 4])
        #expect(plan.records == 14 && plan.bytes == 70 && plan.isEstimated)
    }
}

@Suite("Lines of Kafka's tools")
struct KafkaToolLineTests {
    @Test("say what was done, quoted for a shell")
    func lines() {
        let topic = NewTopic(
            "orders", partitions: 3, replicationFactor: 1, settings: [("cleanup.policy", "compact,delete")])
        #expect(
            KafkaToolLine.create(topic, at: "h:9092")
                == "kafka-topics.sh --bootstrap-server h:9092 --create --topic orders --partitions 3 "
                + "--replication-factor 1 --config cleanup.policy=compact,delete")
        #expect(
            KafkaToolLine.alter(
                .topic("a"),
                [ConfigChange("cleanup.policy", .set, "compact,delete"), ConfigChange("retention.ms", .delete)],
                at: "h:1")
                == "kafka-configs.sh --bootstrap-server h:1 --alter --entity-type topics --entity-name a "
                + "--add-config 'cleanup.policy=[compact,delete]' --delete-config retention.ms")
        #expect(
            KafkaToolLine.deleteTopics(["a.b"], at: "h:1")
                == #"kafka-topics.sh --bootstrap-server h:1 --delete --topic 'a\.b'"#)
        #expect(
            KafkaToolLine.deleteTopics(["a", "b.c"], at: "h:1")
                == #"kafka-topics.sh --bootstrap-server h:1 --delete --topic 'a|b\.c'"#)
        #expect(
            KafkaToolLine.deleteRecords(before: [TopicPartition(topic: "t", partition: 2): 7], at: "h:1")
                == "kafka-delete-records.sh --bootstrap-server h:1 --offset-json-file "
                + #"<(echo '{"partitions":[{"topic":"t","partition":2,"offset":7}],"version":1}')"#)
        #expect(KafkaToolLine.quoted("it's") == #"'it'\''s'"#)
        #expect(KafkaToolLine.quoted("") == "''")
    }
}
