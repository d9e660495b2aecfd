import Cluster
import Console
import ConsoleSamples
import Monitor
import Operations
import RecordFormats
import Testing

@Suite("Filters and searches in the console")
struct SearchTests {
    private static func tail(_ keys: String = "jt") -> Fixture {
        var console = Fixture(rows: 30, columns: 140)
        console.press(keys)
        return console
    }

    @Test("an expression filters the tail, and the line says how it is understood")
    func expression() throws {
        var console = Self.tail()
        let all = try #require(console.state.tail).visible.count
        console.press("/.total > 220.15")
        #expect(console.text.contains("reads .total > 220.15"))
        console.press("<enter>")
        let tail = try #require(console.state.tail)
        #expect(tail.visible.count > 0 && tail.visible.count < all)
        #expect(tail.visible.allSatisfy { String(decoding: $0.record.value ?? [], as: UTF8.self).contains("220.15") })
        #expect(tail.seen == tail.shown + tail.skipped + tail.filtered)
        console.press("/<ctrl-u>.total > 220.150000000000000001<enter>")
        #expect(console.state.tail?.visible.isEmpty == true)
    }

    @Test("a wrong filter names its column, the one before stays in use, and the line stays to be mended")
    func wrongFilter() throws {
        var console = Self.tail()
        console.press("/us-88<enter>")
        let before = try #require(console.state.tail).visible.count
        console.press("/<ctrl-u>.total >")
        #expect(console.text.contains("▲ column 9: a number, or a text in quotes is missing"))
        console.press("<enter>")
        #expect(console.state.prompt != nil)
        console.press("<esc>")
        #expect(console.state.tail?.filter.source == "us-88")
        #expect(console.state.tail?.visible.count == before)
    }

    @Test("a search shows how far it is and what it found; enter reads on from a result; it goes on meanwhile")
    func search() throws {
        var console = Self.tail()
        console.press("l.total > 100<enter>")
        #expect(console.state.page == .search)
        let search = try #require(console.state.search)
        #expect(search.request.filter.source == ".total > 100")
        #expect(search.request.places.count == 12)
        #expect(search.matches > 2000 && search.results.records.count == TailState.maxHeld)
        #expect(console.text.contains("the first 2,000 of \(search.matches / 1000),"))
        #expect(console.text.contains("50%"))
        #expect(console.text.contains("from the log start to the end"))
        let wanted = try #require(console.state.tail?.selected)
        console.press("<enter>")
        guard case .tail(let source) = console.state.page else {
            Issue.record("no tail")
            return
        }
        #expect(source == TailSource(topic: "orders", partition: wanted.place.partition))
        #expect(console.state.tail?.selected?.record.offset == wanted.record.offset)
        #expect(console.text.contains("search 50%"))
        var done = SampleSearch.news(search.request)
        done.progress.phase = .finished
        done.found = []
        console.feed(.arrived(.searched(done)))
        #expect(console.text.contains("the search has ended"))
        console.press(":results<enter>")
        #expect(console.state.page == .search)
        #expect(console.state.search?.results.records.count == search.results.records.count)
    }

    @Test("space pauses and resumes a search, z ends it, and late news of an older one are dropped")
    func orders() throws {
        var console = Self.tail("jtl<enter>")
        let request = try #require(console.state.search).request
        console.effects = []
        console.press(" ")
        #expect(console.effects == [.controlScan(ticket: request.ticket, .pause)])
        var news = SampleSearch.news(request)
        news.progress.phase = .paused
        console.feed(.arrived(.searched(news)))
        #expect(console.text.contains("‖ paused"))
        console.effects = []
        console.press(" z")
        #expect(
            console.effects == [
                .controlScan(ticket: request.ticket, .resume), .controlScan(ticket: request.ticket, .stop),
            ])
        console.press("l<enter>")
        let before = console.state.search
        console.feed(.arrived(.searched(news)))
        #expect(console.state.search == before)
    }

    @Test("the form resolves typed times with their zone before it searches, and refuses what it cannot read")
    func form() throws {
        var console = Self.tail("jtl")
        console.press("<tab><tab>0,3-4<tab>-2h<tab>25000000")
        #expect(console.text.contains("in 3 partitions, from 2026-11-21 12:02:31 UTC to offset 25000000"))
        console.press("<enter>")
        let request = try #require(console.state.search).request
        #expect(request.from == .time(SampleData.now - 7_200_000) && request.to == .offset(25_000_000))
        #expect(request.places.map(\.partition) == [0, 3, 4])
        var wrong = Self.tail("jtl.a >")
        #expect(wrong.text.contains("▲ look for: column 5"))
        wrong.press("<enter>")
        #expect(wrong.state.search == nil)
        #expect(wrong.text.contains("look for: column 5"))
        var absent = Self.tail("jtl<tab><ctrl-u>nothing<enter>")
        #expect(absent.state.search == nil)
        #expect(absent.text.contains("there is no topic nothing"))
        absent.press("<esc>")
        #expect(absent.state.dialog == nil)
    }

    @Test("several topics stand in one tail in order of time or of offset, and it says which")
    func several() throws {
        var console = Fixture(rows: 30, columns: 160)
        console.press(":tail orders,clickstream 0-1<enter>")
        let tail = try #require(console.state.tail)
        #expect(tail.source == TailSource(topics: ["orders", "clickstream"], partitions: [0, 1]))
        #expect(Set(tail.records.map(\.place.topic)) == ["orders", "clickstream"])
        #expect(Set(tail.records.map(\.place.partition)) == [0, 1])
        let times = tail.records.map(\.record.timestamp)
        #expect(times == times.sorted())
        #expect(console.text.contains("partitions 0,1 by time"))
        #expect(console.text.contains("TOPIC"))
        console.press("ks")
        let sorted = try #require(console.state.tail).records
        #expect(console.text.contains("by offset"))
        for (left, right) in zip(sorted, sorted.dropFirst()) {
            #expect(left.place < right.place || (left.place == right.place && left.record.offset < right.record.offset))
        }
    }

    @Test("results are written as JSON lines, or as a table where the file is called so")
    func export() throws {
        var console = Self.tail("jtl.total > 100<enter>e")
        #expect(console.state.prompt?.text.hasPrefix("search-orders-") == true)
        console.press("<enter>")
        let job = try #require(
            console.effects.compactMap { effect in
                if case .export(let job) = effect { return job }
                return nil
            }.last)
        guard case .records(let records) = job.contents else {
            Issue.record("no records")
            return
        }
        #expect(records.count == TailState.maxHeld)
        var record = records[0]
        record.record.key = [0xff, 0x00]
        record.record.value = Array("a,\"b\"".utf8)
        #expect(ExportText.row(record)[3...5] == ["2026-11-21T14:01:20.000Z", "0xff00", "a,\"b\""])
    }

    @Test("b shows what changed since the record before with the same key")
    func comparison() throws {
        var console = Fixture(rows: 40, columns: 100)
        console.press("jtkb")
        #expect(console.text.contains(", 12s before"))
        #expect(console.text.contains(#"-   "total": 41.9,"#))
        #expect(console.text.contains(#"+   "total": 41.90,"#))
        #expect(console.text.contains(#"+   "st": "PAID","#))
        #expect(console.text.contains(#"-   "note": "new""#))
        console.press("b")
        #expect(!console.text.contains("before┌"))
        console.press("b")
        console.press("k")
        #expect(console.state.tail?.comparison == nil)
    }
}
