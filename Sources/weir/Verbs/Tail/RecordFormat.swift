import Cluster

/// How a record is printed: kcat's `-f`, letter for letter.
///
/// `%s` payload · `%S` its length (-1 for null) · `%R` its length as four bytes, big end first · `%k` key · `%K` its length ·
/// `%T` timestamp in milliseconds · `%h` headers as `name=value,…` with `NULL` for null · `%t` topic · `%p` partition · `%o` offset ·
/// `%%` a percent sign. Escapes: `\n`, `\r`, `\t`, `\xHH`, and numbers as C reads them (`\65`, `\0101`, `\0x41`).
struct RecordFormat: Sendable, Equatable {
    /// A part of a format.
    enum Part: Sendable, Equatable {
        case text([UInt8])
        case payload, payloadLength, payloadLengthBytes, key, keyLength, timestamp, headers, topic, partition, offset
    }

    /// The parts in order.
    private(set) var parts: [Part]

    /// The letters after a percent sign, for errors.
    static let tokens = "%s %S %R %k %K %T %h %t %p %o %%"

    /// Each payload on a line of its own, with its key in front where a separator is given.
    init(keySeparator: String? = nil) {
        parts = [.payload, .text([0x0a])]
        if let keySeparator { parts.insert(contentsOf: [.key, .text(Escapes.bytes(keySeparator))], at: 0) }
    }

    /// Reads a format.
    ///
    /// - Throws: `VerbFailure.usage` naming the token that there is not.
    init(parsing text: String) throws(VerbFailure) {
        parts = []
        var raw: [UInt8] = []
        var rest = Array(text.utf8)[...]
        func endText() {
            if !raw.isEmpty { parts.append(.text(Escapes.bytes(raw))) }
            raw = []
        }
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                raw.append(byte)
                continue
            }
            endText()
            guard let token = rest.popFirst() else {
                throw VerbFailure(.usage, "the format ends with a single %; write %% for a percent sign")
            }
            guard let part = Self.part(token) else {
                // The whole letter is named, also where it is several bytes long.
                let letter = String(decoding: [token] + rest, as: UTF8.self).prefix(1)
                throw VerbFailure(.usage, "the format has %\(letter), which means nothing; there are \(Self.tokens)")
            }
            parts.append(part)
        }
        endText()
    }

    private static func part(_ token: UInt8) -> Part? {
        switch token {
        case UInt8(ascii: "s"): .payload
        case UInt8(ascii: "S"): .payloadLength
        case UInt8(ascii: "R"): .payloadLengthBytes
        case UInt8(ascii: "k"): .key
        case UInt8(ascii: "K"): .keyLength
        case UInt8(ascii: "T"): .timestamp
        case UInt8(ascii: "h"): .headers
        case UInt8(ascii: "t"): .topic
        case UInt8(ascii: "p"): .partition
        case UInt8(ascii: "o"): .offset
        case UInt8(ascii: "%"): .text([token])
        default: nil
        }
    }

    /// The bytes to print for a record.
    ///
    /// - Parameter dress: How bytes of keys, values and headers are shown.
    func bytes(of record: FetchedRecord, in partition: TopicPartition, _ dress: RecordDress) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): bytes += text
            case .payload: bytes += dress.value(of: record, in: partition)
            case .payloadLength: bytes += "\(record.value?.count ?? -1)".utf8
            case .payloadLengthBytes:
                let length = UInt32(bitPattern: Int32(truncatingIfNeeded: record.value?.count ?? -1))
                bytes += dress.safe([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) })
            case .key: bytes += dress.key(of: record, in: partition)
            case .keyLength: bytes += "\(record.key?.count ?? -1)".utf8
            case .timestamp: bytes += "\(record.timestamp)".utf8
            case .headers: bytes += Self.headers(record.headers, dress)
            case .topic: bytes += dress.safe(Array(partition.topic.utf8))
            case .partition: bytes += "\(partition.partition)".utf8
            case .offset: bytes += "\(record.offset)".utf8
            }
        }
        return bytes
    }

    private static func headers(_ headers: [RecordHeader], _ dress: RecordDress) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, header) in headers.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += dress.safe(Array(header.name.utf8)) + [UInt8(ascii: "=")]
            bytes += header.value.map(dress.safe) ?? Array("NULL".utf8)
        }
        return bytes
    }
}

/// Backslash escapes as kcat reads them in formats, delimiters and separators.
enum Escapes {
    /// The bytes that a text stands for.
    static func bytes(_ text: String) -> [UInt8] { bytes(Array(text.utf8)) }

    /// The bytes that bytes with escapes stand for.
    static func bytes(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escaped = rest.first else {
                bytes.append(byte)
                continue
            }
            switch escaped {
            case UInt8(ascii: "n"): bytes.append(0x0a)
            case UInt8(ascii: "r"): bytes.append(0x0d)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "x"):
                rest.removeFirst()
                if let value = number(&rest, radix: 16) { bytes.append(value) }
                continue
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if let value = cNumber(&rest) { bytes.append(value) }
                continue
            default: bytes.append(escaped)
            }
            rest.removeFirst()
        }
        return bytes
    }

    /// A number as C's `strtoul` reads one without being told the base: `0x41`, `0101`, `65`.
    private static func cNumber(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
        guard rest.first == UInt8(ascii: "0") else { return number(&rest, radix: 10) }
        if rest.dropFirst().first == UInt8(ascii: "x"), let digit = rest.dropFirst(2).first,
            Character(Unicode.Scalar(digit)).isHexDigit
        {
            rest.removeFirst(2)
            return number(&rest, radix: 16)
        }
        return number(&rest, radix: 8)
    }

    /// The lowest byte of the number that the next digits write; nil without digits.
    private static func number(_ rest: inout ArraySlice<UInt8>, radix: Int) -> UInt8? {
        var value: UInt8?
        while let byte = rest.first, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, digit < radix {
            value = (value ?? 0) &* UInt8(radix) &+ UInt8(digit)
            rest.removeFirst()
        }
        return value
    }
}
