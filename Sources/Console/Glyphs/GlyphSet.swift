/// Which glyphs graphs and chrome are drawn with.
package enum GlyphSet: String, Sendable, CaseIterable {
    /// Braille graphs: two samples by four levels a cell.
    case braille
    /// Block graphs, for fonts whose braille shows empty dots.
    case block
    /// Nothing but ASCII, for terminals without UTF-8 or with wide ambiguous glyphs.
    case ascii

    /// The ASCII twin of a scalar of the chrome; `?` for text that has none.
    package static func asciiTwin(of scalar: Unicode.Scalar) -> Unicode.Scalar {
        let value = scalar.value
        if value < 0x7f { return scalar }
        if (0x2800...0x28ff).contains(value) { return "#" }
        if let twin = twins[scalar] { return twin }
        return "?"
    }

    private static let twins: [Unicode.Scalar: Unicode.Scalar] = [
        "╭": "+", "╮": "+", "╰": "+", "╯": "+", "─": "-", "━": "=", "│": "|", "┌": "[", "┐": "]", "└": "[", "┘": "]",
        "┄": ".", "▕": "|", "▏": "|", "▶": ">", "▸": ">", "◂": "<", "▲": "!", "●": "*", "◔": "~", "◌": "o", "◆": "+",
        "◇": "o", "■": "x", "‖": "=", "∅": "0", "…": "~", "–": "-", "—": "-", "−": "-", "·": ".", "→": ">", "←": "<",
        "↓": "v", "↑": "^", "Δ": "d", "≈": "~", "≥": ">", "≤": "<", "⟨": "<", "⟩": ">", "‹": "<", "›": ">", "×": "x",
        "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "•": "*", "╸": ">", "░": ":", "▒": "%", "▓": "@",
        "█": "#", "▉": "#", "▊": "#", "▋": "=", "▌": "=", "▍": "-", "▎": "-", "▁": "_", "▂": ".", "▃": "-",
        "▄": "=", "▅": "+", "▆": "*", "▇": "#", "▔": "^", "▀": "^", "␛": "^",
    ]
}
