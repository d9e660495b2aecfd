import Foundation
import Testing

@testable import weir

@Suite("Verbs of groups and records beside Kafka's tools")
struct GroupReplayTests {
    /// Where a verb's output or exit code differs, by the recording's number. Whatever is not listed is equal to the letter.
    private static let differences: [Int: Set<GroupDifference>] = {
        let listed: [(Set<GroupDifference>, [Int])] = [
            ([.order], [58, 69, 70, 71, 72, 74, 76]),
            ([.exitCode], [59, 60, 62, 63, 73, 110, 111, 147, 148]),
            ([.lineEnd], [77, 78, 79, 89, 90, 94, 95, 107, 133, 137]),
            ([.lineEnd, .order], [84, 85, 104]),
            ([.assignmentTopics], [87, 92]),
            ([.exitCode, .diagnostics], [99, 100, 103, 108, 109, 122, 125, 131, 135, 144, 145]),
            ([.exitCode, .diagnostics, .emptyTables], [101, 102, 142]),
            (
                [.lineEnd, .rowBreaks],
                [112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 126, 127, 128, 129, 132, 134, 136, 138, 140]
            ),
            ([.rowBreaks, .diagnostics], [123, 124]),
            ([.lineEnd, .rowBreaks, .order], [130]),
            ([.exitCode, .rowBreaks, .order, .diagnostics], [139]),
            ([.exitCode, .rowBreaks, .diagnostics, .javaErrors], [141]),
            ([.exitCode, .diagnostics, .openQuote], [146]),
        ]
        return Dictionary(
            uniqueKeysWithValues: listed.flatMap { differences, rows in rows.map { ($0, differences) } })
    }()

    @Test("every recorded situation of groups gives Kafka's output, or a difference on the list")
    func replay() async throws {
        let broker = try TestBroker([("log.retention.ms", "-1"), ("auto.create.topics.enable", "false")])
        let rows = try GoldenCLI.rows(of: ["kafka-consumer-groups", "kafka-console-consumer", "kafka-console-producer"])
        var stage = try await GroupStage(broker)
        var counts: [GroupDifference: Int] = [:]
        var equal = 0
        for row in rows {
            try await stage.advance(to: row.sequence)
            let ran = try await stage.run(row)
            let found = Self.difference(row, ran)
            let listed = Self.differences[row.sequence] ?? []
            #expect(
                found == listed,
                """
                \(row.sequence) \(row.name): \(row.argv.dropFirst().joined(separator: " "))
                kafka (\(row.exit)): \(row.stdout)
                weir (\(ran.code)): \(ran.output)\(ran.errors)
                """)
            for difference in listed { counts[difference, default: 0] += 1 }
            if listed.isEmpty { equal += 1 }
        }
        print("\(rows.count) situations of Kafka's tools: \(equal) the same to the letter, \(rows.count - equal) not:")
        for difference in GroupDifference.allCases {
            print("  \(counts[difference] ?? 0) × \(difference.reason)")
        }
    }

    /// The smallest set of differences that explains what was printed; nil where none does.
    private static func difference(_ row: GoldenCLI.Row, _ ran: Ran) -> Set<GroupDifference>? {
        let code: Set<GroupDifference> = row.exit == .code(ran.code) ? [] : [.exitCode]
        let textual = GroupDifference.allCases.filter { $0 != .exitCode }
        let sets = (0..<(1 << textual.count)).map { bits in
            textual.indices.filter { bits & (1 << $0) != 0 }.map { textual[$0] }
        }
        for set in sets.sorted(by: { $0.count < $1.count }) {
            let (kafka, weir) = set.reduce((masked(row.stdout), masked(ran.output))) {
                ($1.removed(from: $0.0), $1.removed(from: $0.1))
            }
            if kafka == weir { return code.union(set) }
        }
        return nil
    }

    /// Without what differs in every run: the random part of member ids.
    private static func masked(_ text: String) -> String {
        text.replacing(#/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/#, with: "id")
    }
}
