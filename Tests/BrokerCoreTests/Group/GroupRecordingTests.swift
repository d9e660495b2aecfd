import Foundation
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import BrokerCore

@Suite("Groups of real clients")
struct GroupRecordingTests {
    /// Conversations of whole groups between clients and Kafka, as a proxy saw them on all connections in order.
    static let recordings = [
        "aiokafka/group-range", "aiokafka/group-roundrobin", "aiokafka/group-static",
        "confluent-kafka/group-cooperative-sticky", "confluent-kafka/group-range", "confluent-kafka/group-roundrobin",
        "confluent-kafka/group-static", "java/group-CooperativeStickyAssignor", "java/group-RangeAssignor",
        "java/group-RoundRobinAssignor", "java/group-StickyAssignor", "java/kafka-console-consumer-group",
        "kafka-python/group-range", "kafka-python/group-roundrobin", "kafka-python/group-static",
        "kafka-python/group-sticky", "kcat/group",
    ]

    @Test("a recorded group gets the answers it got from Kafka", arguments: recordings)
    func recorded(name: String) throws {
        guard let rows = try? GroupWire.rows("wire/\(name).jsonl") else {
            print("\(name): not among the golden data kept with the tests")
            return
        }
        var run = RecordedRun(rows: rows)
        try run.run()
        print("\(name): \(run.same) answers as Kafka's, \(run.different.count) others \(run.different.prefix(3))")
        #expect(run.different.isEmpty)
    }
}

/// Sends recorded requests to a coordinator in their order, and compares when a recorded answer comes.
private struct RecordedRun {
    var same = 0
    var different: [String] = []

    private let rows: [GroupWire.Row]
    private let clock = ManualClock()
    private let nextID = Box()
    private let coordinator: GroupCoordinator
    private var answers: [String: Answers<AnyResponse>] = [:]

    private final class Box: Sendable {
        let text = Mutex("")
    }

    init(rows: [GroupWire.Row]) {
        self.rows = rows
        var settings = GroupSettings()
        // The recorded broker had 0, which its timer made about a millisecond.
        settings.initialRebalanceDelay = 1
        let nextID = self.nextID
        coordinator = GroupCoordinator(settings: settings, topic: MemoryOffsetsTopic(), clock: clock) {
            nextID.text.withLock { $0 }
        }
    }

    mutating func run() throws {
        var wanted: [String: GroupWire.Row] = [:]
        for row in rows where row.dir == "res" { wanted[row.name] = row }
        for row in rows {
            guard let key = row.apiKey, GroupWire.membershipAPIs.contains(key), let version = row.apiVersion else {
                continue
            }
            if row.dir == "req" {
                try ask(row, version, answeredBy: wanted[row.name])
            } else if row.dir == "res" {
                try compare(row, key, version)
            }
        }
    }

    private mutating func ask(_ row: GroupWire.Row, _ version: Int16, answeredBy answer: GroupWire.Row?) throws {
        let (header, request) = try AnyRequest.decode(frame: row.frame)
        if let answer, let key = answer.apiKey,
            case .joinGroup(let joined) = try AnyResponse.decode(frame: answer.frame, key: key, version: version).1
        {
            nextID.text.withLock { $0 = String(joined.memberID.suffix(36)) }
        }
        let context = RequestContext(
            clientID: header.clientID ?? "", clientHost: "/127.0.0.1", apiVersion: version
        )
        let answers = Answers<AnyResponse>()
        self.answers[row.name] = answers
        GroupWire.ask(request, coordinator, context) { answers.take($0) }
    }

    private mutating func compare(_ row: GroupWire.Row, _ key: Int16, _ version: Int16) throws {
        let what = "\(row.name) \(row.apiName ?? "") v\(version)"
        guard let answers = answers[row.name] else { return }
        if answers.all.isEmpty {
            clock.advance(milliseconds: 2)
            coordinator.tick()
        }
        let (_, expected) = try AnyResponse.decode(frame: row.frame, key: key, version: version)
        // Through the bytes, since the version leaves fields out that the answer has.
        var frame = try answers.first?.encode(version: version, correlationID: row.correlationId ?? 0).first
        frame?.moveReaderIndex(forwardBy: 4)
        let given = try frame.map { try AnyResponse.decode(frame: $0, key: key, version: version).1 }
        if given?.inOrder == expected.inOrder {
            same += 1
        } else {
            different.append("\(what): \(expected) but \(given.map { "\($0)" } ?? "none")")
        }
    }
}

extension AnyResponse {
    /// The same with lists in order: Kafka's come as its hash tables have them.
    fileprivate var inOrder: AnyResponse {
        switch self {
        case .joinGroup(var answer):
            answer.members.sort { $0.memberID < $1.memberID }
            return .joinGroup(answer)
        case .offsetCommit(var answer):
            answer.topics.sort { $0.name < $1.name }
            for index in answer.topics.indices {
                answer.topics[index].partitions.sort { $0.partitionIndex < $1.partitionIndex }
            }
            return .offsetCommit(answer)
        case .offsetFetch(var answer):
            answer.topics = Self.inOrder(answer.topics)
            for index in answer.groups.indices {
                answer.groups[index].topics = Self.inOrder(answer.groups[index].topics)
            }
            return .offsetFetch(answer)
        default:
            return self
        }
    }

    private static func inOrder(_ topics: [OffsetFetchResponse.Topic]) -> [OffsetFetchResponse.Topic] {
        topics.sorted { $0.name < $1.name }.map { topic in
            var topic = topic
            topic.partitions.sort { $0.partitionIndex < $1.partitionIndex }
            return topic
        }
    }
}
