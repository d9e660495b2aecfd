package import Cluster

/// Offsets by group and partition as a CSV file keeps them: `topic,partition,offset` for one group,
/// `group,topic,partition,offset` for several, no header (Kafka's `--from-file` and `--export`).
///
/// A field that holds a comma, a quote or a line break stands in double quotes, quotes inside are doubled (RFC 4180); Kafka's
/// own export also quotes every text of more than 24 letters.
package struct ResetFile: Sendable, Equatable {
    /// The offsets wanted.
    package var offsets: [String: [TopicPartition: Int64]]

    /// Offsets by group and partition.
    package init(_ offsets: [String: [TopicPartition: Int64]]) { self.offsets = offsets }

    /// Reads a file. The first line decides which of the two forms it has.
    ///
    /// - Parameter group: Whom lines of three fields are for; nil when several groups were asked for, then each line must name its own.
    /// - Throws: `ResetError.badLine`.
    package init(parsing text: String, group: String?) throws(ResetError) {
        offsets = [:]
        var fieldCount: Int?
        for (number, fields) in try Self.rows(text) {
            let expected = fieldCount ?? (fields.count == 3 && group != nil ? 3 : 4)
            fieldCount = expected
            guard fields.count == expected else {
                let form = expected == 3 ? "topic,partition,offset" : "group,topic,partition,offset"
                throw .badLine(number, "\(fields.count) fields instead of \(form)")
            }
            let rest = fields.suffix(3)
            let (topic, partitionText, offsetText) = (rest[rest.startIndex], fields[expected - 2], fields[expected - 1])
            guard !topic.isEmpty else { throw .badLine(number, "the topic is missing") }
            guard let partition = Int32(partitionText), partition >= 0 else {
                throw .badLine(number, "'\(partitionText)' is no partition")
            }
            guard let offset = Int64(offsetText) else { throw .badLine(number, "'\(offsetText)' is no offset") }
            let owner = expected == 3 ? group ?? "" : fields[0]
            let name = TopicPartition(topic: topic, partition: partition)
            guard offsets[owner, default: [:]].updateValue(offset, forKey: name) == nil else {
                throw .badLine(number, "\(name) stands twice")
            }
        }
    }

    /// The text of a file, ascending by group, topic and partition, each row with its line break.
    ///
    /// - Parameter namesGroups: Writes the form for several groups.
    package func text(namesGroups: Bool) -> String {
        var text = ""
        for (group, partitions) in offsets.sorted(by: { $0.key < $1.key }) {
            for (partition, offset) in partitions.sorted(by: { $0.key < $1.key }) {
                if namesGroups { text += Self.quoted(group) + "," }
                text += "\(Self.quoted(partition.topic)),\(partition.partition),\(offset)\n"
            }
        }
        return text
    }

    private static func quoted(_ field: String) -> String {
        let needsQuotes = field.isEmpty || field.unicodeScalars.contains { ",\"\n\r ".unicodeScalars.contains($0) }
        guard needsQuotes else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// Splits a text into rows with the number of the line each begins on; empty lines are passed over.
    private static func rows(_ text: String) throws(ResetError) -> [(line: Int, fields: [String])] {
        var rows: [(Int, [String])] = []
        var (fields, field) = ([String](), String.UnicodeScalarView())
        var (line, start) = (1, 1)
        var (isQuoted, wasQuoted) = (false, false)
        func endField() {
            fields.append(wasQuoted ? String(field) : trimmed(String(field)))
            (field, wasQuoted) = (String.UnicodeScalarView(), false)
        }
        func endRow() {
            endField()
            if fields != [""] { rows.append((start, fields)) }
            fields = []
        }
        let scalars = Array(text.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            if isQuoted {
                if scalar == "\"", index < scalars.count, scalars[index] == "\"" {
                    field.append(scalar)
                    index += 1
                } else if scalar == "\"" {
                    isQuoted = false
                } else {
                    if scalar == "\n" { line += 1 }
                    field.append(scalar)
                }
            } else if scalar == "\"", field.isEmpty, !wasQuoted {
                (isQuoted, wasQuoted) = (true, true)
            } else if scalar == "," {
                endField()
            } else if scalar == "\n" {
                endRow()
                line += 1
                start = line
            } else if scalar != "\r" {
                guard !wasQuoted else { throw .badLine(line, "letters after a closing quote") }
                field.append(scalar)
            }
        }
        guard !isQuoted else { throw .badLine(start, "a quote is not closed") }
        endRow()
        return rows
    }

    private static func trimmed(_ text: String) -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
