/// `key=value` pairs and lists of keys, as Kafka's tools read them.
enum SettingsText {
    /// Reads one `key=value`; the value may hold further `=`.
    ///
    /// - Throws: `VerbFailure.usage` with the form that is wanted.
    static func pair(_ text: some StringProtocol) throws(VerbFailure) -> (name: String, value: String) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw VerbFailure(.usage, "\"\(text)\" is no setting: write key=value")
        }
        return (trimmed(text[..<equals]), trimmed(text[text.index(after: equals)...]))
    }

    /// Reads `key=value,key=[value,value],…`: a comma inside brackets belongs to the value, and the brackets go.
    ///
    /// - Throws: `VerbFailure.usage` for a part without `=`, an unclosed bracket, or a key that stands there twice.
    static func pairs(_ text: String) throws(VerbFailure) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for part in try parts(text) {
            var (name, value) = try pair(part)
            if value.hasPrefix("["), value.hasSuffix("]") { value = String(value.dropFirst().dropLast()) }
            guard !pairs.contains(where: { $0.name == name }) else {
                throw VerbFailure(.usage, "\(name) is set twice")
            }
            pairs.append((name, value))
        }
        return pairs
    }

    /// Reads `key,key,…`.
    static func names(_ text: String) -> [String] {
        text.split(separator: ",").map(trimmed).filter { !$0.isEmpty }
    }

    private static func parts(_ text: String) throws(VerbFailure) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var isInside = false
        for index in text.indices {
            switch text[index] {
            case "[": isInside = true
            case "]": isInside = false
            case "," where !isInside:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        guard !isInside else { throw VerbFailure(.usage, "\"\(text)\" has a [ without its ]") }
        parts.append(text[start...])
        return parts.filter { !$0.allSatisfy(\.isWhitespace) }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var text = Substring(text)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
