import CTerminal

/// Reads keys without blocking, and swallows control sequences that are no keys: late answers of the terminal, unknown ones.
///
/// What the terminal marks as pasted comes as one text, never as keys.
struct KeyReader {
    /// What was typed or pasted.
    enum Typed: Equatable {
        case key(Key)
        /// A piece of pasted text, as it came.
        case paste(String)
        /// A click or a turn of the wheel.
        case mouse(Mouse)
    }

    private enum Sequence {
        case none
        /// After ESC: what follows decides.
        case escape
        /// `ESC [ …` up to a final byte.
        case control
        /// `ESC ] …` or `ESC P …` up to BEL or `ESC \`.
        case string
        /// An ESC within a string: `\` ends it.
        case stringEscape
    }

    /// Between the marks of a paste; the end may come with a later read.
    private(set) var isPasting = false

    /// Takes a paste whose end never came for over.
    mutating func forgetPaste() { isPasting = false }

    /// All that waits.
    mutating func drain() -> [Typed] {
        var keys: [Typed] = []
        var pasted = String.UnicodeScalarView()
        func endPaste() {
            if !pasted.isEmpty { keys.append(.paste(String(pasted))) }
            pasted = String.UnicodeScalarView()
        }
        var sequence = Sequence.none
        var value: UInt32 = 0
        var parameters: [UInt8] = []
        var read = 0
        while read < 4096 {
            let kind = ct_key(&value)
            if kind == Int32(CT_NONE) { break }
            read += 1
            if kind == Int32(CT_KEY), Int(value) == CT_PASTE_BEGIN || Int(value) == CT_PASTE_END {
                endPaste()
                if sequence == .escape, !isPasting { keys.append(.key(.escape)) }
                sequence = .none
                isPasting = Int(value) == CT_PASTE_BEGIN
                continue
            }
            if isPasting {
                if kind == Int32(CT_CHARACTER), let scalar = Unicode.Scalar(value) { pasted.append(scalar) }
                continue
            }
            if kind == Int32(CT_KEY) {
                if sequence == .escape { keys.append(.key(.escape)) }
                sequence = .none
                if let key = Self.special(value) { keys.append(.key(key)) }
                continue
            }
            switch sequence {
            case .none:
                if value == 27 { sequence = .escape } else if let key = Key(code: value) { keys.append(.key(key)) }
            case .escape:
                switch value {
                case 0x5b, 0x4f:
                    sequence = .control
                    parameters = []
                case 0x5d, 0x50, 0x5f, 0x5e: sequence = .string
                default:
                    keys.append(.key(.escape))
                    sequence = value == 27 ? .escape : .none
                    if value != 27, let key = Key(code: value) { keys.append(.key(key)) }
                }
            case .control:
                if (0x40...0x7e).contains(value) {
                    sequence = .none
                    if let mouse = Mouse(parameters: parameters, final: UInt8(value)) { keys.append(.mouse(mouse)) }
                } else if parameters.count < 32 {
                    parameters.append(UInt8(truncatingIfNeeded: value))
                }
            case .string: if value == 7 { sequence = .none } else if value == 27 { sequence = .stringEscape }
            case .stringEscape: sequence = value == 0x5c ? .none : .string
            }
        }
        if sequence == .escape { keys.append(.key(.escape)) }
        endPaste()
        return keys
    }

    private static func special(_ value: UInt32) -> Key? {
        switch Int(value) {
        case CT_UP: .up
        case CT_DOWN: .down
        case CT_LEFT: .left
        case CT_RIGHT: .right
        case CT_HOME: .home
        case CT_END: .end
        case CT_PAGE_UP: .pageUp
        case CT_PAGE_DOWN: .pageDown
        case CT_BACKSPACE: .backspace
        case CT_DELETE: .delete
        case CT_ENTER: .enter
        case CT_BACK_TAB: .backTab
        default: nil
        }
    }
}
