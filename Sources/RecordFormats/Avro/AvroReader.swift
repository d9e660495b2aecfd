/// Avro's binary encoding (specification 1.11) as JSON for people, by the schema that wrote it.
///
/// A union shows its value without the branch's name, bytes and fixed are strings of hexadecimal figures, decimals have all their figures.
package struct AvroReader {
    private let schema: AvroSchema
    private var reader: FormatReader
    /// Values that may still be made: elements of no bytes at all could else be asked for without end.
    private var budget: Int

    private static let maxDepth = 100

    /// Reads exactly one value.
    ///
    /// - Throws: `FormatError` where the bytes are none of this schema, or go on after it.
    package static func json(_ bytes: ArraySlice<UInt8>, by schema: AvroSchema) throws(FormatError) -> JSONText {
        var it = AvroReader(schema: schema, reader: FormatReader(bytes), budget: 10_000 + 8 * bytes.count)
        let value = try it.value(0, depth: 0)
        guard it.reader.isAtEnd else { throw it.reader.error("\(it.reader.left) bytes are left") }
        return value
    }

    private mutating func value(_ place: Int, depth: Int) throws(FormatError) -> JSONText {
        budget -= 1
        guard depth < Self.maxDepth, budget > 0 else { throw reader.error("more values than a record may have") }
        switch schema.nodes[place] {
        case .null: return .scalar("null")
        case .boolean:
            let byte = try reader.byte()
            guard byte <= 1 else { throw reader.error("\(byte) is no boolean") }
            return .scalar(byte == 1 ? "true" : "false")
        case .int:
            let number = try reader.zigzag()
            guard Int32(exactly: number) != nil else { throw reader.error("\(number) is no int") }
            return .number(number)
        case .long: return .number(try reader.zigzag())
        case .float: return .floating(Float(bitPattern: UInt32(try reader.littleEndian(4))))
        case .double: return .floating(Double(bitPattern: try reader.littleEndian(8)))
        case .bytes: return .bytes(try counted())
        case .string: return .string(String(decoding: try counted(), as: UTF8.self))
        case .decimal(let size, let scale):
            let bytes: ArraySlice<UInt8>
            if let size { bytes = try reader.take(size) } else { bytes = try counted() }
            // The figures of very long ones would take very long.
            return bytes.count > 1024 ? .bytes(bytes) : .decimal(bytes, scale: scale)
        case .fixed(let size): return .bytes(try reader.take(size))
        case .enumeration(let symbols):
            let index = try reader.zigzag()
            guard let index = Int(exactly: index), symbols.indices.contains(index) else {
                throw reader.error("\(index) is no symbol of the enum")
            }
            return .string(symbols[index])
        case .array(let item):
            var items: [JSONText] = []
            try blocks { (it: inout AvroReader) throws(FormatError) in
                items.append(try it.value(item, depth: depth + 1))
            }
            return .array(items)
        case .map(let item):
            var members: [JSONText.Member] = []
            try blocks { (it: inout AvroReader) throws(FormatError) in
                let name = JSONText.quoted(String(decoding: try it.counted(), as: UTF8.self))
                members.append(JSONText.Member(name: name, value: try it.value(item, depth: depth + 1)))
            }
            return .object(members)
        case .record(let fields):
            var members: [JSONText.Member] = []
            for field in fields {
                members.append(
                    JSONText.Member(name: JSONText.quoted(field.name), value: try value(field.type, depth: depth + 1)))
            }
            return .object(members)
        case .union(let branches):
            let index = try reader.zigzag()
            guard let index = Int(exactly: index), branches.indices.contains(index) else {
                throw reader.error("\(index) is no branch of the union")
            }
            return try value(branches[index], depth: depth + 1)
        }
    }

    /// Bytes behind their length.
    private mutating func counted() throws(FormatError) -> ArraySlice<UInt8> {
        let length = try reader.zigzag()
        guard let length = Int(exactly: length) else { throw reader.error("a length of \(length)") }
        return try reader.take(length)
    }

    /// The blocks of an array or map: a count, for a negative one also a size, and the elements; a count of 0 ends it.
    private mutating func blocks(
        _ element: (inout AvroReader) throws(FormatError) -> Void
    ) throws(FormatError) {
        while true {
            let count = try reader.zigzag()
            if count == 0 { return }
            if count < 0 { _ = try reader.zigzag() }
            guard count.magnitude <= UInt64(max(0, budget)) else {
                throw reader.error("\(count.magnitude) elements are said, \(reader.left) bytes are left")
            }
            for _ in 0..<count.magnitude { try element(&self) }
        }
    }
}
