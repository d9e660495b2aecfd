/// Something the operator can do: one entry of a screen's table, which feeds dispatch, footer, help and the palette.
package struct Action: Sendable {
    /// Where help lists it.
    package enum Section: String, Sendable, CaseIterable {
        case views = "Views"
        case moving = "Moving"
        case screen = "This screen"
        case cluster = "Changing the cluster"
        case console = "Console"
    }

    /// A stable name for the palette, lower case with dashes.
    package let id: String
    /// The keys that run it; empty for palette only.
    package let keys: [Key]
    /// What it does, at most 24 cells.
    package let title: String
    /// Where help lists it.
    package let section: Section
    /// How early the footer shows it; nil keeps it out of the footer. Lower comes first.
    package let footer: Int?
    /// What the footer calls its keys; the first key's name when nil.
    package let label: String?
    /// What the footer says it does now.
    package let hint: @Sendable (ConsoleState) -> String
    /// Whether it can be done now; a hidden one neither shows nor runs.
    package let isVisible: @Sendable (ConsoleState) -> Bool
    /// Whether the footer names it now; where it does not, the key says why it cannot be done.
    package let isOffered: @Sendable (ConsoleState) -> Bool
    /// Does it.
    package let run: @Sendable (inout ConsoleState) -> [Effect]

    /// An entry of a table. Where a key does something else in each box, `hintNow` tells the footer which; otherwise `hint` or the title does.
    package init(
        _ id: String,
        _ keys: [Key],
        _ title: String,
        in section: Section,
        footer: Int? = nil,
        label: String? = nil,
        hint: String? = nil,
        hintNow: (@Sendable (ConsoleState) -> String)? = nil,
        visible: @escaping @Sendable (ConsoleState) -> Bool = { _ in true },
        offered: @escaping @Sendable (ConsoleState) -> Bool = { _ in true },
        run: @escaping @Sendable (inout ConsoleState) -> [Effect]
    ) {
        self.id = id
        self.keys = keys
        self.title = title
        self.section = section
        self.footer = footer
        self.label = label
        self.hint = hintNow ?? { _ in hint ?? title }
        self.isVisible = visible
        self.isOffered = offered
        self.run = run
    }
}

extension Key: ExpressibleByUnicodeScalarLiteral {
    /// A printable character's key.
    package init(unicodeScalarLiteral value: Unicode.Scalar) { self = .character(value) }
}
