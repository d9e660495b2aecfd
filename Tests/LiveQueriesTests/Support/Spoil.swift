import Foundation

/// What happens to files behind a program's back.
enum Spoil {
    static func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    static func append(_ text: String, to path: String) throws {
        try (Self.text(path) + text).write(toFile: path, atomically: true, encoding: .utf8)
    }
}
