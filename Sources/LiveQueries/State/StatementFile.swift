import StreamQuery

/// The statements that made what there is, in order, as a text that people can read: run again, they make it again.
struct StatementFile: Sendable {
    private static let name = "statements.sql"
    private static let title = "-- The statements of this data directory's queries, in their order. Written by weir.\n"

    private let folder: QueryFolder
    private var texts: [String] = []

    /// The file of a folder.
    init(_ folder: QueryFolder) { self.folder = folder }

    /// Runs the statements that are kept.
    ///
    /// - Parameter each: Takes in each statement.
    /// - Returns: Where the file was set aside and why, if it could not be understood; nothing of it counts then.
    mutating func load(_ each: (Statement) throws(StatementError) -> Void) throws(QueryFolderError) -> String? {
        guard let bytes = try folder.read(Self.name) else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return "the kept statements are no text; they are now in \(try folder.setAside(Self.name))"
        }
        do throws(StatementError) {
            // A value may look like a variable: what was one has been replaced before it was kept.
            for statement in try Script.statements(text) {
                do throws(StatementError) { try each(statement) } catch { throw error.located(in: text) }
                texts.append("\(statement);\n")
            }
            return nil
        } catch {
            texts = []
            return "the kept statements cannot be used: \(error); they are now in \(try folder.setAside(Self.name))"
        }
    }

    /// Keeps another statement; it is on the disk when this returns.
    mutating func append(_ statement: Statement) throws(QueryFolderError) {
        texts.append("\(statement);\n")
        do throws(QueryFolderError) {
            try folder.write(Self.name, Array((Self.title + texts.joined()).utf8))
        } catch {
            texts.removeLast()
            throw error
        }
    }
}
