import Cluster
import Foundation
import Testing

@testable import weir

@Suite("Verbs beside Kafka's tools")
struct ReplayTests {
    /// Where a verb's output or exit code differs, by the recording's number. Whatever is not listed is equal to the letter.
    private static let differences: [Int: Set<ToolDifference>] = [:]

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
            let found = Self.difference(row, ran)
            let listed = Self.differences[row.sequence] ?? []
            #expect(
                found == listed,
                """
                \(row.sequence) \(row.name): \(row.argv.dropFirst().joined(separator: " "))
                kafka (\(row.exit)): \(row.stdout)
                weir (\(ran.code)): \(ran.output)\(ran.errors)
                """)
            #expect((ran.code == 0) == ran.errors.allSatisfyLines { $0.hasPrefix("WARNING: ") }, "\(row.name): \(ran)")
            for difference in listed { counts[difference, default: 0] += 1 }
            if listed.isEmpty { equal += 1 }
        }
        print("\(rows.count) situations of Kafka's tools: \(equal) the same to the letter, \(rows.count - equal) not:")
        for difference in ToolDifference.allCases {
            print("  \(counts[difference] ?? 0) × \(difference.reason)")
        }
    }

    /// The smallest set of differences that explains what was printed; nil where none does.
    private static func difference(_ row: GoldenCLI.Row, _ ran: Ran) -> Set<ToolDifference>? {
        let code: Set<ToolDifference> = row.exit == .code(ran.code) ? [] : [.exitCode]
        let textual: [ToolDifference] = [.eligibleLeaders, .order, .sizes, .diagnostics, .javaErrors, .notOffered]
        let sets = (0..<(1 << textual.count)).map { bits in
            textual.indices.filter { bits & (1 << $0) != 0 }.map { textual[$0] }
        }
        for set in sets.sorted(by: { $0.count < $1.count }) {
            if set.contains(.notOffered), ran.code != 64 { continue }
            let (kafka, weir) = set.reduce((masked(row.stdout), masked(ran.output))) {
                ($1.removed(from: $0.0), $1.removed(from: $0.1))
            }
            if kafka == weir { return code.union(set) }
        }
        return nil
    }

    /// Without what differs in every run: topic ids and the log directory's place.
    private static func masked(_ text: String) -> String {
        text.replacing(#/TopicId: [\w-]{22}/#, with: "TopicId: id")
            .replacing(#/"logDir":"[^"]*"/#, with: #""logDir":"""#)
    }
}

extension String {
    /// True when every line passes.
    fileprivate func allSatisfyLines(_ passes: (Substring) -> Bool) -> Bool {
        split(separator: "\n").allSatisfy(passes)
    }
}
