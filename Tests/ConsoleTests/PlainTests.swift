import AlertRules
import Cluster
import ConsoleSamples
import Foundation
import Monitor
import MonitorScript
import Operations
import Synchronization
import Testing

@testable import Console

@Suite("Pages without a screen")
struct PlainTests {
    /// The page's words on the command line.
    private static let pages = [
        "", "topics", "partitions", "topic orders", "configuration orders", "groups", "group fraud-scorer",
        "members fraud-scorer", "replay fraud-scorer orders", "alerts", "broker", "broker-configuration 1", "changes",
        "audit", "act d", "transactions", "transaction billing-enrich-0", "producers payments 2", "connections",
        "queries", "query CTAS_PAGE_VIEWS_PER_MINUTE_1", "query CTAS_USER_SESSIONS_3",
    ]

    /// The report of a page as the command line prints it.
    private static func report(_ words: String, _ settings: Settings = Settings()) throws -> PlainReport {
        var console = Fixture(settings: settings)
        let page = try PlainRequest(words.split(separator: " ").map(String.init)).page
        for effect in console.state.loadAudit() { console.effects.append(effect) }
        console.feed(.arrived(.audit(.success(SampleData.audit()))))
        let effects = console.state.goTo([.dashboard, page])
        for effect in effects {
            switch effect {
            case .loadConfiguration(let topic):
                console.feed(.arrived(.configuration(topic: topic, .success(SampleData.configuration()))))
            case .loadBrokerConfiguration(let id):
                console.feed(.arrived(.brokerConfiguration(id, .success(SampleData.brokerConfiguration()))))
            case .loadProducers(let place):
                console.feed(.arrived(.producers(place, .success(SampleData.producers()))))
            default: break
            }
        }
        if page == .audit { console.feed(.arrived(.audit(.success(SampleData.audit())))) }
        return PlainReport(console.state)
    }

    @Test("every page prints the rows of its own tables, all of them, with figures in full", arguments: pages)
    func rows(words: String) throws {
        let report = try Self.report(words)
        #expect(!report.lists.isEmpty)
        #expect(report.header.contains("Weir") && report.header.contains("14:02:31 UTC"))
        #expect(report.takenAt == "2026-11-21T14:02:31.000Z")
        let text = report.text
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7f })
        for list in report.lists {
            #expect(text.contains("\n\(list.name) (\(list.rows.count))\n"))
            for row in list.rows {
                #expect(row.count == list.titles.count)
            }
            for row in list.readRows { for cell in row where !cell.isEmpty { #expect(text.contains(cell)) } }
        }
    }

    @Test("text has rates and ratios as the screen has them, whole numbers in full; JSON has all in full")
    func rates() throws {
        var snapshot = SampleData.snapshot()
        let rate = 3912.745_612_903_226
        snapshot.topics[0].recordsInPerSecond = rate
        var console = Fixture(snapshot: snapshot)
        _ = console.state.goTo([.dashboard, .topics])
        let report = PlainReport(console.state)
        let list = try #require(report.lists.first)
        let column = try #require(list.titles.firstIndex(of: "RATE/s"))
        let row = try #require(list.rows.firstIndex { $0[column] == "\(rate)" })
        #expect(list.readRows[row][column] == "3.9k")
        #expect(!report.text.contains("\(rate)") && report.json.contains("\(rate)"))
        let size = try #require(list.titles.firstIndex(of: "SIZE"))
        #expect(list.readRows.map { $0[size] } == list.rows.map { $0[size] })
    }

    @Test(
        "the words of the other boxes stand before the lists, each box under its title and without its picture",
        arguments: [
            ("", "throughput", "peak in"), ("topic orders", "orders", "stored ≈"),
            ("group fraud-scorer", "reading this", "never catches up"),
            ("members fraud-scorer", "autopsy of fraud-scorer", "rebalance"), ("broker", "broker", "flush = commit"),
            ("replay fraud-scorer orders", "guard", "live member"), ("broker", "console", "polls"),
        ])
    func facts(words: String, box: String, said: String) throws {
        let report = try Self.report(words)
        let found = try #require(report.facts.first { $0.name == box }, "\(report.facts.map(\.name))")
        #expect((found.lines + [found.note]).contains { $0.contains(said) }, "\(found)")
        let text = report.text
        let title = try #require(text.firstRange(of: "\n\(box)")?.lowerBound)
        let list = try #require(report.lists.first.flatMap { text.firstRange(of: "\n\($0.name) (")?.lowerBound })
        #expect(title < list)
        let pictures = text.unicodeScalars.filter {
            (0x2500...0x259f).contains($0.value) || (0x2800...0x28ff).contains($0.value)
        }
        #expect(report.facts.allSatisfy { !$0.lines.contains("") } && pictures.isEmpty)
        let json = try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any]
        let facts = try #require(json?["facts"] as? [[String: Any]])
        #expect(facts.map { $0["name"] as? String } == report.facts.map(\.name))
        #expect(facts.map { $0["lines"] as? [String] } == report.facts.map(\.lines))
    }

    @Test("the topics are those of the screen, with exact sizes and rates")
    func topics() throws {
        let list = try #require(try Self.report("topics").lists.first)
        let sample = SampleData.snapshot().topics
        #expect(list.rows.count == sample.count)
        let name = try #require(list.titles.firstIndex(of: "NAME"))
        let size = try #require(list.titles.firstIndex(of: "SIZE"))
        for topic in sample {
            let row = list.rows.first { $0[name] == topic.description.name }
            #expect(row?[size] == topic.sizeBytes.map { "\($0)" } ?? "", "\(topic.description.name)")
        }
    }

    @Test("JSON holds the same rows by column, figures as numbers and nothing as null", arguments: pages)
    func json(words: String) throws {
        let report = try Self.report(words)
        #expect(!report.json.contains("\n"))
        let parsed = try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any]
        #expect(parsed?["page"] as? String == report.page)
        let lists = try #require(parsed?["lists"] as? [[String: Any]])
        #expect(lists.count == report.lists.count)
        for (list, wanted) in zip(lists, report.lists) {
            #expect(list["columns"] as? [String] == wanted.titles)
            let rows = try #require(list["rows"] as? [[String: Any]])
            #expect(rows.count == wanted.rows.count)
            for (row, cells) in zip(rows, wanted.rows) {
                for (title, cell) in zip(wanted.titles, cells) {
                    let value = row[title]
                    if cell.isEmpty {
                        #expect(value is NSNull)
                    } else if let text = value as? String {
                        #expect(text == cell)
                    } else {
                        #expect((value as? NSNumber).map { "\($0)" } == cell)
                    }
                }
            }
        }
    }

    @Test("names that could steer a terminal come out harmless")
    func harmless() throws {
        var snapshot = SampleData.snapshot()
        snapshot.topics[0].description.name = "a\u{1b}[2J\nb\u{202e}"
        var console = Fixture(snapshot: snapshot)
        _ = console.state.goTo([.dashboard, .topics])
        let report = PlainReport(console.state)
        #expect(report.text.contains("a␛[2J␊b"))
        #expect(!report.json.contains("\u{1b}") && !report.json.contains("\u{202e}"))
    }

    @Test("the columns chosen and the zone count here, too")
    func choices() throws {
        var settings = Settings()
        settings.zone = try #require(TimeZoneChoice("Asia/Kathmandu"))
        var console = Fixture(settings: settings)
        console.state.kept.columns["topics"] = ColumnChoice(order: ["SIZE", "NAME"], hidden: ["PARTS"])
        _ = console.state.goTo([.dashboard, .topics])
        let report = PlainReport(console.state)
        #expect(report.lists.first?.titles.first == "SIZE")
        #expect(report.lists.first?.titles.contains("PARTS") == false)
        #expect(report.takenAt == "2026-11-21T19:47:31.000+05:45")
    }

    @Test(
        "words that name no page are told what there is",
        arguments: [
            ("topcis", "no page is called \"topcis\"; did you mean \"topics\"?"), ("topic", "write: topic TOPIC"),
            ("topics orders", "write: topics"), ("replay a", "write: replay GROUP TOPIC"),
            ("broker-configuration x", "write: broker-configuration BROKER"),
            ("tail", "records are printed by weir tail"),
        ])
    func requests(words: String, message: String) {
        #expect {
            try PlainRequest(words.split(separator: " ").map(String.init))
        } throws: { "\($0)".hasPrefix(message) }
    }

    @Test("a page is printed once its answers and the rates are here, and again only when it changed")
    func running() async throws {
        let (snapshots, feed) = AsyncStream<Snapshot>.makeStream(bufferingPolicy: .unbounded)
        feed.yield(SampleData.snapshot())
        let printed = Mutex<[String]>([])
        let options = ConsoleOptions(environment: [:])
        // It blocks its thread, as the program's main thread does.
        let isAnswered = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let isAnswered = PlainConsole.run(
                    cluster: SampleCluster(), snapshots: snapshots, host: PlainHost(), options: options,
                    page: .configuration("orders"), format: .text, watches: true, isStopped: { false }
                ) { text in
                    let count = printed.withLock {
                        $0.append(text)
                        return $0.count
                    }
                    // The same again is no news, but a reader that has gone ends it.
                    if count == 1 { feed.yield(SampleData.snapshot()) }
                    return false
                }
                continuation.resume(returning: isAnswered)
            }
        }
        #expect(isAnswered)
        let texts = printed.withLock { $0 }
        let text = try #require(texts.first)
        #expect(texts.count == 1)
        for entry in SampleData.configuration() { #expect(text.contains(entry.name)) }
    }
}

/// A host that has nothing to tell.
private struct PlainHost: ConsoleHost {
    func connectedClients() -> Int { 0 }
    func refresh() {}
    func acknowledge(_ losses: [AlertMarks.Loss]) {}
    func keep(_ settings: KeptSettings) throws(SettingsError) { throw .nowhere }
    func alertMarks(cluster: String) throws(AlertMarksError) -> AlertMarks { AlertMarks() }
    func keep(_ marks: AlertMarks, cluster: String) throws(AlertMarksError) -> String? { nil }
    func auditEvents(_ count: Int) async throws(ClusterError) -> AuditExcerpt { SampleData.audit() }
}
