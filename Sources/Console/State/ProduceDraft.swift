import Cluster

/// A record to be written, as far as the form does not say it.
package struct ProduceDraft: Equatable, Sendable {
    /// The topic.
    package var topic: String
    /// How many partitions it has.
    package var partitions: Int32
    /// Where a record without a key goes unless the form says.
    package var anyPartition: Int32
    /// The record that is sent again; nil for a new one.
    package var original: TailRecord?
    /// Its headers as the form showed them; unchanged they are sent byte for byte.
    package var headersShown = ""

    /// The word for bytes that are sent as they were.
    static let asItWas = "as it was"
    static let text = "text"
    static let none = "none"
    static let tombstone = "tombstone"
}

/// Headers on one line: `source=checkout, note=a\, b`.
enum HeaderLine {
    /// The headers' text; nil where one holds bytes that are no text.
    static func text(_ headers: [RecordHeader]) -> String? {
        var parts: [String] = []
        for header in headers {
            guard let value = header.value, let text = String(validating: value, as: UTF8.self),
                !header.name.contains("=")
            else { return nil }
            parts.append(escaped(header.name) + "=" + escaped(text))
        }
        return parts.joined(separator: ", ")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing(",", with: "\\,")
    }

    /// The headers of a line; nil where a part has no `=`.
    static func headers(_ line: String) -> [RecordHeader]? {
        var parts: [String] = [""]
        var rest = line.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\\", let next = rest.popFirst() {
                parts[parts.count - 1].unicodeScalars.append(next)
            } else if scalar == "," {
                parts.append("")
            } else {
                parts[parts.count - 1].unicodeScalars.append(scalar)
            }
        }
        var headers: [RecordHeader] = []
        for part in parts where !part.trimmingBlanks.isEmpty {
            guard let equals = part.firstIndex(of: "="), equals > part.startIndex else { return nil }
            headers.append(
                RecordHeader(
                    name: String(part[..<equals]).trimmingBlanks, value: Array(part[part.index(after: equals)...].utf8))
            )
        }
        return headers
    }
}
