import Cluster
import RecordFormats

/// A text to be looked at in the user's editor. Nothing typed there comes back.
package struct EditorText: Equatable, Sendable {
    /// The file's name; its ending tells the editor what it is.
    package var name: String
    /// What stands in it.
    package var text: String

    /// A text.
    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// A record as its decoder reads it, below a comment that says which one it is.
    init(_ it: TailRecord, _ decoding: TopicDecoding, zone: TimeZoneChoice) {
        let record = it.record
        let topic = it.place.topic
        let decoded = decoding.value(record.value, key: record.key)
        let isJSON = if case .json = decoded.value { true } else { false }
        let lead = isJSON ? "// " : "# "
        let key = record.key.map { decoding.keyPreview($0, limit: 2000) } ?? "– (none)"
        var facts = [
            ("topic", topic), ("partition", "\(it.partition)"), ("offset", "\(record.offset)"), ("key", key),
        ]
        for header in record.headers {
            let value = header.value.map { ReadableValue.preview($0, limit: 2000) } ?? "∅ (null)"
            facts.append(("header", "\(header.name) = \(value)"))
        }
        let moment = "\(zone.date(record.timestamp)) \(zone.clockWithMilliseconds(record.timestamp))"
        let stamp = "\(moment) \(zone.name(at: record.timestamp)) (\(record.isLogAppendTime ? "append" : "create"))"
        facts.append(("timestamp", record.timestamp < 0 ? "–" : stamp))
        facts.append(("value", decoded.problem.map { "\(decoding.value.rawValue): \($0)" } ?? decoded.name))
        var text = ""
        for (name, fact) in facts {
            text += lead + name + String(repeating: " ", count: 11 - name.count) + Self.oneLine(fact) + "\n"
        }
        if let value = record.value, value.count < record.valueSize {
            text += lead + "cut        the first \(value.count) of \(record.valueSize) bytes\n"
        }
        text += "\n" + decoded.lines(width: 100).joined(separator: "\n") + "\n"
        self.init(name: "\(topic)-\(it.partition)-\(record.offset).\(isJSON ? "jsonc" : "txt")", text: text)
    }

    /// A topic's settings as properties, each with where it comes from.
    init(_ entries: [ConfigEntry], topic: String) {
        var text = "# configuration of \(topic), to be looked at: nothing typed here is applied\n"
        for entry in entries {
            text += "\n# \(ConfigurationScreen.word(entry.source))\n"
            let value = entry.isSensitive ? "(hidden)" : entry.value ?? ""
            text += "\(entry.name)=\(Self.oneLine(value))\n"
        }
        self.init(name: "\(topic).properties", text: text)
    }

    /// A text without line ends or control characters, which would end the comment or reach the editor raw.
    private static func oneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        line.append(contentsOf: text.unicodeScalars.compactMap(SafeScalar.shown))
        return String(line)
    }
}
