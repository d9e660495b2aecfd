import BrokerCore
import ChildProcess
import Cluster
import DemoWorkload
import Foundation
import LiveQueries
import SeededNumbers
import Testing

@Suite("The demo's statements")
struct SeedStatementTests {
    private struct View {
        var user: String
        var page: String
        var time: Int64
    }

    private static let partitions: Int32 = 12

    @Test func theyAllRunAndTheStreamsTwinWritesWhatTheApplicationWrites() async throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("the demo's statements: seed \(seed)")
        let views = Self.views(seed)
        let stage = try QueryStage()
        for topic in DemoTopic.all {
            try await stage.topic(
                topic.name, partitions: topic.partitions, settings: topic.settings.map { ($0.key, $0.value) })
        }
        try await stage.write(
            "page-views", partitions: Self.partitions, views.map { ($0.user, #"{"page":"\#($0.page)"}"#, $0.time) })
        try await stage.write(
            "account-events", partitions: 3,
            [
                ("account-1", #"{"type":"AccountCreated"}"#, 1),
                ("account-1", #"{"type":"MoneyDeposited","cents":700}"#, 2),
                ("account-1", #"{"type":"MoneyWithdrawn","cents":250}"#, 3),
            ])
        try await stage.write(
            "order-events", partitions: 6,
            [
                ("order-1", #"{"st":"PLACED","items":[{"sku":"A-1","n":2}]}"#, 1),
                ("order-2", #"{"st":"PLACED","items":[{"sku":"A-1","n":5}]}"#, 2),
                ("order-2", #"{"st":"PAID","items":[{"sku":"A-1","n":5}]}"#, 3),
                ("order-1", nil, 4),
            ])
        let service = stage.service()
        try await service.mustRun(DemoStatements.text)
        let expected = try Self.model(views, partitions: Self.partitions)
        for topic in ["page-view-counts", "alerts", "busy-minutes"] {
            let wanted = expected[topic]?.sorted() ?? []
            #expect(!wanted.isEmpty)
            try await eventually("\(topic) has \(wanted.count) records") {
                try await stage.read(topic).count >= wanted.count
            }
            #expect(try await stage.read(topic).map(Self.line).sorted() == wanted)
        }
        try await eventually("the balance is there") {
            try await stage.table("BALANCES") == ["account-1": #"{"CENTS":450,"EVENTS":3}"#]
        }
        try await eventually("the units are there") {
            try await stage.table("UNITS_PLACED") == ["A-1": #"{"UNITS":7}"#]
        }
        let perPage = Dictionary(grouping: views, by: \.page).mapValues { #"{"VIEW_COUNT":\#($0.count)}"# }
        try await eventually("views per page are there") { try await stage.table("VIEWS_PER_PAGE") == perPage }
        try await eventually("all queries have come to the end") { service.board.queries.allSatisfy { $0.lag == 0 } }
        for query in service.board.queries {
            #expect(query.state == .running, "\(query.id)")
            #expect(query.failures == 0, "\(query.id): \(query.failureSamples)")
        }
        #expect(service.board.queries.count == 10)
        #expect(service.board.queries.first { $0.sinkTopic == "UNITS_PLACED" }?.valueless == 1)
        await service.stop()
    }

    private static func line(_ record: FetchedRecord) -> String {
        "\(String(decoding: record.key ?? [], as: UTF8.self))\t\(String(decoding: record.value ?? [], as: UTF8.self))"
    }

    private static func views(_ seed: UInt64) -> [View] {
        var random = SeededGenerator(seed: seed)
        let pages = ["/", "/products", "/cart", "/checkout", "/confirmation", "/products/laptop"]
        let start: Int64 = 1_795_219_200_000
        return (0..<4000).map { number in
            View(
                user: "user-\(Int.random(in: 0..<40, using: &random))",
                page: Int.random(in: 0..<10, using: &random) < 6 ? "/" : pages[Int.random(in: 0..<6, using: &random)],
                time: start + Int64(number) * 30 + Int64.random(in: -20_000...0, using: &random))
        }
    }

    /// What the application writes, by topic.
    private static func model(_ views: [View], partitions: Int32) throws -> [String: [String]] {
        let lines = views.map { view in
            let partition = KeyPartitioner.partition(of: Array(view.user.utf8), partitions: partitions)
            return "\(partition)\t\(view.time)\t{\"page\":\"\(view.page)\"}\n"
        }
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "Models/streams_application.py")
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-model-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output) = (folder.appending(path: "in"), folder.appending(path: "out"))
        try Data(lines.joined().utf8).write(to: input)
        try Data().write(to: output)
        let process = ChildProcess()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [script.path]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        var results: [String: [String]] = [:]
        for line in try String(contentsOf: output, encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1)
            results[String(parts[0]), default: []].append(String(parts[1]))
        }
        return results
    }
}
