/// How texts and BYTES are cut, filled and searched.
extension TextFunctions {
    /// The places, from 0, of a part that begins at a place, from 1 or from the end where negative, and is so long.
    private static func places(_ count: Int, _ from: Int, _ length: Int) -> Range<Int> {
        // 0 is taken as 1; a negative place before the beginning, too.
        let start = from > 0 ? from - 1 : from == 0 ? 0 : max(0, count + max(from, -count))
        guard start < count, length > 0 else { return 0..<0 }
        return start..<start + min(length, count - start)
    }

    static func part(_ text: String, _ from: Int, _ length: Int) -> String {
        let letters = text.unicodeScalars
        let places = places(letters.count, from, length)
        return String(String.UnicodeScalarView(letters.dropFirst(places.lowerBound).prefix(places.count)))
    }

    static func part(_ bytes: [UInt8], _ from: Int, _ length: Int) -> [UInt8] {
        Array(bytes[places(bytes.count, from, length)])
    }

    static func split(_ text: String, _ delimiter: String) -> [String] {
        if delimiter.isEmpty { return text.unicodeScalars.map { String($0) } }
        return split(Array(text.utf8), Array(delimiter.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes between delimiters; an empty one gives each byte.
    static func split(_ bytes: [UInt8], _ delimiter: [UInt8]) -> [[UInt8]] {
        guard let first = delimiter.first else { return bytes.map { [$0] } }
        var parts: [[UInt8]] = []
        var (start, at) = (0, 0)
        while at + delimiter.count <= bytes.count {
            if bytes[at] == first, bytes[at..<at + delimiter.count].elementsEqual(delimiter) {
                parts.append(Array(bytes[start..<at]))
                at += delimiter.count
                start = at
            } else {
                at += 1
            }
        }
        return parts + [Array(bytes[start...])]
    }

    /// The entries of a text; nil where the delimiters cannot tell them (ksqlDB's `SplitToMap`).
    static func splitToMap(_ text: String, _ entries: String, _ pair: String) -> [String: SQLValue]? {
        guard !entries.isEmpty, !pair.isEmpty, entries != pair else { return nil }
        var map: [String: SQLValue] = [:]
        for entry in split(text, entries) {
            let parts = split(entry, pair)
            // What follows a second delimiter is no part of the value.
            if parts.count >= 2 { map[parts[0]] = .string(parts[1]) }
        }
        return map
    }

    static func padded(
        _ text: String, _ length: Int, _ padding: String, left: Bool
    ) throws(EvaluationFailure) -> SQLValue {
        let letters = try padded(Array(text.unicodeScalars), length, Array(padding.unicodeScalars), left: left)
        guard let letters else { return .null }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: letters)
        return .string(String(view))
    }

    /// Letters or bytes filled to a length, or cut to it; nil where there is nothing to fill with, or no such length.
    static func padded<Letter>(
        _ letters: [Letter], _ length: Int, _ filling: [Letter], left: Bool
    ) throws(EvaluationFailure) -> [Letter]? {
        guard length >= 0, !filling.isEmpty else { return nil }
        guard length <= maxLength / 4 else {
            throw EvaluationFailure(reason: "the text would be \(length) characters long")
        }
        guard letters.count < length else { return Array(letters.prefix(length)) }
        let missing = (0..<length - letters.count).map { filling[$0 % filling.count] }
        return left ? missing + letters : letters + missing
    }

    /// The place, from 1, of an occurrence of a text in another; 0 where it is not. The search begins at a place; from a negative one it goes
    /// towards the beginning and leaves out the letters behind it (ksqlDB's `Instr`).
    static func place(of wanted: String, in text: String, from: Int, occurrence: Int) -> Int {
        let (letters, mark) = (Array(text.unicodeScalars), Array(wanted.unicodeScalars))
        guard from != 0, from.magnitude <= letters.count, occurrence > 0, mark.count <= letters.count else { return 0 }
        let last = letters.count - mark.count
        let starts =
            from > 0
            ? Array(stride(from: from - 1, through: last, by: 1))
            : Array(stride(from: last + from + 1, through: 0, by: -1))
        var left = occurrence
        for start in starts where letters[start..<start + mark.count].elementsEqual(mark) {
            left -= 1
            if left == 0 { return start + 1 }
        }
        return 0
    }
}
