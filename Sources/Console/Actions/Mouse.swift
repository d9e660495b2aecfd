/// What the mouse did, where it is the console's to take (xterm's SGR reports, DECSET 1006).
package enum Mouse: Equatable, Sendable {
    /// The left button went down.
    case press(row: Int, column: Int)
    /// The wheel turned, one notch: -1 up, 1 down.
    case wheel(Int, row: Int, column: Int)

    /// Reads the parameters of a report, `<button;column;row` with a final `M` (down) or `m` (up); nil for what means nothing here:
    /// other buttons, releases, and clicks with a key held, which are the terminal's.
    package init?(parameters: some Collection<UInt8>, final: UInt8) {
        guard final == UInt8(ascii: "M"), parameters.first == UInt8(ascii: "<"), parameters.count < 24 else {
            return nil
        }
        let parts = parameters.dropFirst().split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        // Places count from 1.
        guard parts.count == 3, numbers.count == 3, (1...10_000).contains(numbers[1]), (1...10_000).contains(numbers[2])
        else { return nil }
        let (row, column) = (numbers[2] - 1, numbers[1] - 1)
        switch numbers[0] {
        case 0: self = .press(row: row, column: column)
        case 64: self = .wheel(-1, row: row, column: column)
        case 65: self = .wheel(1, row: row, column: column)
        default: return nil
        }
    }
}
