import ConsoleSamples
import LiveQueries
import Testing

@testable import Console

@Suite("How boards of queries reach the screen")
struct QueryFeedTests {
    @Test("the board is there at the start, a changed one wakes whoever looks at it, and the newest counts")
    func wakes() throws {
        let (mailbox, service) = (try #require(Mailbox()), SampleQueryService())
        let feed = BoardFeed(from: service, to: mailbox)
        #expect(mailbox.isReadable && mailbox.take().board == service.board)
        service.change { $0.queries.removeLast() }
        service.change { $0.queries.removeLast() }
        #expect(mailbox.isReadable && mailbox.take().board?.queries.count == 3)
        #expect(mailbox.take().board == nil && !mailbox.isReadable)
        feed.end()
        service.change { $0.queries = [] }
        #expect(!mailbox.isReadable)
    }

    @Test("where no page shows queries a board waits without waking, and is there once one does")
    func still() throws {
        let (mailbox, service) = (try #require(Mailbox()), SampleQueryService())
        mailbox.keepBoardStill(true)
        let feed = BoardFeed(from: service, to: mailbox)
        defer { feed.end() }
        #expect(!mailbox.isReadable)
        mailbox.keepBoardStill(false)
        #expect(mailbox.isReadable && mailbox.take().board?.queries.count == 5)
    }

    @Test("queries are shown on their pages, and on the dashboard once one is pinned")
    func shown() {
        var console = Fixture()
        #expect(!console.state.showsQueries)
        console.press("5")
        #expect(console.state.showsQueries)
        console.press("2")
        #expect(!console.state.showsQueries)
        console.press("5p1")
        #expect(console.state.showsQueries)
    }

    @Test("what came of statements is put together: one table as it is, several as lines")
    func answers() {
        let one = StatementAnswers([.done("a"), .table(titles: ["X", "Y"], rows: [["1"], ["2", "3"]])], of: "s")
        #expect(one.titles == ["X", "Y"] && one.rows == [["1", ""], ["2", "3"]] && one.sentences == ["a"])
        let two = StatementAnswers(
            [.text("p\n q"), .table(titles: ["X"], rows: [["12"]]), .started("transient_1"), .started("Q_2")], of: "s")
        #expect(two.rows == [["p"], [" q"], [""], ["X "], ["12"]])
        #expect(two.started == ["transient_1"] && two.sentences == ["Q_2 is started."])
    }

    @Test(
        "an error's place and quote are read from its text, and one without stays whole",
        arguments: [
            ("line 2, column 12: no \"x\" (at \"paeg\"); did you mean PAGE?", 2, 12, "paeg"),
            ("line 1, column 1: it ends too soon", 1, 1, ""),
        ])
    func places(text: String, line: Int, column: Int, quoted: String) {
        let failure = StatementFailure(text)
        #expect(failure.place?.line == line && failure.place?.column == column && failure.quoted == quoted)
        for whole in ["no broker", "line 0, column 4: x", "line 99999999999, column 1: x"] {
            #expect(StatementFailure(whole).place == nil && StatementFailure(whole).reason == whole)
        }
    }
}
