/// Reads JSON values as values of a type, as ksqlDB's JSON format does.
///
/// A text may hold a number where the column is one, any JSON may stand for a VARCHAR (as its own text); everything else that does not fit is
/// a failure of the record. Numbers that do not fit their column are failures too (ksqlDB wraps them).
struct JSONValueReader {
    var scanner: JSONScanner
    /// Why the record failed; the first reason counts.
    private(set) var failure: String?

    init(_ bytes: UnsafeBufferPointer<UInt8>) { scanner = JSONScanner(bytes) }

    /// Notes why the record failed, and answers false.
    mutating func fail(_ reason: String) -> Bool {
        if failure == nil { failure = reason }
        return false
    }

    /// Reads the value at the scanner; nil where it fails.
    mutating func value(_ type: SQLType, depth: Int = 0) -> SQLValue? {
        scanner.skipBlanks()
        guard let byte = scanner.next else { return mismatch(type) }
        if byte == UInt8(ascii: "n") { return scanner.word("null") ? .null : mismatch(type) }
        switch type {
        case .string: return text(byte, depth)
        case .boolean:
            if scanner.word("true") { return .boolean(true) }
            return scanner.word("false") ? .boolean(false) : mismatch(type)
        case .integer: return whole(byte, type).flatMap { Int32(exactly: $0) }.map { .integer($0) } ?? mismatch(type)
        case .bigint: return whole(byte, type).map { .bigint($0) } ?? mismatch(type)
        case .timestamp: return whole(byte, type).map { .timestamp($0) } ?? mismatch(type)
        case .date: return whole(byte, type).flatMap { Int32(exactly: $0) }.map { .date($0) } ?? mismatch(type)
        case .time:
            guard let time = whole(byte, type), (0..<Milliseconds.perDay).contains(time) else { return mismatch(type) }
            return .time(Int32(time))
        case .double: return double(byte) ?? mismatch(type)
        case .decimal(let precision, let scale):
            guard let digits = figures(byte), let value = SQLDecimal(digits)?.fitted(precision: precision, scale: scale)
            else { return mismatch(type) }
            return .decimal(value)
        case .bytes:
            guard byte == UInt8(ascii: "\""), let string = scanner.string(), let text = scanner.text(string),
                let bytes = Base64.bytes(text.utf8)
            else { return mismatch(type) }
            return .bytes(bytes)
        case .array(let element): return array(element, depth)
        case .map(_, let element): return map(element, depth)
        case .structure(let fields): return structure(fields, depth)
        }
    }

    private mutating func mismatch(_ type: SQLType) -> SQLValue? {
        _ = fail("byte \(scanner.at) is not the JSON of \(type)")
        return nil
    }

    // MARK: - one value

    private mutating func text(_ byte: UInt8, _ depth: Int) -> SQLValue? {
        if byte == UInt8(ascii: "\"") {
            guard let string = scanner.string(), let text = scanner.text(string) else { return mismatch(.string) }
            return .string(text)
        }
        let start = scanner.at
        guard scanner.skip(depth: depth) else { return mismatch(.string) }
        guard let text = String(validating: scanner.slice(start..<scanner.at), as: UTF8.self) else {
            return mismatch(.string)
        }
        return .string(text)
    }

    /// A whole number, also in a text; a fraction is cut off, as Jackson does.
    private mutating func whole(_ byte: UInt8, _ type: SQLType) -> Int64? {
        if byte == UInt8(ascii: "\"") {
            return figures(byte).flatMap { Int64($0) }
        }
        guard let number = scanner.number() else { return nil }
        let digits = scanner.slice(number.range)
        if number.isInteger { return Self.integer(digits) }
        return Double(String(decoding: digits, as: UTF8.self)).flatMap { Int64(exactly: $0.rounded(.towardZero)) }
    }

    private static func integer(_ digits: UnsafeBufferPointer<UInt8>) -> Int64? {
        let isNegative = digits.first == UInt8(ascii: "-")
        var value: Int64 = 0
        for byte in digits.dropFirst(isNegative ? 1 : 0) {
            let (tenfold, first) = value.multipliedReportingOverflow(by: 10)
            let (next, second) = tenfold.subtractingReportingOverflow(Int64(byte - 0x30))
            if first || second { return nil }
            value = next
        }
        // Counted downwards, so that the smallest number fits.
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    private mutating func double(_ byte: UInt8) -> SQLValue? {
        guard let digits = figures(byte), let value = JavaNumber.double(digits) else { return nil }
        return .double(value)
    }

    /// A number's letters, also in a text.
    private mutating func figures(_ byte: UInt8) -> String? {
        if byte == UInt8(ascii: "\"") { return scanner.string().flatMap { scanner.text($0) }.map { Trimmed.text($0) } }
        return scanner.number().map { String(decoding: scanner.slice($0.range), as: UTF8.self) }
    }

    // MARK: - collections

    private mutating func array(_ element: SQLType, _ depth: Int) -> SQLValue? {
        var items: [SQLValue] = []
        guard scanner.next == UInt8(ascii: "["), depth < JSONScanner.maxDepth else { return mismatch(.array(element)) }
        _ = scanner.take(UInt8(ascii: "["))
        if scanner.take(UInt8(ascii: "]")) { return .array(items) }
        repeat {
            guard let item = value(element, depth: depth + 1) else { return nil }
            items.append(item)
        } while scanner.take(UInt8(ascii: ","))
        return scanner.take(UInt8(ascii: "]")) ? .array(items) : mismatch(.array(element))
    }

    private mutating func map(_ element: SQLType, _ depth: Int) -> SQLValue? {
        var entries: [String: SQLValue] = [:]
        let isWhole = members(depth) { reader, name in
            guard let key = reader.scanner.text(name), let value = reader.value(element, depth: depth + 1) else {
                return false
            }
            entries[key] = value
            return true
        }
        return isWhole ? .map(entries) : mismatch(.map(.string, element))
    }

    private mutating func structure(_ fields: [SQLType.Field], _ depth: Int) -> SQLValue? {
        var values = [SQLValue](repeating: .null, count: fields.count)
        let isWhole = members(depth) { reader, name in
            let key = reader.scanner.text(name)?.uppercased()
            guard let index = fields.firstIndex(where: { $0.name.uppercased() == key }) else {
                return reader.scanner.skip(depth: depth + 1)
            }
            guard let value = reader.value(fields[index].type, depth: depth + 1) else { return false }
            values[index] = value
            return true
        }
        return isWhole ? .structure(values) : mismatch(.structure(fields))
    }

    /// Walks over an object's members.
    mutating func members(
        _ depth: Int, _ member: (inout JSONValueReader, (range: Range<Int>, hasEscapes: Bool)) -> Bool
    ) -> Bool {
        guard depth < JSONScanner.maxDepth, scanner.take(UInt8(ascii: "{")) else { return false }
        if scanner.take(UInt8(ascii: "}")) { return true }
        repeat {
            guard let name = scanner.string(), scanner.take(UInt8(ascii: ":")) else { return false }
            scanner.skipBlanks()
            guard member(&self, name) else { return false }
        } while scanner.take(UInt8(ascii: ","))
        return scanner.take(UInt8(ascii: "}"))
    }
}
