import Cluster

/// A record as a filter looks at it: its parts are read when they are asked for, and once.
struct FilterSubject {
    let record: FetchedRecord
    let place: TopicPartition
    let decoding: TopicDecoding
    private var readKey: Decoded?
    private var readValue: Decoded?

    init(record: FetchedRecord, place: TopicPartition, decoding: TopicDecoding) {
        self.record = record
        self.place = place
        self.decoding = decoding
    }

    private mutating func key() -> Decoded {
        if let readKey { return readKey }
        let read = decoding.key(record.key)
        readKey = read
        return read
    }

    private mutating func value() -> Decoded {
        if let readValue { return readValue }
        let read = decoding.value(record.value, key: record.key)
        readValue = read
        return read
    }

    /// The values that an operand names: none, one, or one for each element.
    mutating func values(of operand: FilterOperand) -> [FilterValue] {
        switch operand {
        case .key: return [Self.whole(key(), record.key)]
        case .value: return [Self.whole(value(), record.value)]
        case .topic: return [.string(place.topic)]
        case .partition: return [.number("\(place.partition)")]
        case .offset: return [.number("\(record.offset)")]
        case .timestamp: return [.number("\(record.timestamp)")]
        case .size: return [.number("\(record.valueSize)")]
        case .header(let name):
            return record.headers.filter { $0.name == name }.map { header in
                header.value.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null
            }
        case .field(let ofKey, let steps):
            guard case .json(let json) = (ofKey ? key() : value()).value else { return [] }
            return Self.found(json, steps[...]).map { FilterValue($0) }
        }
    }

    private static func found(_ json: JSONText, _ steps: ArraySlice<FilterStep>) -> [JSONText] {
        guard let step = steps.first else { return [json] }
        let rest = steps.dropFirst()
        switch step {
        case .name(let name): return json.member(name).map { found($0, rest) } ?? []
        case .index(let index): return json.element(index).map { found($0, rest) } ?? []
        case .each:
            guard case .array(let items) = json else { return [] }
            return items.flatMap { found($0, rest) }
        }
    }

    /// A key or value as one: a number that a decoder read counts as a number, everything else as the text it is.
    private static func whole(_ decoded: Decoded, _ bytes: [UInt8]?) -> FilterValue {
        switch decoded.value {
        case .null: return .null
        case .empty: return .string("")
        case .text(let text): return .string(text)
        case .binary(let bytes, _): return .string(HexDump.plain(bytes))
        case .json(let json):
            if json.isContainer, let bytes, let text = String(validating: bytes, as: UTF8.self) {
                return .container(text)
            }
            return FilterValue(json)
        }
    }

    /// Key, value and headers as texts, each by itself; also as their decoder reads them where that is something else.
    mutating func allTexts() -> [String] {
        var texts: [String] = []
        if let bytes = record.key { texts.append(String(decoding: bytes, as: UTF8.self)) }
        if let bytes = record.value { texts.append(String(decoding: bytes, as: UTF8.self)) }
        for header in record.headers {
            texts.append("\(header.name)=" + String(decoding: header.value ?? [], as: UTF8.self))
        }
        for decoded in [key(), value()] where decoded.isTranslated {
            if case .json(let json) = decoded.value { texts.append(json.compact) }
        }
        return texts
    }

    /// Whether a text stands somewhere, whatever its case.
    mutating func hasText(_ wanted: String) -> Bool {
        if wanted.utf8.allSatisfy({ $0 < 0x80 }) {
            let needle = wanted.utf8.map(TextSearch.folded)
            if let bytes = record.key, TextSearch.has(needle, in: bytes) { return true }
            if let bytes = record.value, TextSearch.has(needle, in: bytes) { return true }
            for header in record.headers
            where TextSearch.has(needle, in: Array(header.name.utf8) + [UInt8(ascii: "=")] + (header.value ?? [])) {
                return true
            }
            for decoded in [key(), value()] where decoded.isTranslated {
                if case .json(let json) = decoded.value, TextSearch.has(needle, in: Array(json.compact.utf8)) {
                    return true
                }
            }
            return false
        }
        let needle = wanted.lowercased()
        return allTexts().contains { $0.lowercased().contains(needle) }
    }
}

/// Looking for ASCII letters in bytes without regard to case.
enum TextSearch {
    /// A letter in lower case; other bytes as they are.
    static func folded(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }

    /// Whether bytes that are in lower case stand in others, whatever case those have.
    static func has(_ needle: [UInt8], in bytes: [UInt8]) -> Bool {
        guard let first = needle.first else { return true }
        guard bytes.count >= needle.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            needle.withUnsafeBufferPointer { needle in
                let last = bytes.count - needle.count
                var at = 0
                while at <= last {
                    if folded(bytes[at]) == first {
                        var length = 1
                        while length < needle.count, folded(bytes[at + length]) == needle[length] { length += 1 }
                        if length == needle.count { return true }
                    }
                    at += 1
                }
                return false
            }
        }
    }
}
