import ArgumentParser
import Cluster
import Foundation
import Synchronization

@testable import weir

/// What a command line did.
struct Ran {
    /// The exit code.
    var code: Int32
    /// Standard output.
    var output: String
    /// Standard error.
    var errors: String
}

/// Runs a command line of the shell's verbs in this process, on any cluster.
///
/// - Parameters:
///   - typed: What a person at a terminal types; nil for no terminal.
///   - input: What standard input holds where nobody types.
///   - state: Weir's own directory; nil for one that goes when the command has ended.
func weir(
    _ arguments: [String], on cluster: any Cluster, typed: String? = nil, input: String = "", state: String? = nil
) async -> Ran {
    let (output, errors) = (Gathered(), Gathered())
    let folder = FileManager.default.temporaryDirectory.appending(path: "weir-state-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let shell = Shell(
        output: output, errors: errors, input: Scripted(typed ?? input), outputIsTerminal: false, canAsk: typed != nil,
        stateDirectory: state ?? folder)
    do {
        var command = try Weir.parseAsRoot(arguments)
        guard let verb = command as? any ShellVerb else {
            try command.run()
            return Ran(code: 0, output: "", errors: "")
        }
        let code = await verb.exitCode(on: cluster, shell)
        return Ran(code: code, output: output.text, errors: errors.text)
    } catch {
        // What main() would print and end with.
        let (code, message) = (Weir.exitCode(for: error).rawValue, Weir.fullMessage(for: error) + "\n")
        return Ran(code: code, output: code == 0 ? message : "", errors: code == 0 ? "" : message)
    }
}

/// A sink that keeps everything.
final class Gathered: ByteSink {
    private let bytes = Mutex<[UInt8]>([])

    /// What was written.
    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

    func write(_ new: [UInt8]) throws(VerbFailure) { bytes.withLock { $0 += new } }

    func flush() throws(VerbFailure) {}
}

/// A source that gives a text and then ends.
final class Scripted: ByteSource {
    private let rest: Mutex<ArraySlice<UInt8>>

    /// Gives a text.
    init(_ text: String) { rest = Mutex(Array(text.utf8)[...]) }

    func read(upTo count: Int) throws(VerbFailure) -> [UInt8] {
        rest.withLock { rest in
            let piece = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
            return piece
        }
    }
}
