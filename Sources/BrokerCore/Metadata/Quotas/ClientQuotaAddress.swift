import Glibc

/// The names that an `ip` entity of a quota may have.
///
/// Kafka resolves them; here nobody is asked, so a name that looks like a host's is taken.
enum ClientQuotaAddress {
    /// Whether a text is an IP address, version 4 or 6, or may be the name of a host.
    static func isPlausible(_ text: String) -> Bool {
        var room = in6_addr()
        if inet_pton(AF_INET, text, &room) == 1 || inet_pton(AF_INET6, text, &room) == 1 { return true }
        guard text.utf8.count <= 253 else { return false }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        // A name whose last part is a number is a mistyped address.
        guard let last = labels.last, !last.utf8.allSatisfy({ (48...57).contains($0) }) else { return false }
        return labels.allSatisfy { isLabel($0) }
    }

    private static func isLabel(_ label: Substring) -> Bool {
        let bytes = label.utf8
        guard (1...63).contains(bytes.count), bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-") else {
            return false
        }
        return bytes.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
    }
}
