import BrokerCore
import KafkaProtocol
import Testing

@testable import BrokerServer

@Suite("Recorded outcomes")
struct ProbeOutcomeTests {
    /// Requests that end otherwise than with Kafka 3.8.0, and why. Each of them must occur, or the list is stale.
    struct Difference {
        var recording: String
        /// API keys; empty for every one.
        var keys: Set<Int16> = []
        /// Correlation ids; nil for every one.
        var requests: ClosedRange<Int32>?
        var connection: Int?
        var reason: String

        func covers(_ name: String, _ result: ProbeReplay.Result) -> Bool {
            name == recording && (keys.isEmpty || keys.contains(result.key))
                && (requests?.contains(result.correlationID) ?? true)
                && (connection.map { $0 == result.connection } ?? true)
        }
    }

    static let differences: [Difference] = [
        Difference(
            recording: "probe/basic", keys: [32],
            reason: "no resource type BROKER_LOGGER: its levels are those of log4j"),
        Difference(
            recording: "probe/kip848", keys: [69],
            reason: "Kafka 3.8.0 names each group once more when it is asked for several, as not found"),
        Difference(
            recording: "probe/produce", requests: 171...171, connection: 0,
            reason: "null records are answered with INVALID_RECORD; Kafka never answers them"),
        Difference(
            recording: "probe/raw", requests: 7...7, connection: 2,
            reason: "ApiVersions 4 is served; Kafka 3.8 knew it up to 3"),
        Difference(
            recording: "probe/txn", keys: [26], requests: 149...198,
            reason:
                "EndTxn is answered when the transaction has ended, so what follows at once meets none that is ending"),
    ]

    /// How many requests of each recording end how.
    static let expectedCounts: [String: String] = [
        "probe/basic": "known difference 5, notServed 2, sameCodes 104",
        "probe/fetch": "notServed 8, sameCodes 45",
        "probe/groups": "notServed 3, sameCodes 137",
        "probe/kip848": "known difference 1, sameCodes 27",
        "probe/produce": "known difference 1, notServed 13, sameCodes 80, sameSilence 1",
        "probe/raw": "known difference 1, sameClose 9, sameCodes 14",
        "probe/topics": "sameCodes 31",
        "probe/txn": "known difference 5, sameCodes 99",
    ]

    @Test("every recorded probe ends as it ended with Kafka 3.8.0", arguments: GoldenWire.names(under: "probe"))
    func outcomes(name: String) throws {
        let live = try LiveServer(settings: ["auto.create.topics.enable": "false", "log.retention.ms": "-1"])
        defer { live.stop() }
        try prepare(live, for: name)
        let results = try ProbeReplay(name, against: live.address).run()
        var counts: [String: Int] = [:]
        var used: Set<String> = []
        for result in results {
            guard case .different(let how) = result.outcome else {
                counts["\(result.outcome)", default: 0] += 1
                continue
            }
            let known = Self.differences.first(where: { $0.covers(name, result) })
            let place = "\(name) connection \(result.connection) request \(result.correlationID) \(result.request)"
            #expect(known != nil, "\(place): \(how)")
            if let known {
                counts["known difference", default: 0] += 1
                used.insert(known.reason)
            }
        }
        let summary = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        print("\(name): \(summary)")
        #expect(Self.expectedCounts[name] == summary)
        for difference in Self.differences where difference.recording == name {
            #expect(used.contains(difference.reason), "does not differ any more: \(difference.reason)")
        }
    }

    @Test("the answers about transactions and their offsets are Kafka's, field by field")
    func transactionAnswers() throws {
        let live = try LiveServer(settings: [
            "auto.create.topics.enable": "false", "log.retention.ms": "-1", "transaction.state.log.num.partitions": "3",
        ])
        defer { live.stop() }
        try prepare(live, for: "probe/txn")
        var compared: [Int16: Int] = [:]
        for result in try ProbeReplay("probe/txn", against: live.address).run() {
            guard [0, 9, 22, 24, 25, 26, 28, 65, 66].contains(result.key), result.outcome == .sameCodes,
                let (recorded, own) = result.answers
            else { continue }
            let (kafkas, ours) = (Self.comparable(recorded), Self.comparable(own))
            #expect(kafkas == ours, "\(result.request) \(result.correlationID)")
            compared[result.key, default: 0] += 1
        }
        #expect(compared == [0: 6, 9: 12, 22: 14, 24: 12, 25: 6, 26: 25, 28: 6, 65: 1, 66: 2])
    }

    @Test("the answers about groups of KIP-848 are Kafka's, field by field")
    func consumerGroupAnswers() throws {
        let live = try LiveServer(settings: ["auto.create.topics.enable": "false"])
        defer { live.stop() }
        try prepare(live, for: "probe/kip848")
        var compared: [Int16: Int] = [:]
        for result in try ProbeReplay("probe/kip848", against: live.address).run() {
            guard [8, 9, 15, 16, 42, 68, 69].contains(result.key), let (recorded, own) = result.answers else {
                continue
            }
            let (kafkas, ours) = (Self.comparable(recorded), Self.comparable(own))
            #expect(kafkas == ours, "\(result.request) \(result.correlationID)")
            compared[result.key, default: 0] += 1
        }
        #expect(compared == [8: 2, 9: 1, 15: 1, 16: 1, 42: 2, 68: 17, 69: 1])
    }

    /// Text without the ids that a coordinator makes: 22 characters each.
    private static func withoutIDs(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { $0.count == 22 ? "id" : $0 }
            .joined(separator: " ")
    }

    /// An answer without ids that are random, without what depends on the time, and on what the recording broker had done before.
    private static func comparable(_ response: AnyResponse) -> AnyResponse {
        switch response {
        case .consumerGroupHeartbeat(var answer):
            answer.memberID = answer.memberID.map(withoutIDs)
            answer.errorMessage = answer.errorMessage.map(withoutIDs)
            for index in (answer.assignment?.topicPartitions ?? []).indices {
                answer.assignment?.topicPartitions[index].topicID = .zero
            }
            return .consumerGroupHeartbeat(answer)
        case .consumerGroupDescribe(var answer):
            // The two groups asked for; what Kafka 3.8.0 adds behind them is none.
            answer.groups.removeSubrange(2...)
            for (place, group) in answer.groups.enumerated() {
                for index in group.members.indices {
                    answer.groups[place].members[index].memberID = ""
                    for path in [\ConsumerGroupDescribeResponse.Member.assignment, \.targetAssignment] {
                        for topic in group.members[index][keyPath: path].topicPartitions.indices {
                            answer.groups[place].members[index][keyPath: path].topicPartitions[topic].topicID = .zero
                        }
                    }
                }
            }
            return .consumerGroupDescribe(answer)
        case .listGroups(var answer):
            answer.groups.removeAll { !$0.groupID.hasPrefix("g-orders-p848") }
            answer.groups.sort { $0.groupID < $1.groupID }
            return .listGroups(answer)
        case .describeTransactions(var answer):
            for index in answer.transactionStates.indices { answer.transactionStates[index].transactionStartTimeMs = 0 }
            return .describeTransactions(answer)
        case .listTransactions(var answer):
            answer.transactionStates.removeAll { !$0.transactionalID.hasPrefix("tx-orders-pv") }
            answer.transactionStates.sort { $0.transactionalID < $1.transactionalID }
            return .listTransactions(answer)
        default: return response
        }
    }

    /// The topics of the recording broker, with as many records as it had when the recording began.
    private func prepare(_ live: LiveServer, for name: String) throws {
        try live.addRecordedUsers()
        try live.createTopic("probe", partitions: 3)
        try live.createTopic("tiny", configs: ["max.message.bytes": "2000"])
        try live.createTopic("accounts", configs: ["cleanup.policy": "compact"])
        for topic in ["grp", "clicks", "orders", "txn"] { try live.createTopic(topic, partitions: 3) }
        let ends: [String: Int64] = ["probe/fetch": 103, "probe/txn": 103, "probe/topics": 127, "probe/raw": 127]
        // Frames name the producer ids that Kafka gave: here the same ones are given.
        let given: [String: Int] = ["probe/txn": 24]
        for _ in 0..<(given[name] ?? 0) { live.broker.producerIDs.take { _ in } }
        for partition in 0..<3 as Range<Int32> {
            try live.fill("probe", partition, upTo: ends[name] ?? 4)
        }
    }
}
