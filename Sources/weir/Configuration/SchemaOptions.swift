import ArgumentParser
import Foundation
import RecordFormats

/// Where Avro and Protobuf schemas are, for the console and for verbs that read records.
struct SchemaOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A folder of schemas: ID.avsc and ID.proto for Confluent's wire format, TOPIC-value.avsc, TOPIC-key.proto and so on. \
            Default: schemas beside the configuration file.
            """, valueName: "folder"))
    var schemas: String?

    /// The same, with what the configuration file says where the command line says nothing.
    func with(_ configuration: Configuration) -> SchemaOptions {
        var options = self
        options.schemas = schemas ?? configuration.schemas
        return options
    }

    /// The schemas of the folder; without one, none. What is wrong with files is in the catalogue's problems.
    func catalog(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> SchemaCatalog {
        if let named = schemas {
            return SchemaFolder.read((named as NSString).expandingTildeInPath, isNamed: true)
        }
        guard let configuration = Configuration.path(environment) else { return SchemaCatalog() }
        let folder = (configuration as NSString).deletingLastPathComponent + "/schemas"
        return SchemaFolder.read(folder, isNamed: false)
    }
}

/// Reads a folder of schemas, within limits.
enum SchemaFolder {
    private static let maxFiles = 10_000
    private static let maxBytes = 1 << 20

    /// The schemas in a folder and the folders below it; files are known by their last name.
    ///
    /// - Parameter isNamed: The user named it, so that it must be there.
    static func read(_ folder: String, isNamed: Bool) -> SchemaCatalog {
        guard let found = FileManager.default.enumerator(atPath: folder) else {
            guard isNamed else { return SchemaCatalog(folder: folder) }
            return SchemaCatalog(
                folder: folder, files: [:], problems: ["\(folder): this folder of schemas cannot be read"])
        }
        var files: [String: String] = [:]
        var problems: [String] = []
        for case let path as String in found where path.hasSuffix(".avsc") || path.hasSuffix(".proto") {
            guard files.count < maxFiles else {
                problems.append("\(folder): only the first \(maxFiles) schemas are read")
                break
            }
            let file = "\(folder)/\(path)"
            guard let data = FileManager.default.contents(atPath: file), data.count <= maxBytes,
                let text = String(data: data, encoding: .utf8)
            else {
                problems.append("\(file): cannot be read as a text of at most 1 MiB")
                continue
            }
            files[path] = text
        }
        return SchemaCatalog(folder: folder, files: files, problems: problems)
    }
}
