import ReadmeText
import StreamQuery
import Testing

@Suite("README's functions and differences")
struct ReadmeFunctionTests {
    @Test(
        "README lists the functions that statements know, and what is otherwise than in ksqlDB; WEIR_UPDATE_SCREENS=1 writes them anew"
    )
    func table() throws {
        #expect(try ReadmeSection("sql").difference(from: Self.table) == nil)
    }

    private static var table: [String] {
        let aggregates = AggregateName.allCases.map(\.name)
        return ["| functions | |", "| --- | --- |", row("aggregates", aggregates)]
            + ScalarFunction.Category.allCases.map { category in
                row(category.rawValue, FunctionCatalogue.all.filter { $0.category == category }.map(\.name))
            } + ["", "| otherwise than in ksqlDB and Kafka Streams | |", "| --- | --- |"]
            + Difference.all.map { "| \($0.subject) | \($0.sentence) |" }
    }

    private static func row(_ title: String, _ names: [String]) -> String {
        "| \(title.lowercased()) | \(names.map { "`\($0)`" }.joined(separator: " ")) |"
    }
}
