import Console
import Foundation
import LiveQueries

/// Statements and what came of them, as text or JSON.
struct QuerySession {
    private let service: LiveQueryService
    private let shell: Shell
    private let isJSON: Bool

    /// A session of a service.
    init(_ service: LiveQueryService, _ shell: Shell, isJSON: Bool) {
        (self.service, self.shell, self.isJSON) = (service, shell, isJSON)
    }

    /// Runs a text, and prints what comes of it in order: a push query's rows stand before the answer of the statement behind it.
    ///
    /// - Throws: `VerbFailure`: `.notDone` with the error of a statement.
    func run(_ text: String) async throws {
        let (events, feed) = AsyncStream.makeStream(of: ScriptEvent.self)
        // Left early, by a throw or a cancelled task, it is cancelled and waited for.
        async let script: Void = {
            await service.follow(text) { feed.yield($0) }
            feed.finish()
        }()
        var columns: [QueryColumn] = []
        for await event in events {
            switch event {
            case .answer(let answer): try show(answer)
            case .began(let found):
                columns = found
                if !isJSON { try shell.line(found.map { Self.cell($0.name) }.joined(separator: "  ")) }
            case .rows(let rows): for row in rows { try show(row, columns) }
            }
            try shell.flush()
        }
        await script
    }

    // MARK: printing

    private func show(_ answer: StatementAnswer) throws(VerbFailure) {
        switch answer {
        case .done(let sentence): if !isJSON { try shell.line(sentence) }
        case .text(let text): try show(text)
        case .table(let table): try show(table)
        case .started(let id): if !isJSON, !LiveQueryService.isPush(id) { try shell.line("Started: \(id).") }
        case .failed(let reason): throw VerbFailure(.notDone, reason)
        }
    }

    private func show(_ text: String) throws(VerbFailure) {
        if isJSON { return try shell.json(.string(text)) }
        try shell.line(text)
    }

    private func show(_ table: AnswerTable) throws(VerbFailure) {
        if isJSON {
            for row in table.rows { try shell.json(Self.json(row, table.columns)) }
        } else {
            let all = ([table.columns.map(\.name)] + table.rows).map { $0.map(Self.cell) }
            let widths = table.columns.indices.map { place in
                all.map { place < $0.count ? CellWidth.of($0[place]) : 0 }.max() ?? 0
            }
            for row in all {
                let cells = zip(row, widths).map { $0 + String(repeating: " ", count: max(0, $1 - CellWidth.of($0))) }
                try shell.line(cells.joined(separator: "  ").trimmingTrailingBlanks)
            }
        }
        if let note = table.note { try shell.say(note) }
    }

    /// A value in a line of text: one that has line ends would be taken for several rows.
    private static func cell(_ value: String?) -> String { value.map(Shell.oneLine) ?? "NULL" }

    private func show(_ row: QueryResult.Row, _ columns: [QueryColumn]) throws(VerbFailure) {
        guard isJSON else {
            let window = row.window.map { ["[\($0.lowerBound), \($0.upperBound)]"] } ?? []
            return try shell.line((window + row.values.map(Self.cell)).joined(separator: "  "))
        }
        var members: [JSONValue.Member] = [.init(name: "timestamp", value: .integer(row.timestamp))]
        if let window = row.window {
            members.append(
                .init(
                    name: "window",
                    value: .object([
                        .init(name: "start", value: .integer(window.lowerBound)),
                        .init(name: "end", value: .integer(window.upperBound)),
                    ])))
        }
        members.append(.init(name: "row", value: Self.json(row.values, columns)))
        try shell.json(.object(members))
    }

    private static func json(_ values: [String?], _ columns: [QueryColumn]) -> JSONValue {
        .object(zip(columns, values).map { .init(name: $0.name, value: json($1, $0.type)) })
    }

    /// A value by its column's type; what JSON has no word for stays a text.
    private static func json(_ text: String?, _ type: String) -> JSONValue {
        guard let text else { return .null }
        switch type {
        case "BOOLEAN": return .bool(text == "true")
        case "INTEGER", "INT", "BIGINT": return Int64(text).map { .integer($0) } ?? .string(text)
        case "DOUBLE": return Double(text).map { .number($0) } ?? .string(text)
        default: return .string(text)
        }
    }

    // MARK: the prompt

    /// Asks for statements until the input ends. An error is said, and the next statement asked for.
    func prompt() async throws {
        var kept = ""
        while true {
            try shell.errors.write(Array((kept.isEmpty ? "weir> " : "  ... ").utf8))
            try shell.errors.flush()
            let piece = try shell.input.read(upTo: 1 << 16)
            guard !piece.isEmpty else { return }
            kept += String(decoding: piece, as: UTF8.self)
            let text = kept.trimmingCharacters(in: .whitespacesAndNewlines)
            if ["exit", "quit", "exit;", "quit;"].contains(text.lowercased()) { return }
            guard text.hasSuffix(";") else {
                if text.isEmpty { kept = "" }
                continue
            }
            kept = ""
            remember(text)
            do {
                try await run(text)
            } catch let failure as VerbFailure where failure.kind == .notDone {
                try shell.say("Error: \(failure.message)")
            }
        }
    }

    /// Keeps a statement beside those of earlier sessions. A history that cannot be kept is no reason to stop.
    private func remember(_ text: String) {
        try? FileManager.default.createDirectory(atPath: shell.stateDirectory, withIntermediateDirectories: true)
        let path = "\(shell.stateDirectory)/query-history.sql"
        guard let file = OutputStream(toFileAtPath: path, append: true) else { return }
        file.open()
        defer { file.close() }
        let bytes = Array("\(text)\n".utf8)
        _ = file.write(bytes, maxLength: bytes.count)
    }
}

extension String {
    fileprivate var trimmingTrailingBlanks: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
