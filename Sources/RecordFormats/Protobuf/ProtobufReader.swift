/// Protocol Buffers' wire format as JSON for people, by a schema or without one.
///
/// Fields stand in the order of their numbers under the names of the schema; what the schema does not know stands under its number.
/// 64-bit numbers keep all figures, bytes are strings of hexadecimal figures. Only what the bytes hold is shown, no defaults.
package enum ProtobufReader {
    private static let maxDepth = 64

    /// A field as it stands on the wire.
    private enum Wire {
        case varint(UInt64)
        case fixed64(UInt64)
        case bytes(ArraySlice<UInt8>)
        case fixed32(UInt32)
    }

    /// Reads a message of a schema.
    ///
    /// - Throws: `FormatError` where the bytes are no message.
    package static func json(
        _ bytes: ArraySlice<UInt8>, message: String, of schema: ProtobufSchema
    ) throws(FormatError) -> JSONText {
        try object(bytes, schema.messages[message] ?? ProtobufSchema.Message(), schema, depth: 0)
    }

    /// Reads a message that nothing is known of: numbers for names, texts and messages where the bytes look like them.
    package static func json(_ bytes: ArraySlice<UInt8>) throws(FormatError) -> JSONText {
        try object(bytes, ProtobufSchema.Message(), nil, depth: 0)
    }

    /// The path of indexes in front of a message in Confluent's wire format: a count and the indexes; a count of 0 is the first message.
    static func path(_ bytes: inout ArraySlice<UInt8>) throws(FormatError) -> [Int] {
        var reader = FormatReader(bytes)
        let count = try reader.zigzag()
        guard count >= 0, count <= 32 else { throw reader.error("\(count) message indexes") }
        var path: [Int] = []
        for _ in 0..<count {
            guard let index = Int(exactly: try reader.zigzag()), index >= 0 else {
                throw reader.error("a message index below 0")
            }
            path.append(index)
        }
        bytes = bytes[reader.at...]
        return count == 0 ? [0] : path
    }

    private static func object(
        _ bytes: ArraySlice<UInt8>, _ message: ProtobufSchema.Message, _ schema: ProtobufSchema?, depth: Int
    ) throws(FormatError) -> JSONText {
        var reader = FormatReader(bytes)
        guard depth < maxDepth else { throw reader.error("nested too deeply") }
        var found: [UInt64: [Wire]] = [:]
        while !reader.isAtEnd {
            let tag = try reader.varint()
            guard tag >> 3 > 0, tag >> 3 <= 536_870_911 else { throw reader.error("\(tag >> 3) is no field number") }
            found[tag >> 3, default: []].append(try wire(&reader, type: tag & 7))
        }
        var members: [JSONText.Member] = []
        for (number, wires) in found.sorted(by: { $0.key < $1.key }) {
            if let field = message.fields[number], let schema,
                let value = try value(of: field, wires, schema, depth: depth)
            {
                members.append(JSONText.Member(name: JSONText.quoted(field.name), value: value))
            } else {
                let values = wires.map { unknown($0, depth: depth) }
                members.append(
                    JSONText.Member(name: "\"\(number)\"", value: values.count == 1 ? values[0] : .array(values)))
            }
        }
        return .object(members)
    }

    private static func wire(_ reader: inout FormatReader, type: UInt64) throws(FormatError) -> Wire {
        switch type {
        case 0: return .varint(try reader.varint())
        case 1: return .fixed64(try reader.littleEndian(8))
        case 2:
            let length = try reader.varint()
            guard let length = Int(exactly: length) else { throw reader.error("a length of \(length)") }
            return .bytes(try reader.take(length))
        case 5: return .fixed32(UInt32(try reader.littleEndian(4)))
        default: throw reader.error("\(type) is no wire type in use")
        }
    }

    /// A field's value; nil where the wire holds something else than the schema says.
    private static func value(
        of field: ProtobufSchema.Field, _ wires: [Wire], _ schema: ProtobufSchema, depth: Int
    ) throws(FormatError) -> JSONText? {
        if case .map(let key, let kind) = field.kind {
            var members: [JSONText.Member] = []
            for wire in wires {
                guard case .bytes(let bytes) = wire else { return nil }
                members.append(try pair(bytes, key, kind, schema, depth: depth))
            }
            return .object(members)
        }
        var values: [JSONText] = []
        for wire in wires {
            guard let read = try single(wire, field.kind, field.isRepeated, schema, depth: depth) else { return nil }
            values += read
        }
        if field.isRepeated { return .array(values) }
        // A message in pieces is the pieces joined; of other values the last one counts.
        if wires.count > 1, case .named(let written, let scope) = field.kind,
            let name = schema.resolved(written, scope: scope), let message = schema.messages[name]
        {
            var joined: [UInt8] = []
            for case .bytes(let bytes) in wires { joined += bytes }
            return try object(joined[...], message, schema, depth: depth + 1)
        }
        return values.last
    }

    /// A map's entry: a message of field 1, the key, and field 2, the value; those that are left out are zero.
    private static func pair(
        _ bytes: ArraySlice<UInt8>, _ key: ProtobufSchema.Scalar, _ kind: ProtobufSchema.Kind,
        _ schema: ProtobufSchema, depth: Int
    ) throws(FormatError) -> JSONText.Member {
        let entry = ProtobufSchema.Message(fields: [
            1: ProtobufSchema.Field(name: "key", number: 1, kind: .scalar(key), isRepeated: false),
            2: ProtobufSchema.Field(name: "value", number: 2, kind: kind, isRepeated: false),
        ])
        let read = try object(bytes, entry, schema, depth: depth + 1)
        let name = read.member("key") ?? zero(.scalar(key), schema)
        return JSONText.Member(
            name: name.string == nil ? JSONText.quoted(name.compact) : name.compact,
            value: read.member("value") ?? zero(kind, schema))
    }

    private static func zero(_ kind: ProtobufSchema.Kind, _ schema: ProtobufSchema) -> JSONText {
        switch kind {
        case .scalar(.string), .scalar(.bytes): return .scalar("\"\"")
        case .scalar(.bool): return .scalar("false")
        case .scalar: return .scalar("0")
        case .map: return .object([])
        case .named(let written, let scope):
            guard let name = schema.resolved(written, scope: scope), let names = schema.enums[name] else {
                return .object([])
            }
            return names[0].map { .string($0) } ?? .scalar("0")
        }
    }

    /// One piece on the wire as values: of a packed field several. Nil where it is of another wire type.
    private static func single(
        _ wire: Wire, _ kind: ProtobufSchema.Kind, _ mayBePacked: Bool, _ schema: ProtobufSchema, depth: Int
    ) throws(FormatError) -> [JSONText]? {
        switch kind {
        case .map: return nil
        case .named(let written, let scope):
            guard let name = schema.resolved(written, scope: scope) else { return nil }
            if let message = schema.messages[name] {
                guard case .bytes(let bytes) = wire else { return nil }
                return [try object(bytes, message, schema, depth: depth + 1)]
            }
            let names = schema.enums[name] ?? [:]
            return try numbers(wire, .int32, mayBePacked)?.map { text in
                Int32(text).flatMap { names[$0] }.map { .string($0) } ?? .scalar(text)
            }
        case .scalar(.string):
            guard case .bytes(let bytes) = wire else { return nil }
            return [.string(String(decoding: bytes, as: UTF8.self))]
        case .scalar(.bytes):
            guard case .bytes(let bytes) = wire else { return nil }
            return [.bytes(bytes)]
        case .scalar(let scalar): return try numbers(wire, scalar, mayBePacked)?.map { .scalar($0) }
        }
    }

    /// Numbers as JSON writes them; nil for another wire type.
    private static func numbers(
        _ wire: Wire, _ scalar: ProtobufSchema.Scalar, _ mayBePacked: Bool
    ) throws(FormatError) -> [String]? {
        if mayBePacked, case .bytes(let bytes) = wire {
            var reader = FormatReader(bytes)
            var all: [String] = []
            while !reader.isAtEnd {
                let piece: Wire =
                    switch scalar {
                    case .double, .fixed64, .sfixed64: .fixed64(try reader.littleEndian(8))
                    case .float, .fixed32, .sfixed32: .fixed32(UInt32(try reader.littleEndian(4)))
                    default: .varint(try reader.varint())
                    }
                guard let number = number(piece, scalar) else { return nil }
                all.append(number)
            }
            return all
        }
        return number(wire, scalar).map { [$0] }
    }

    private static func number(_ wire: Wire, _ scalar: ProtobufSchema.Scalar) -> String? {
        switch (wire, scalar) {
        case (.varint(let value), .int32): "\(Int32(truncatingIfNeeded: value))"
        case (.varint(let value), .int64): "\(Int64(bitPattern: value))"
        case (.varint(let value), .uint32): "\(UInt32(truncatingIfNeeded: value))"
        case (.varint(let value), .uint64): "\(value)"
        case (.varint(let value), .sint32):
            "\(Int32(truncatingIfNeeded: Int64(bitPattern: (value & 0xffff_ffff) >> 1) ^ -Int64(value & 1)))"
        case (.varint(let value), .sint64): "\(Int64(bitPattern: value >> 1) ^ -Int64(value & 1))"
        case (.varint(let value), .bool): value == 0 ? "false" : "true"
        case (.fixed32(let value), .fixed32): "\(value)"
        case (.fixed32(let value), .sfixed32): "\(Int32(bitPattern: value))"
        case (.fixed32(let value), .float): JSONText.floating(Float(bitPattern: value)).compact
        case (.fixed64(let value), .fixed64): "\(value)"
        case (.fixed64(let value), .sfixed64): "\(Int64(bitPattern: value))"
        case (.fixed64(let value), .double): JSONText.floating(Double(bitPattern: value)).compact
        default: nil
        }
    }

    /// What stands under a number that no schema explains.
    private static func unknown(_ wire: Wire, depth: Int) -> JSONText {
        switch wire {
        case .varint(let value): return .number(value)
        case .fixed64(let value): return .number(value)
        case .fixed32(let value): return .number(value)
        case .bytes(let bytes):
            if case .text(let text) = ReadableValue(Array(bytes)) { return .string(text) }
            if !bytes.isEmpty,
                let inner = try? object(bytes, ProtobufSchema.Message(), nil, depth: depth + 1)
            {
                return inner
            }
            return bytes.isEmpty ? .scalar("\"\"") : .bytes(bytes)
        }
    }
}
