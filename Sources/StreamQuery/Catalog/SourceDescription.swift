/// What DESCRIBE says of a stream or a table.
struct SourceDescription {
    private let source: SourceDefinition
    private let catalog: StatementCatalog

    init(_ source: SourceDefinition, catalog: StatementCatalog) {
        self.source = source
        self.catalog = catalog
    }

    /// The text: columns, and with EXTENDED everything else.
    func text(isExtended: Bool) -> String {
        var lines = ["\(source.kind.rawValue) \(Name(source.name).sql)", ""]
        let key = source.kind == .stream ? "key" : "primary key"
        var rows = source.schema.key.map { [Name($0.name).sql, "\($0.type)", key] }
        if source.window != nil {
            rows += [["WINDOWSTART", "BIGINT", "window"], ["WINDOWEND", "BIGINT", "window"]]
        }
        rows += source.schema.value.map { [Name($0.name).sql, "\($0.type)", ""] }
        rows += source.schema.headers.map { header in
            [Name(header.column.name).sql, "\(header.column.type)", header.header.map { "header \($0)" } ?? "headers"]
        }
        lines += Self.aligned(rows)
        guard isExtended else { return lines.joined(separator: "\n") }
        lines += [""] + Self.aligned(details)
        return lines.joined(separator: "\n")
    }

    private var details: [[String]] {
        var rows = [
            ["topic", source.topic], ["key format", source.keyFormat.kind.rawValue],
            ["value format", source.valueFormat.kind.rawValue],
            ["event time", source.timestamp?.column ?? "the record's timestamp"],
        ]
        switch source.window {
        case .time(let size): rows.append(["windows", "of \(WindowSpec.text(size))"])
        case .session: rows.append(["windows", "sessions"])
        case nil: break
        }
        if let query = source.query {
            rows.append(["written by", query + (catalog.stops[query].map { ", which has stopped: \($0)" } ?? "")])
        }
        let readers = catalog.queries.values.filter { $0.plan.source.name == source.name }.map(\.id).sorted()
        if !readers.isEmpty { rows.append(["read by", readers.joined(separator: ", ")]) }
        rows.append(["statement", source.statement])
        return rows
    }

    /// Rows with their columns one below another.
    static func aligned(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { place in rows.map { place < $0.count ? $0[place].count : 0 }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (place, cell) in row.enumerated() {
                line += cell
                if place + 1 < row.count { line += String(repeating: " ", count: widths[place] - cell.count + 2) }
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
