import Cluster
import Foundation
import Testing

@testable import weir

@Suite("Verbs beside Kafka's tools")
struct ReplayTests {
    /// Where a verb's output or exit code differs, by the recording's number. Whatever is not listed is equal to the letter.
    private static let differences: [Int: Set<ToolDifference>] = [
        2: [.noTopics],
        6: [.diagnostics], 7: [.diagnostics], 9: [.diagnostics], 10: [.diagnostics],
        11: [.diagnostics, .usageCode], 12: [.diagnostics], 13: [.diagnostics], 14: [.diagnostics],
        16: [.usageCode], 17: [.usageCode], 18: [.usageCode],
        22: [.eligibleLeaders, .order], 23: [.eligibleLeaders], 24: [.eligibleLeaders], 25: [.order],
        28: [.eligibleLeaders, .order],
        30: [.diagnostics], 32: [.notOffered, .exitCode], 34: [.diagnostics], 35: [.diagnostics], 36: [.diagnostics],
        37: [.usageCode], 39: [.diagnostics], 41: [.version],
        55: [.usageCode],
        154: [.order], 155: [.titles], 163: [.usageCode],
        167: [.embeddedBroker, .exitCode], 168: [.embeddedBroker],
        171: [.titles, .exitCode],
        172: [.notOffered, .exitCode], 173: [.notOffered, .exitCode], 174: [.notOffered, .exitCode],
        175: [.notOffered, .exitCode], 176: [.notOffered, .exitCode], 177: [.usageCode], 178: [.notOffered, .exitCode],
        183: [.javaErrors, .exitCode], 184: [.missingPartitions, .exitCode], 185: [.missingPartitions, .exitCode],
        186: [.javaErrors, .exitCode], 187: [.usageCode], 189: [.usageCode],
        191: [.order, .groupMetadata], 193: [.order], 194: [.exitCode], 195: [.order],
        197: [.describesAnyway, .exitCode],
    ]

    @Test("every recorded situation gives Kafka's output, or a difference on the list")
    func replay() async throws {
        let broker = try TestBroker([
            ("log.index.size.max.bytes", "8192"), ("log.retention.ms", "-1"), ("auto.create.topics.enable", "false"),
            ("broker.rack", "r1"),
        ])
        let rows = try GoldenCLI.rows(of: [
            "kafka-topics", "kafka-get-offsets", "kafka-delete-records", "kafka-configs", "kafka-log-dirs",
        ])
        var stage = Stage(cluster: broker.cluster)
        var counts: [ToolDifference: Int] = [:]
        var equal = 0
        for row in rows {
            try await stage.advance(to: row.sequence)
            let ran = try await stage.run(row)
            let listed = Self.differences[row.sequence] ?? []
            let unexplained = Self.unexplained(row, ran, listed)
            #expect(
                unexplained == nil,
                """
                \(row.sequence) \(row.name): \(row.argv.dropFirst().joined(separator: " "))
                \(unexplained ?? "")
                kafka (\(row.exit)): \(row.stdout)
                weir (\(ran.code)): \(ran.output)\(ran.errors)
                """)
            for difference in listed { counts[difference, default: 0] += 1 }
            if listed.isEmpty { equal += 1 }
        }
        #expect(Set(Self.differences.keys).isSubset(of: rows.map(\.sequence)))
        print("\(rows.count) situations of Kafka's tools: \(equal) the same to the letter, \(rows.count - equal) not:")
        for difference in ToolDifference.allCases {
            print("  \(counts[difference] ?? 0) × \(difference.reason)")
        }
    }

    /// Why the differences listed are not just those there are; nil when they are.
    private static func unexplained(_ row: GoldenCLI.Row, _ ran: Ran, _ listed: Set<ToolDifference>) -> String? {
        if !isSame(row, ran, without: listed) { return "differs in more than \(listed)" }
        let needless = listed.filter { isSame(row, ran, without: listed.subtracting([$0])) }
        if !needless.isEmpty { return "does not differ in \(needless)" }
        let isClean = ran.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("WARNING: ") }
        if isClean != (ran.code == 0) { return "exit code and stderr contradict each other" }
        let words = message(row)
        if let words, !ran.errors.contains(words) { return "tells the error in other words than \"\(words)\"" }
        return nil
    }

    private static func isSame(_ row: GoldenCLI.Row, _ ran: Ran, without differences: Set<ToolDifference>) -> Bool {
        let isSameExit =
            switch row.exit {
            case .code(ran.code): true
            // A listed change of the exit code is one to failure.
            case .code(0), .timeout: differences.contains(.exitCode) && ran.code != 0
            case .code(1) where differences.contains(.usageCode): ran.code == 64
            case .code: differences.contains(.exitCode)
            }
        // In the order of the cases: what is taken out first does not depend on a set's order.
        let (kafka, weir) = ToolDifference.allCases.filter(differences.contains).reduce(
            (masked(row.stdout), masked(ran.output))
        ) { ($1.removed(from: $0.0), $1.removed(from: $0.1)) }
        return isSameExit && kafka == weir
    }

    /// What Kafka's tool says of a failure on stdout, where it is not about its own internals.
    private static func message(_ row: GoldenCLI.Row) -> String? {
        let line = row.stdout.split(separator: "\n").first { $0.hasPrefix(ToolDifference.topicError) }
        guard let line, !line.contains("Optional[") else { return nil }
        return String(line.dropFirst(ToolDifference.topicError.count))
    }

    /// Without what differs in every run: topic ids and the log directory's place.
    private static func masked(_ text: String) -> String {
        text.replacing(#/TopicId: [\w-]{22}/#, with: "TopicId: id")
            .replacing(#/"logDir":"[^"]*"/#, with: #""logDir":"""#)
    }
}
