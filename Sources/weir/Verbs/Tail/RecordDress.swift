import ArgumentParser
import Cluster
import RecordFormats

/// How the bytes of keys, values and headers are shown.
struct RecordDress: Sendable {
    /// What keys and values are taken for.
    enum Decoding: String, CaseIterable, ExpressibleByArgument {
        /// As they are.
        case text
        /// As figures, two a byte.
        case hex
        /// As JSON over several lines where they are JSON, otherwise as they are.
        case json
        /// By their schema where there is one, else as what they look like, on one line.
        case auto
    }

    /// What keys and values are taken for.
    var decoding = Decoding.text
    /// How each topic is read, for `auto`.
    var readings: [String: TopicDecoding] = [:]
    /// Bytes go to a terminal, so what could steer it is made visible.
    var isForTerminal = false

    /// The cells that JSON over several lines keeps to.
    private static let jsonWidth = 100

    /// A record's key.
    func key(of record: FetchedRecord, in partition: TopicPartition) -> [UInt8] {
        guard decoding == .auto, let reading = readings[partition.topic] else { return shown(record.key) }
        return line(reading.key(record.key))
    }

    /// A record's value.
    func value(of record: FetchedRecord, in partition: TopicPartition) -> [UInt8] {
        guard decoding == .auto, let reading = readings[partition.topic] else { return shown(record.value) }
        return line(reading.value(record.value, key: record.key))
    }

    private func line(_ decoded: Decoded) -> [UInt8] {
        switch decoded.value {
        case .null, .empty: []
        case .json(let json): safe(Array(json.compact.utf8))
        case .text(let text): safe(Array(text.utf8))
        case .binary(let bytes, _): Array(HexDump.plain(bytes).utf8)
        }
    }

    /// A key or a value; nothing for null.
    func shown(_ bytes: [UInt8]?) -> [UInt8] {
        guard let bytes else { return [] }
        switch decoding {
        case .text, .auto: return safe(bytes)
        case .hex: return Array(HexDump.plain(bytes).utf8)
        case .json:
            guard let json = JSONText(bytes) else { return safe(bytes) }
            return safe(Array(json.lines(width: Self.jsonWidth).joined(separator: "\n").utf8))
        }
    }

    /// The bytes as they are, or for a terminal with controls and bytes that are no UTF-8 as `\xHH`; tab and newline stay.
    func safe(_ bytes: [UInt8]) -> [UInt8] {
        guard isForTerminal else { return bytes }
        // Most records are plain letters, and stay as they are.
        if bytes.allSatisfy({ (0x20..<0x7f).contains($0) || $0 == 0x09 || $0 == 0x0a }) { return bytes }
        var shown: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            if let (scalar, length) = Self.scalar(rest), !Self.steers(scalar) {
                shown += rest.prefix(length)
                rest.removeFirst(length)
            } else if let byte = rest.popFirst() {
                let digits = String(byte, radix: 16)
                shown += (digits.count == 1 ? "\\x0" : "\\x").utf8
                shown += digits.utf8
            }
        }
        return shown
    }

    /// The first scalar and how many bytes it takes; nil where the bytes are no UTF-8.
    private static func scalar(_ bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
        return (scalar, UTF8.width(scalar))
    }

    /// True for controls, and for what hides or reorders text without having a picture.
    private static func steers(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "\t" || scalar == "\n" { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
        default: return false
        }
    }
}
