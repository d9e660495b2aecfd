import AlertRules
import ConsoleSamples
import Testing

@testable import Console

@Suite("Who is told of alerts, on the alerts page")
struct ReceiversTests {
    private static func console(_ size: String = "100x30", _ board: DeliveryBoard = SampleData.deliveries()) -> Fixture
    {
        let numbers = size.split(separator: "x").compactMap { Int($0) }
        var console = Fixture(rows: numbers[1], columns: numbers[0])
        console.feed(.arrived(.deliveries(board)))
        console.press("4")
        return console
    }

    @Test("the page looks as its picture, in every size", arguments: ScreenTests.sizes)
    func pictures(size: String) throws {
        try Golden.expect(Self.console(size).grid, "alerts-receivers-\(size)")
    }

    @Test("a receiver that fails is seen in every size, with the reason where there is room")
    func failing() {
        #expect(Self.console("40x8").text.contains("▲ ops fails"))
        for size in ScreenTests.sizes.dropFirst() + ["80x16"] {
            let text = Self.console(size).text
            #expect(text.contains("ops") && text.contains("https://hooks.example answered 500"), "\(text)")
        }
    }

    @Test("where all is well small screens say nothing of receivers, and where nobody is told no screen does")
    func quiet() {
        var board = SampleData.deliveries()
        for place in board.receivers.indices { board.receivers[place].isFailing = false }
        #expect(!Self.console("80x16", board).text.contains("receiver"))
        for size in ScreenTests.sizes {
            #expect(Self.console(size, .empty).grid == Self.plain(size), "nothing is drawn otherwise")
        }
    }

    private static func plain(_ size: String) -> Grid {
        let numbers = size.split(separator: "x").compactMap { Int($0) }
        var console = Fixture(rows: numbers[1], columns: numbers[0])
        console.press("4")
        return console.grid
    }

    @Test("of more receivers than there is room for those that fail are shown, and how many are left out")
    func crowd() {
        var board = DeliveryBoard(
            receivers: (0..<30).map { ReceiverStatus(name: "r\($0)", kind: "webhook", target: "https://r\($0)") })
        board.receivers[29].isFailing = true
        board.receivers[29].failedAt = SampleData.now - 1000
        board.receivers[29].failure = "refused"
        let text = Self.console("100x30", board).text
        #expect(text.contains("▲ r29"))
        #expect(text.contains("and 28 more"), "\(text)")
        #expect(text.contains("1 failing"))
    }

    @Test("what is wrong with all of them is said: too many alerts, and a file that cannot be kept")
    func troubles() {
        var board = DeliveryBoard(receivers: [ReceiverStatus(name: "ops", kind: "webhook", target: "https://ops")])
        board.dropped = 12
        board.problem = "/data/state/notifications.json cannot be written: no space left on device"
        let text = Self.console("100x40", board).text
        #expect(text.contains("12 alerts were told to nobody"))
        #expect(text.contains("notifications.json cannot be written"))
    }

    @Test("the past shows no receivers of today")
    func past() {
        var console = Self.console()
        #expect(console.text.contains("receivers"))
        console.state.timeline.rewound = TimelineState.Rewound(wanted: SampleData.now - 60_000)
        #expect(!console.text.contains("receivers"))
    }
}
