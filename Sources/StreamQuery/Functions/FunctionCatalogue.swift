/// All scalar functions by name.
package enum FunctionCatalogue {
    /// The functions, by category and name.
    package static let all: [ScalarFunction] =
        (TextFunctions.all + NumberFunctions.all + TimeFunctions.all + JSONFunctions.all + NullFunctions.all
        + CollectionFunctions.all).sorted { ($0.category.rawValue, $0.name) < ($1.category.rawValue, $1.name) }

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// The names, in order.
    package static let names = byName.keys.sorted()

    /// A function; names know no case.
    package static func function(_ name: String) -> ScalarFunction? { byName[name.uppercased()] }
}
