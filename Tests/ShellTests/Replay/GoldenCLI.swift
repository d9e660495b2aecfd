import Foundation

/// What Kafka 3.8.0's tools printed, situation by situation; the state builds up in the order of `sequence`.
///
/// From `cli/` of the folder that `WEIR_GOLDEN` names (default: `../shared/golden` beside the package), else from the copy that
/// the tests carry.
enum GoldenCLI {
    /// One call of a tool.
    struct Row: Decodable, Sendable {
        /// How the tool ended.
        enum Exit: Sendable, Equatable {
            case code(Int32)
            /// It was still running after a minute.
            case timeout
        }

        var sequence: Int
        var name: String
        var argv: [String]
        var inputFiles: [String: String]
        var exit: Exit
        var stdout: String

        private enum CodingKeys: String, CodingKey {
            case seq, name, argv, inputFiles, exit, stdout
        }

        init(from decoder: any Decoder) throws {
            let row = try decoder.container(keyedBy: CodingKeys.self)
            sequence = try row.decode(Int.self, forKey: .seq)
            name = try row.decode(String.self, forKey: .name)
            argv = try row.decode([String].self, forKey: .argv)
            inputFiles = try row.decodeIfPresent([String: String].self, forKey: .inputFiles) ?? [:]
            exit = (try? row.decode(Int32.self, forKey: .exit)).map { .code($0) } ?? .timeout
            stdout = try row.decode(String.self, forKey: .stdout)
        }

        /// The tool without its suffix, for example `kafka-topics`.
        var tool: String { (argv.first ?? "").replacing(".sh", with: "") }
    }

    /// Where the recordings are.
    static let folder: URL = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let golden =
            ProcessInfo.processInfo.environment["WEIR_GOLDEN"].map { URL(filePath: $0) }
            ?? package.deletingLastPathComponent().appending(path: "shared/golden")
        let cli = golden.appending(path: "cli")
        if FileManager.default.fileExists(atPath: cli.path) { return cli }
        return package.appending(path: "Tests/ShellTests/Golden/cli")
    }()

    /// The situations of some tools, in their order.
    static func rows(of tools: [String]) throws -> [Row] {
        try tools.flatMap { tool in
            let text = try String(contentsOf: folder.appending(path: "\(tool).jsonl"), encoding: .utf8)
            return try text.split(separator: "\n").map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
        }.sorted { $0.sequence < $1.sequence }
    }
}
