/// A key as the console knows it.
package enum Key: Hashable, Sendable {
    /// A printable character.
    case character(Unicode.Scalar)
    /// Ctrl and a letter, lower case.
    case control(Unicode.Scalar)
    case up, down, left, right, home, end, pageUp, pageDown
    case enter, escape, tab, backTab, backspace, delete

    /// The key of a character code as terminals send it; nil for codes without a meaning here.
    package init?(code: UInt32) {
        switch code {
        case 9: self = .tab
        case 10, 13: self = .enter
        case 27: self = .escape
        case 8, 127: self = .backspace
        case 1...26:
            guard let letter = Unicode.Scalar(code + 96) else { return nil }
            self = .control(letter)
        case 0, 28...31, 128..<160: return nil
        default:
            guard let scalar = Unicode.Scalar(code) else { return nil }
            self = .character(scalar)
        }
    }

    /// What footer and help call it.
    package var label: String {
        switch self {
        case .character(" "): "space"
        case .character(let scalar): String(Character(scalar))
        case .control(let letter): "ctrl-\(Character(letter))"
        case .up: "↑"
        case .down: "↓"
        case .left: "←"
        case .right: "→"
        case .home: "home"
        case .end: "end"
        case .pageUp: "pgup"
        case .pageDown: "pgdn"
        case .enter: "enter"
        case .escape: "esc"
        case .tab: "tab"
        case .backTab: "shift-tab"
        case .backspace: "backspace"
        case .delete: "del"
        }
    }
}
