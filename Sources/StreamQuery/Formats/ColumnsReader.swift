/// Reads the columns of a key or a value into places of a row.
struct ColumnsReader: Sendable {
    private struct Field: Sendable {
        /// The column's name in bytes, and in small letters.
        var name: [UInt8]
        var folded: [UInt8]
        var type: SQLType
        var slot: Int
        var isNeeded: Bool
    }

    private let format: RecordFormat
    private let fields: [Field]
    private let isKey: Bool
    private let isBare: Bool

    /// - Parameters:
    ///   - firstSlot: The place of the first column; the others follow.
    ///   - needed: The places the query looks at; the others stay null and are not read.
    init(_ columns: [Schema.Column], _ format: RecordFormat, firstSlot: Int, needed: Set<Int>, isKey: Bool) {
        (self.format, self.isKey) = (format, isKey)
        fields = columns.enumerated().map { place, column in
            Field(
                name: Array(column.name.utf8), folded: column.name.utf8.map(Self.folded), type: column.type,
                slot: firstSlot + place, isNeeded: needed.contains(firstSlot + place))
        }
        // A single key column stands by itself; a single value column does when it is not wrapped.
        isBare = columns.count == 1 && (isKey || !format.isWrapped)
    }

    private static func folded(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }

    /// Sets the columns to null.
    func clear(_ row: inout Row) { for field in fields where field.isNeeded { row.values[field.slot] = .null } }

    /// Reads the columns.
    func read(_ bytes: UnsafeBufferPointer<UInt8>, into row: inout Row) throws(EvaluationFailure) {
        clear(&row)
        switch format.kind {
        case .none: return
        // A key without columns is not looked at, whatever format a key that a query makes of the records would have.
        case _ where isKey && fields.isEmpty: return
        case .kafka:
            guard let field = fields.first, field.isNeeded else { return }
            row.values[field.slot] = try KafkaFormat.read(bytes, field.type)
        case .delimited: try readLine(bytes, into: &row)
        case .json: try readJSON(bytes, into: &row)
        }
    }

    private func readLine(_ bytes: UnsafeBufferPointer<UInt8>, into row: inout Row) throws(EvaluationFailure) {
        let line = try DelimitedFormat.fields(bytes, delimiter: format.delimiter.asciiValue ?? 0x2c)
        guard line.count == fields.count else {
            throw EvaluationFailure(reason: "the line has \(line.count) fields, and there are \(fields.count) columns")
        }
        for (field, text) in zip(fields, line) where field.isNeeded {
            row.values[field.slot] = try DelimitedFormat.value(text, field.type)
        }
    }

    private func readJSON(_ bytes: UnsafeBufferPointer<UInt8>, into row: inout Row) throws(EvaluationFailure) {
        var reader = JSONValueReader(bytes)
        if isBare, let field = fields.first {
            guard let value = reader.value(field.type), reader.scanner.isAtEnd() else { throw malformed(reader) }
            row.values[field.slot] = value
            return
        }
        reader.scanner.skipBlanks()
        if reader.scanner.next == UInt8(ascii: "n"), reader.scanner.word("null"), reader.scanner.isAtEnd() { return }
        // Names that are the column's letter for letter win over those that differ in case.
        var exact: UInt64 = 0
        let isObject = reader.members(0) { reader, name in
            guard let (place, isExact) = place(of: name, reader.scanner), fields[place].isNeeded else {
                return reader.scanner.skip(depth: 1)
            }
            let bit: UInt64 = place < 64 ? 1 << UInt64(place) : 0
            if !isExact, exact & bit != 0 { return reader.scanner.skip(depth: 1) }
            guard let value = reader.value(fields[place].type, depth: 1) else { return false }
            if isExact { exact |= bit }
            row.values[fields[place].slot] = value
            return true
        }
        guard isObject, reader.scanner.isAtEnd() else { throw malformed(reader) }
    }

    private func malformed(_ reader: JSONValueReader) -> EvaluationFailure {
        EvaluationFailure(reason: reader.failure ?? "the JSON is malformed at byte \(reader.scanner.at)")
    }

    /// The column a member is for; names match whatever their case.
    private func place(
        of name: (range: Range<Int>, hasEscapes: Bool), _ scanner: JSONScanner
    ) -> (place: Int, isExact: Bool)? {
        if name.hasEscapes {
            return scanner.text(name).flatMap { text in Array(text.utf8).withUnsafeBufferPointer { place(of: $0) } }
        }
        return place(of: scanner.slice(name.range))
    }

    private func place(of name: UnsafeBufferPointer<UInt8>) -> (place: Int, isExact: Bool)? {
        var found: Int?
        for (place, field) in fields.enumerated() where field.name.count == name.count {
            if field.name.elementsEqual(name) { return (place, true) }
            if found == nil, zip(field.folded, name).allSatisfy({ $0 == Self.folded($1) }) { found = place }
        }
        return found.map { ($0, false) }
    }
}
