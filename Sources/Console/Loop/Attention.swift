/// A call for whoever sits at the terminal.
package struct Attention: Sendable, Equatable {
    /// Rings the terminal's bell (BEL).
    package var rings: Bool
    /// A line that the terminal shows as a message of the desktop (OSC 9); nil for none.
    package var message: String?

    /// A call.
    package init(rings: Bool, message: String?) {
        self.rings = rings
        self.message = message
    }

    /// Characters of a message at most.
    private static let longest = 200

    /// What the terminal is sent. The text's own control characters are left out: none of them ends the sequence, or begins another.
    var bytes: [UInt8] {
        var bytes: [UInt8] = rings ? [7] : []
        guard let message else { return bytes }
        let harmless = message.unicodeScalars.filter { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) }
        bytes += Array("\u{1b}]9;".utf8)
        bytes += Array(String(String.UnicodeScalarView(harmless)).prefix(Self.longest).utf8)
        return bytes + [7]
    }
}
