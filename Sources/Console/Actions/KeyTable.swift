/// The keys of all pages as a Markdown table, from the same actions that run them.
package enum KeyTable {
    /// The lines: the general keys first, then those of each kind of page.
    package static func markdown(_ overrides: KeyOverrides = .none) -> [String] {
        var lines = heading("Everywhere")
        let general = overrides.applied(to: ActionTable.parts(of: .dashboard).general)
        lines += general.filter { !$0.keys.isEmpty }.map(row)
        for kind in PageKind.allCases {
            let own = overrides.applied(to: ActionTable.parts(of: kind.example).own).filter { !$0.keys.isEmpty }
            guard !own.isEmpty else { continue }
            lines += [""] + heading(title(kind)) + own.map(row)
        }
        return lines
    }

    private static func heading(_ title: String) -> [String] {
        ["| \(title) | does | action |", "| --- | --- | --- |"]
    }

    private static func title(_ kind: PageKind) -> String { "Page `\(kind.rawValue)`" }

    private static func row(_ action: Action) -> String {
        let keys = action.keys.map { "`\(escaped($0.label))`" }.joined(separator: " ")
        return "| \(keys) | \(escaped(action.title)) | `\(action.id)` |"
    }

    private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
