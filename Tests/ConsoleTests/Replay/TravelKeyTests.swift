import Cluster
import Console
import ConsoleSamples
import Operations
import Testing

@Suite("A topic's past from the keyboard")
struct TravelKeyTests {
    private func requests(_ console: Fixture) -> [TravelRequest] {
        console.effects.compactMap { if case .travel(.look(let request, _)) = $0 { request } else { nil } }
    }

    @Test("nothing is read before it is asked for; enter reads, and then opens the history of a key")
    func asksFirst() {
        var console = Fixture()
        console.press("j<enter>h")
        #expect(requests(console).isEmpty)
        #expect(console.text.contains("enter reads the whole topic"))
        console.press("<enter>")
        #expect(requests(console).map(\.moment) == [.now])
        #expect(console.text.contains("us-88000"))
        console.press("<enter>")
        #expect(
            console.state.page == .keyHistory(TravelSample.place, key: Array("us-88000".utf8)))
        #expect(console.text.contains("history of us-88000 in orders-7"))
        #expect(console.text.contains("the first gap is at offset 102"))
    }

    @Test("enter in a key's history goes to the record in the tail")
    func tailAtRecord() {
        var console = Fixture()
        console.press("j<enter>h<enter><enter><enter>")
        #expect(console.state.page == .tail(topic: "orders", partition: 7))
        #expect(console.state.tail?.mode == .paging)
    }

    @Test(
        "what is typed names the moments, and nonsense is refused",
        arguments: [
            ("@2026-11-21 12:00<enter>", TravelMoment.time(1_795_262_400_000), nil, nil),
            ("o105<enter>", .offset(105), nil, nil), ("o7:105<enter>", .offset(105), nil, 7),
            ("o105<enter>=now<enter>", .offset(105), TravelMoment.now, nil),
            ("o105<enter>=110<enter>", .offset(105), .offset(110), nil),
            ("o105<enter>=now<enter>=<enter>", .offset(105), nil, nil),
            ("<enter>@noon<enter>", .now, nil, nil), ("<enter>o99:1<enter>", .now, nil, nil),
        ] as [(String, TravelMoment, TravelMoment?, Int32?)])
    func moments(keys: String, moment: TravelMoment, later: TravelMoment?, partition: Int32?) {
        var console = Fixture()
        console.press("j<enter>h" + keys)
        #expect(requests(console).last?.moment == moment)
        #expect(requests(console).last?.later == later)
        #expect(requests(console).last?.partitions == partition.map { [$0] })
    }

    @Test("a table before the cleaner's point says what may be missing, one at the end that nothing is")
    func horizon() {
        var console = Fixture()
        console.press("j<enter>ho110<enter>")
        #expect(console.text.contains("▲ Compaction took 4 records from orders-7"))
        console.press("@now<enter>")
        console.press("o200<enter>")
        #expect(console.text.contains("● Nothing is missing: this is the table as it was."))
    }

    @Test("a running scan tells its progress, is paused and stopped, and one that was begun anew is not listened to")
    func running() {
        var state = Fixture().state
        for key: Key in ["j", .enter, "h", .enter] { _ = update(&state, .key(key)) }
        let ticket = state.travel?.ticket ?? 0
        var progress = ScanProgress(
            ScanPlan(stretches: [ScanPlan.Stretch(TravelSample.place, offsets: 100..<200)]))
        progress.partitions[0].next = 141
        _ = update(&state, .arrived(.travel(.reading(ticket: ticket, progress, found: 12))))
        var text = render(state, theme: Fixture.theme).text
        #expect(text.contains("reading 41%") && text.contains("12 keys so far"))
        _ = update(&state, .key("2"))
        #expect(render(state, theme: Fixture.theme).text.contains("▸ history of orders 41%"))
        for key: Key in ["j", .enter, "h"] { _ = update(&state, .key(key)) }
        #expect(state.travel?.ticket == ticket)
        #expect(update(&state, .key(" ")) == [.controlScan(ticket: ticket, .pause)])
        progress.phase = .paused
        _ = update(&state, .arrived(.travel(.reading(ticket: ticket, progress, found: 12))))
        #expect(update(&state, .key(" ")) == [.controlScan(ticket: ticket, .resume)])
        #expect(update(&state, .key("x")) == [.controlScan(ticket: ticket, .stop)])
        #expect(update(&state, .key(".")).first == .controlScan(ticket: ticket, .stop))
        _ = update(
            &state,
            .arrived(.travel(.looked(ticket: ticket, .success(TravelSample.report(TravelRequest(topic: "orders")))))))
        #expect(state.travel?.isRunning == true)
        text = render(state, theme: Fixture.theme).text
        #expect(text.contains("reading…"))
    }
}
