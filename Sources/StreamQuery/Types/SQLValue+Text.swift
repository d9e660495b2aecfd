/// A value as a text: what a cast to VARCHAR gives.
extension SQLValue {
    /// The text of a value of a type; nil for null and for a day outside the years -9999 to 9999.
    package func text(as type: SQLType) -> String? {
        switch self {
        case .null: nil
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .bigint(let value): "\(value)"
        case .double(let value): JavaNumber.text(value)
        case .decimal(let value): value.description
        case .string(let value): value
        case .bytes(let value): Base64.text(value)
        case .date(let days): TemporalText.date(Int64(days))
        case .time(let milliseconds): TemporalText.time(Int64(milliseconds))
        case .timestamp(let milliseconds): TemporalText.timestamp(milliseconds)
        case .array(let items): "[" + items.map { $0.inner(Self.element(of: type)) }.joined(separator: ", ") + "]"
        case .map(let entries):
            "{"
                + entries.sorted { $0.key < $1.key }
                .map { "\($0.key)=\($0.value.inner(Self.element(of: type)))" }.joined(separator: ", ") + "}"
        case .structure(let values): structure(values, type)
        }
    }

    private func inner(_ type: SQLType) -> String { text(as: type) ?? "null" }

    private static func element(of type: SQLType) -> SQLType {
        switch type {
        case .array(let element), .map(_, let element): element
        default: .string
        }
    }

    private func structure(_ values: [SQLValue], _ type: SQLType) -> String {
        guard case .structure(let fields) = type, fields.count == values.count else { return "Struct{}" }
        let members = zip(fields, values).filter { !$1.isNull }.map { "\($0.name)=\($1.inner($0.type))" }
        return "Struct{" + members.joined(separator: ",") + "}"
    }
}
