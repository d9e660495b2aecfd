/// The schemas of a local folder: `<id>.avsc` and `<id>.proto` for Confluent's wire format (a zero byte and the id in four bytes),
/// `<topic>-value.avsc`, `<topic>-key.proto` and so on for records without it.
package struct SchemaCatalog: Equatable, Sendable {
    /// A schema that can be read by.
    package enum Schema: Equatable, Sendable {
        case avro(AvroSchema)
        case protobuf(ProtobufSchema)
    }

    private var schemas: [String: Schema] = [:]
    /// Where the files are, for words to the user.
    package let folder: String
    /// What is wrong with files, a sentence each.
    package private(set) var problems: [String] = []

    /// A catalogue without schemas.
    package init(folder: String = "") { self.folder = folder }

    /// Reads files; those that cannot be used are left out and named in `problems`.
    ///
    /// - Parameters:
    ///   - files: Texts by their paths inside the folder.
    ///   - problems: What is known to be wrong already.
    package init(folder: String, files: [String: String], problems: [String] = []) {
        self.folder = folder
        self.problems = problems
        for (path, text) in files.sorted(by: { $0.key < $1.key }) {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            guard let dot = name.lastIndex(of: ".") else { continue }
            let stem = String(name[..<dot])
            do throws(SchemaError) {
                switch name[dot...] {
                case ".avsc": add(.avro(try AvroSchema(text)), stem, name)
                case ".proto": add(.protobuf(try ProtobufSchema(text, importing: files)), stem, name)
                default: break
                }
            } catch {
                self.problems.append("\(name): \(error)")
            }
        }
    }

    private mutating func add(_ schema: Schema, _ stem: String, _ name: String) {
        guard schemas[stem] == nil else {
            problems.append("\(name): there is a schema \(stem) already; this one is not used")
            return
        }
        schemas[stem] = schema
    }

    /// True without a schema.
    package var isEmpty: Bool { schemas.isEmpty }

    /// The schema of a Confluent id.
    package func schema(id: UInt32) -> Schema? { schemas["\(id)"] }

    /// The schema of a topic's keys or values.
    package func schema(topic: String, isKey: Bool) -> Schema? { schemas["\(topic)-\(isKey ? "key" : "value")"] }
}

/// Bytes in Confluent's wire format taken apart.
struct FramedValue {
    /// The schema's id.
    var id: UInt32
    /// What follows the frame.
    var payload: ArraySlice<UInt8>

    /// Nil where the bytes do not begin with 0 and four bytes more.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 5, bytes[0] == 0 else { return nil }
        id = bytes[1..<5].reduce(0) { $0 << 8 | UInt32($1) }
        payload = bytes[5...]
    }
}
