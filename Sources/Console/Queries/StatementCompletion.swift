import Cluster
import LiveQueries
import Monitor
import StreamQuery

/// What the word before the caret may become: keywords, topics, sources, columns, functions, by where it stands.
struct StatementCompletion: Equatable {
    /// The scalars of the word so far.
    var length = 0
    /// What it may become, the likeliest first; at most `limit`.
    var candidates: [String] = []

    /// The most candidates.
    static let limit = 40

    /// Looks at what stands before the caret.
    ///
    /// - Parameters:
    ///   - before: The text up to the caret.
    ///   - text: The whole text, for the sources it names.
    init(before: String, text: String, in state: ConsoleState) {
        let board = state.queries.board ?? QueryBoard()
        // Only the statement that the caret stands in.
        let statement = before[(Self.lastSemicolon(before).map { before.index(after: $0) } ?? before.startIndex)...]
        if let quoted = Self.openQuote(statement) {
            length = quoted.word.unicodeScalars.count
            let names = Self.values(of: quoted.setting, state)
            candidates = Self.matching(names, quoted.word).filter { $0 != String(quoted.word) }
            return
        }
        let word = statement.reversed().prefix { Self.isWordPart($0) }
        let typed = String(word.reversed())
        length = typed.unicodeScalars.count
        let previous = Self.lastWord(statement.dropLast(typed.count))
        let names = Self.names(after: previous, isFirst: Self.isBlank(statement.dropLast(typed.count)), board, state)
        if let names {
            candidates = Self.matching(names, typed)
        } else if !typed.isEmpty {
            candidates = Self.matching(
                Self.columns(in: text, board) + Self.functions + Vocabulary.keywords + board.sources.map(\.name)
                    + Vocabulary.properties, typed)
        }
        candidates.removeAll { $0 == typed }
    }

    // MARK: What may stand where

    private static let functions = Vocabulary.functions.map { $0 + "(" }
    private static let listings = ["TOPICS", "STREAMS", "TABLES", "QUERIES", "FUNCTIONS", "PROPERTIES", "VARIABLES"]

    /// What follows a word; nil where anything may.
    private static func names(
        after previous: String, isFirst: Bool, _ board: QueryBoard, _ state: ConsoleState
    ) -> [String]? {
        if isFirst { return Vocabulary.statements }
        let sources = board.sources.map(\.name)
        switch previous {
        case "FROM", "INTO", "JOIN": return sources
        case "DESCRIBE": return sources + ["FUNCTION"]
        case "PRINT": return topics(state).map(Self.written)
        case "TERMINATE", "PAUSE", "RESUME", "EXPLAIN":
            let ids = board.queries.filter { !$0.isTransient }.map(\.id)
            return ids + (previous == "EXPLAIN" ? ["SELECT", "CREATE"] : ["ALL"])
        case "SHOW", "LIST": return listings
        case "CREATE": return ["STREAM", "TABLE", "OR REPLACE"]
        case "DROP": return ["STREAM", "TABLE"]
        case "TABLE", "STREAM": return sources + ["IF EXISTS", "IF NOT EXISTS"]
        case "EMIT": return ["CHANGES", "FINAL"]
        case "WINDOW": return ["TUMBLING", "HOPPING", "SESSION"]
        case "WITH": return Vocabulary.properties
        default: return nil
        }
    }

    /// What a setting in quotes may be.
    private static func values(of setting: String, _ state: ConsoleState) -> [String] {
        switch setting {
        case "KAFKA_TOPIC": topics(state)
        case "FORMAT", "KEY_FORMAT", "VALUE_FORMAT": Vocabulary.formats
        default: []
        }
    }

    private static func topics(_ state: ConsoleState) -> [String] {
        state.snapshot.topics.map(\.description.name).sorted()
    }

    /// A topic's name as statements write it.
    private static func written(_ name: String) -> String {
        name.allSatisfy { isWordPart($0) } && name.first?.isNumber == false ? name : "`\(name)`"
    }

    /// The columns of the sources that a text names, or of all where it names none.
    private static func columns(in text: String, _ board: QueryBoard) -> [String] {
        let words = Set(text.uppercased().split { !isWordPart($0) }.map(String.init))
        let named = board.sources.filter { words.contains($0.name.uppercased()) }
        var seen: Set<String> = []
        return (named.isEmpty ? board.sources : named).flatMap(\.columns).map(\.name).filter {
            seen.insert($0).inserted
        }
    }

    private static func matching(_ names: [String], _ typed: some StringProtocol) -> [String] {
        let typed = typed.uppercased()
        var found: [String] = []
        for name in names
        where found.count < limit && name.uppercased().trimmingPrefix("`").hasPrefix(typed) && !found.contains(name) {
            found.append(name)
        }
        return found
    }

    // MARK: Reading the text

    static func isWordPart(_ character: Character) -> Bool {
        character == "_" || (character.isASCII && (character.isLetter || character.isNumber))
    }

    private static func isBlank(_ text: Substring) -> Bool { text.allSatisfy { $0.isWhitespace } }

    private static func lastWord(_ text: Substring) -> String {
        let trimmed = text.reversed().drop { $0.isWhitespace || $0 == "(" }
        return String(String(trimmed.prefix { isWordPart($0) }).reversed()).uppercased()
    }

    /// The last semicolon outside quotes.
    private static func lastSemicolon(_ text: String) -> String.Index? {
        var isQuoted = false
        var last: String.Index?
        for index in text.indices {
            if text[index] == "'" { isQuoted.toggle() } else if text[index] == ";", !isQuoted { last = index }
        }
        return last
    }

    /// The text since a quote that has no end, and the setting that it is for.
    private static func openQuote(_ text: Substring) -> (setting: String, word: Substring)? {
        guard text.count(where: { $0 == "'" }) % 2 == 1, let quote = text.lastIndex(of: "'") else { return nil }
        let lead = text[..<quote].reversed().drop { $0.isWhitespace || $0 == "=" }
        let setting = String(String(lead.prefix { isWordPart($0) }).reversed()).uppercased()
        return (setting, text[text.index(after: quote)...])
    }
}
