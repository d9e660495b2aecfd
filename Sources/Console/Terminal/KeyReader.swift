import CTerminal

/// Reads keys without blocking, and swallows control sequences that are no keys: late answers of the terminal, unknown ones.
struct KeyReader {
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

    /// All keys that wait.
    func drain() -> [Key] {
        var keys: [Key] = []
        var sequence = Sequence.none
        var value: UInt32 = 0
        var read = 0
        while read < 4096 {
            let kind = ct_key(&value)
            if kind == Int32(CT_NONE) { break }
            read += 1
            if kind == Int32(CT_KEY) {
                if sequence == .escape { keys.append(.escape) }
                sequence = .none
                if let key = Self.special(value) { keys.append(key) }
                continue
            }
            switch sequence {
            case .none:
                if value == 27 { sequence = .escape } else if let key = Key(code: value) { keys.append(key) }
            case .escape:
                switch value {
                case 0x5b, 0x4f: sequence = .control
                case 0x5d, 0x50, 0x5f, 0x5e: sequence = .string
                default:
                    keys.append(.escape)
                    sequence = value == 27 ? .escape : .none
                    if value != 27, let key = Key(code: value) { keys.append(key) }
                }
            case .control: if (0x40...0x7e).contains(value) { sequence = .none }
            case .string: if value == 7 { sequence = .none } else if value == 27 { sequence = .stringEscape }
            case .stringEscape: sequence = value == 0x5c ? .none : .string
            }
        }
        if sequence == .escape { keys.append(.escape) }
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
