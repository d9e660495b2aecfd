/// Single values as Kafka's serializers write them: numbers in big-endian order, texts in UTF-8, bytes as they are.
enum KafkaFormat {
    /// The types there are serializers for.
    static func holds(_ type: SQLType) -> Bool {
        switch type {
        case .integer, .bigint, .double, .string, .bytes: true
        default: false
        }
    }

    static func read(_ bytes: UnsafeBufferPointer<UInt8>, _ type: SQLType) throws(EvaluationFailure) -> SQLValue {
        switch type {
        case .integer: return .integer(Int32(bitPattern: try number(bytes, type)))
        case .bigint: return .bigint(Int64(bitPattern: try number(bytes, type)))
        case .double: return .double(Double(bitPattern: try number(bytes, type)))
        case .bytes: return .bytes(Array(bytes))
        case .string:
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw EvaluationFailure(reason: "the bytes are not UTF-8")
            }
            return .string(text)
        default: throw EvaluationFailure(reason: "the KAFKA format does not hold \(type)")
        }
    }

    private static func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ bytes: UnsafeBufferPointer<UInt8>, _ type: SQLType
    ) throws(EvaluationFailure) -> Number {
        guard bytes.count == Number.bitWidth / 8 else {
            throw EvaluationFailure(reason: "\(type) takes \(Number.bitWidth / 8) bytes, and there are \(bytes.count)")
        }
        return bytes.reduce(0) { $0 << 8 | Number($1) }
    }

    static func write(_ value: SQLValue) throws(EvaluationFailure) -> [UInt8]? {
        switch value {
        case .null: return nil
        case .integer(let number): return Self.bytes(UInt32(bitPattern: number))
        case .bigint(let number): return Self.bytes(UInt64(bitPattern: number))
        case .double(let number): return Self.bytes(number.bitPattern)
        case .string(let text): return Array(text.utf8)
        case .bytes(let bytes): return bytes
        default: throw EvaluationFailure(reason: "the KAFKA format does not hold such a value")
        }
    }

    /// A number in big-endian order.
    static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
