/// Group keys as bytes, by which the windows keep their groups, and back again.
///
/// Each value is a byte of its kind and its content; texts and collections have their length in front, so that no two keys are written alike.
struct GroupKey {
    /// Writes values into a buffer that is used again for each record; false where one of them is null.
    static func write(_ values: [CompiledExpression], _ row: Row, _ log: inout ProcessingLog, to bytes: inout [UInt8])
        -> Bool
    {
        bytes.removeAll(keepingCapacity: true)
        for expression in values {
            let value = expression.value(row, &log)
            if value.isNull { return false }
            write(value, to: &bytes)
        }
        return true
    }

    private static func write(_ value: SQLValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(0)
        case .boolean(let flag): bytes += [1, flag ? 1 : 0]
        case .integer(let number): number32(number, 2, &bytes)
        case .bigint(let number): number64(UInt64(bitPattern: number), 3, &bytes)
        case .double(let number): number64(number.bitPattern, 4, &bytes)
        case .decimal(let number):
            // Equal numbers are one group, whatever their scale.
            var (unscaled, scale) = (number.unscaled, number.scale)
            while scale > 0, unscaled % 10 == 0 {
                unscaled /= 10
                scale -= 1
            }
            bytes += [5, scale]
            withUnsafeBytes(of: unscaled.littleEndian) { bytes.append(contentsOf: $0) }
        case .string(var text):
            bytes.append(6)
            text.withUTF8 { utf8 in
                length(utf8.count, &bytes)
                bytes.append(contentsOf: utf8)
            }
        case .bytes(let content):
            bytes.append(7)
            length(content.count, &bytes)
            bytes += content
        case .date(let number): number32(number, 8, &bytes)
        case .time(let number): number32(number, 9, &bytes)
        case .timestamp(let number): number64(UInt64(bitPattern: number), 10, &bytes)
        case .array(let items), .structure(let items):
            if case .array = value { bytes.append(11) } else { bytes.append(13) }
            length(items.count, &bytes)
            for item in items { write(item, to: &bytes) }
        case .map(let entries):
            bytes.append(12)
            length(entries.count, &bytes)
            for (name, item) in entries.sorted(by: { $0.key < $1.key }) {
                write(.string(name), to: &bytes)
                write(item, to: &bytes)
            }
        }
    }

    private static func length(_ count: Int, _ bytes: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(clamping: count).littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func number32(_ number: Int32, _ kind: UInt8, _ bytes: inout [UInt8]) {
        bytes.append(kind)
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func number64(_ number: UInt64, _ kind: UInt8, _ bytes: inout [UInt8]) {
        bytes.append(kind)
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    // MARK: - reading

    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The values of a key; nil where the bytes are no key.
    static func values(_ bytes: UnsafeRawBufferPointer, _ types: [SQLType]) -> [SQLValue]? {
        var reader = GroupKey(bytes)
        var values: [SQLValue] = []
        values.reserveCapacity(types.count)
        for type in types {
            guard var value = reader.value(0) else { return nil }
            if case .decimal(let number) = value, case .decimal(_, let scale) = type {
                value = number.rescaled(to: scale).map { .decimal($0) } ?? value
            }
            values.append(value)
        }
        return reader.at == bytes.count ? values : nil
    }

    private mutating func take<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
        let size = MemoryLayout<Number>.size
        guard bytes.count - at >= size else { return nil }
        defer { at += size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: Number.self))
    }

    private mutating func content() -> Slice<UnsafeRawBufferPointer>? {
        guard let count = take(UInt32.self), bytes.count - at >= Int(count) else { return nil }
        defer { at += Int(count) }
        return bytes[at..<at + Int(count)]
    }

    private mutating func items(_ depth: Int) -> [SQLValue]? {
        guard let count = take(UInt32.self), bytes.count - at >= Int(count) else { return nil }
        var items: [SQLValue] = []
        for _ in 0..<count {
            guard let item = value(depth + 1) else { return nil }
            items.append(item)
        }
        return items
    }

    private mutating func value(_ depth: Int) -> SQLValue? {
        guard depth <= SQLType.maxDepth, let kind = take(UInt8.self) else { return nil }
        switch kind {
        case 0: return .null
        case 1: return take(UInt8.self).map { .boolean($0 != 0) }
        case 2: return take(Int32.self).map { .integer($0) }
        case 3: return take(Int64.self).map { .bigint($0) }
        case 4: return take(UInt64.self).map { .double(Double(bitPattern: $0)) }
        case 5:
            guard let scale = take(UInt8.self), let unscaled = take(Int128.self) else { return nil }
            return SQLDecimal(unscaled: unscaled, scale: Int(scale)).map { .decimal($0) }
        case 6: return content().map { .string(String(decoding: $0, as: UTF8.self)) }
        case 7: return content().map { .bytes(Array($0)) }
        case 8: return take(Int32.self).map { .date($0) }
        case 9: return take(Int32.self).map { .time($0) }
        case 10: return take(Int64.self).map { .timestamp($0) }
        case 11: return items(depth).map { .array($0) }
        case 13: return items(depth).map { .structure($0) }
        case 12:
            guard let count = take(UInt32.self), bytes.count - at >= Int(count) else { return nil }
            var entries: [String: SQLValue] = [:]
            for _ in 0..<count {
                guard case .string(let name)? = value(depth + 1), let item = value(depth + 1) else { return nil }
                entries[name] = item
            }
            return .map(entries)
        default: return nil
        }
    }
}
