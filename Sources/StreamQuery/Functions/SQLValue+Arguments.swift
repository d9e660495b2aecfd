/// Arguments of functions as what the signature says they are.
extension SQLValue {
    private func mismatch(_ wanted: String) -> EvaluationFailure {
        EvaluationFailure(reason: "the value is no \(wanted)")
    }

    var asText: String {
        get throws(EvaluationFailure) {
            guard case .string(let value) = self else { throw mismatch("VARCHAR") }
            return value
        }
    }

    var asBytes: [UInt8] {
        get throws(EvaluationFailure) {
            guard case .bytes(let value) = self else { throw mismatch("BYTES") }
            return value
        }
    }

    var asBoolean: Bool {
        get throws(EvaluationFailure) {
            guard case .boolean(let value) = self else { throw mismatch("BOOLEAN") }
            return value
        }
    }

    /// An INTEGER or BIGINT.
    var asWhole: Int64 {
        get throws(EvaluationFailure) {
            switch self {
            case .integer(let value): return Int64(value)
            case .bigint(let value): return value
            default: throw mismatch("whole number")
            }
        }
    }

    var asDouble: Double {
        get throws(EvaluationFailure) {
            guard case .double(let value) = self else { throw mismatch("DOUBLE") }
            return value
        }
    }

    var asItems: [SQLValue] {
        get throws(EvaluationFailure) {
            guard case .array(let value) = self else { throw mismatch("ARRAY") }
            return value
        }
    }

    var asEntries: [String: SQLValue] {
        get throws(EvaluationFailure) {
            guard case .map(let value) = self else { throw mismatch("MAP") }
            return value
        }
    }

    /// A count or place, held within the bounds of a list.
    var asCount: Int {
        get throws(EvaluationFailure) { Int(clamping: try asWhole) }
    }
}
