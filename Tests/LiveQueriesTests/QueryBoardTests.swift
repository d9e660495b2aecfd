import LiveQueries
import Testing

@Suite("Query board")
struct QueryBoardTests {
    @Test func anEmptyBoardHasNothingToShow() {
        #expect(QueryBoard() == QueryBoard(queries: [], sources: [], problem: nil))
    }
}
