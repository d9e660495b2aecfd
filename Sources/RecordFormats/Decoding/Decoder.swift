/// How bytes are read for people.
package enum Decoder: String, CaseIterable, Sendable {
    /// What they look like; records of Kafka's own topics by their schema.
    case automatic = "auto"
    /// One JSON value.
    case json
    /// UTF-8, with stand-ins for what is none.
    case text
    /// Hexadecimal figures.
    case hex
    /// The schema of one of Kafka's own topics.
    case kafka

    /// The decoders that a topic's records can be read with, in the order a key goes through them.
    package static func choices(topic: String) -> [Decoder] {
        InternalRecord.topics.contains(topic) ? allCases : allCases.filter { $0 != .kafka }
    }

    /// The one after this; the first after the last.
    package func next(topic: String) -> Decoder {
        let choices = Self.choices(topic: topic)
        guard let place = choices.firstIndex(of: self) else { return .automatic }
        return choices[(place + 1) % choices.count]
    }

    /// A record's key, read.
    package func key(_ bytes: [UInt8]?, topic: String) -> Decoded {
        decoded(bytes) { InternalRecord.key(bytes, topic: topic) }
    }

    /// A record's value, read; its key tells the schema on Kafka's own topics.
    package func value(_ bytes: [UInt8]?, key: [UInt8]?, topic: String) -> Decoded {
        decoded(bytes) { InternalRecord.value(bytes, key: key, topic: topic) }
    }

    /// A key in a list's cell.
    ///
    /// - Parameter limit: About how many cells are wanted; as a rule no bytes beyond are looked at.
    package func keyPreview(_ bytes: [UInt8]?, topic: String, limit: Int) -> String {
        preview(bytes, limit: limit) { InternalRecord.key(bytes, topic: topic) }
    }

    /// A value in a list's cell.
    ///
    /// - Parameter limit: About how many cells are wanted; as a rule no bytes beyond are looked at.
    package func valuePreview(_ bytes: [UInt8]?, key: [UInt8]?, topic: String, limit: Int) -> String {
        preview(bytes, limit: limit) { InternalRecord.value(bytes, key: key, topic: topic) }
    }

    private func preview(_ bytes: [UInt8]?, limit: Int, _ record: () -> InternalRecord?) -> String {
        guard let bytes, !bytes.isEmpty else { return ReadableValue.preview(bytes, limit: limit) }
        return switch self {
        case .automatic, .kafka: record()?.summary ?? ReadableValue.preview(bytes, limit: limit)
        case .json: JSONText(bytes)?.compact ?? ReadableValue.preview(bytes, limit: limit)
        case .text: String(decoding: bytes.prefix(max(8, limit * 4)), as: UTF8.self)
        case .hex: HexDump.plain(bytes.prefix(max(4, limit / 2)))
        }
    }

    private func decoded(_ bytes: [UInt8]?, _ record: () -> InternalRecord?) -> Decoded {
        guard let bytes, !bytes.isEmpty else { return Decoded(ReadableValue(bytes)) }
        switch self {
        case .automatic: return record().map { Decoded($0) } ?? Decoded(ReadableValue(bytes))
        case .kafka:
            return record().map { Decoded($0) } ?? Decoded(ReadableValue(bytes), problem: "not in a schema known here")
        case .json:
            guard let json = JSONText(bytes) else { return Decoded(ReadableValue(bytes), problem: "not JSON") }
            return Decoded(.json(json))
        case .text:
            let isText = String(validating: bytes, as: UTF8.self) != nil
            return Decoded(.text(String(decoding: bytes, as: UTF8.self)), problem: isText ? nil : "not UTF-8")
        case .hex: return Decoded(.binary(bytes, schemaID: nil), name: "hex")
        }
    }
}

/// Bytes as a decoder read them.
package struct Decoded: Equatable, Sendable {
    /// What they are.
    package let value: ReadableValue
    /// What that is called: `json · utf-8`, `OffsetCommitValue v3`.
    package let name: String
    /// Why the decoder asked for could not read them; `value` is then what they look like.
    package let problem: String?

    init(_ value: ReadableValue, name: String? = nil, problem: String? = nil) {
        self.value = value
        self.name = name ?? value.name
        self.problem = problem
    }

    init(_ record: InternalRecord) {
        value = .json(record.json)
        name = record.name
        problem = nil
    }

    /// The lines for reading.
    package func lines(width: Int) -> [String] { value.lines(width: width) }
}
