/// How bytes are read for people.
package enum Decoder: String, CaseIterable, Sendable {
    /// What they look like; by their schema where there is one.
    case automatic = "auto"
    /// One JSON value.
    case json
    /// UTF-8, with stand-ins for what is none.
    case text
    /// Hexadecimal figures.
    case hex
    /// A signed whole number of 1, 2, 4 or 8 bytes, the highest first, as Kafka's serializers write them.
    case integer = "int"
    /// One MessagePack value.
    case messagePack = "msgpack"
    /// Avro by a schema of the catalogue.
    case avro
    /// Protobuf by a schema of the catalogue, or without one by numbers.
    case protobuf
    /// The schema of one of Kafka's own topics.
    case kafka

    /// The decoders that a topic's records can be read with.
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
    package func key(_ bytes: [UInt8]?, topic: String, schemas: SchemaCatalog = SchemaCatalog()) -> Decoded {
        decoded(bytes, Side(topic: topic, isKey: true, schemas: schemas)) { InternalRecord.key(bytes, topic: topic) }
    }

    /// A record's value, read; its key tells the schema on Kafka's own topics.
    package func value(
        _ bytes: [UInt8]?, key: [UInt8]?, topic: String, schemas: SchemaCatalog = SchemaCatalog()
    ) -> Decoded {
        decoded(bytes, Side(topic: topic, isKey: false, schemas: schemas)) {
            InternalRecord.value(bytes, key: key, topic: topic)
        }
    }

    /// A key in a list's cell.
    ///
    /// - Parameter limit: About how many cells are wanted; as a rule no bytes beyond are looked at.
    package func keyPreview(
        _ bytes: [UInt8]?, topic: String, limit: Int, schemas: SchemaCatalog = SchemaCatalog()
    ) -> String {
        preview(bytes, limit: limit, Side(topic: topic, isKey: true, schemas: schemas)) {
            InternalRecord.key(bytes, topic: topic)
        }
    }

    /// A value in a list's cell.
    ///
    /// - Parameter limit: About how many cells are wanted; as a rule no bytes beyond are looked at.
    package func valuePreview(
        _ bytes: [UInt8]?, key: [UInt8]?, topic: String, limit: Int, schemas: SchemaCatalog = SchemaCatalog()
    ) -> String {
        preview(bytes, limit: limit, Side(topic: topic, isKey: false, schemas: schemas)) {
            InternalRecord.value(bytes, key: key, topic: topic)
        }
    }

    /// Whose bytes they are.
    private struct Side {
        var topic: String
        var isKey: Bool
        var schemas: SchemaCatalog
    }

    private func preview(_ bytes: [UInt8]?, limit: Int, _ side: Side, _ record: () -> InternalRecord?) -> String {
        guard let bytes, !bytes.isEmpty else { return ReadableValue.preview(bytes, limit: limit) }
        switch self {
        case .automatic, .kafka:
            if let record = record() { return record.summary }
            if self == .automatic, let read = Self.detected(bytes, side) { return Self.line(read) }
            return ReadableValue.preview(bytes, limit: limit)
        case .json: return JSONText(bytes)?.compact ?? ReadableValue.preview(bytes, limit: limit)
        case .text: return String(decoding: bytes.prefix(max(8, limit * 4)), as: UTF8.self)
        case .hex: return HexDump.plain(bytes.prefix(max(4, limit / 2)))
        case .integer, .messagePack, .avro, .protobuf:
            let read = translated(bytes, side)
            return read.problem == nil ? Self.line(read) : ReadableValue.preview(bytes, limit: limit)
        }
    }

    private static func line(_ decoded: Decoded) -> String {
        if case .json(let json) = decoded.value { json.compact } else { decoded.lines(width: 80).first ?? "" }
    }

    private func decoded(_ bytes: [UInt8]?, _ side: Side, _ record: () -> InternalRecord?) -> Decoded {
        guard let bytes, !bytes.isEmpty else { return Decoded(ReadableValue(bytes)) }
        switch self {
        case .automatic:
            return record().map { Decoded($0) } ?? Self.detected(bytes, side) ?? Decoded(ReadableValue(bytes))
        case .kafka:
            return record().map { Decoded($0) } ?? Decoded(ReadableValue(bytes), problem: "not in a schema known here")
        case .json:
            guard let json = JSONText(bytes) else { return Decoded(ReadableValue(bytes), problem: "not JSON") }
            return Decoded(.json(json))
        case .text:
            let isText = String(validating: bytes, as: UTF8.self) != nil
            return Decoded(.text(String(decoding: bytes, as: UTF8.self)), problem: isText ? nil : "not UTF-8")
        case .hex: return Decoded(.binary(bytes, schemaID: nil), name: "hex")
        case .integer, .messagePack, .avro, .protobuf: return translated(bytes, side)
        }
    }

    /// What bytes are that no person could read: by their schema, or where nothing else fits, MessagePack or a number.
    private static func detected(_ bytes: [UInt8], _ side: Side) -> Decoded? {
        switch side.schemas.decoded(bytes, topic: side.topic, isKey: side.isKey) {
        case .success(let read): return read
        case .failure(let error): return Decoded(ReadableValue(bytes), problem: "\(error)")
        case nil: break
        }
        guard let first = bytes.first, first == 0 || first >= 0x80, case .binary = ReadableValue(bytes) else {
            return nil
        }
        if let framed = FramedValue(bytes), framed.payload.first == UInt8(ascii: "{"),
            let json = JSONText(framed.payload)
        {
            return Decoded(translated: json, name: "json · schema \(framed.id)")
        }
        // A map or array that ends exactly where the bytes do is hardly chance.
        if (0x80...0x9f).contains(first) || (0xdc...0xdf).contains(first), let json = try? MessagePack.json(bytes) {
            return Decoded(translated: json, name: "msgpack")
        }
        // Numbers are mostly small, so that their first byte is all zeros or all ones.
        guard bytes.count == 4 || bytes.count == 8, first == 0 || first == 0xff else { return nil }
        return integer(bytes)
    }

    private static func integer(_ bytes: [UInt8]) -> Decoded? {
        guard [1, 2, 4, 8].contains(bytes.count) else { return nil }
        let shift = 64 - 8 * bytes.count
        let number =
            Int64(bitPattern: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } << UInt64(shift)) >> Int64(shift)
        return Decoded(translated: .number(number), name: "int\(8 * bytes.count)")
    }

    /// By a decoder that was chosen; what it cannot read is shown as it looks, with the reason.
    private func translated(_ bytes: [UInt8], _ side: Side) -> Decoded {
        func unfit(_ reason: String) -> Decoded { Decoded(ReadableValue(bytes), problem: reason) }
        switch self {
        case .integer: return Self.integer(bytes) ?? unfit("not 1, 2, 4 or 8 bytes")
        case .messagePack:
            do { return Decoded(translated: try MessagePack.json(bytes), name: "msgpack") } catch {
                return unfit("\(error)")
            }
        default: break
        }
        switch side.schemas.decoded(bytes, topic: side.topic, isKey: side.isKey) {
        case .success(let read) where read.name.hasPrefix(rawValue): return read
        case .success(let read): return unfit("its schema is \(read.name)")
        case .failure(let error): return unfit("\(error)")
        case nil: break
        }
        guard self == .protobuf, FramedValue(bytes) == nil, let json = try? ProtobufReader.json(bytes[...]) else {
            return unfit(side.schemas.lack(bytes, topic: side.topic, isKey: side.isKey))
        }
        return Decoded(translated: json, name: "protobuf · without a schema")
    }
}
