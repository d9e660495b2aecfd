import NIOCore
import Synchronization

/// The file `listener` in Weir's own directory: the process that holds the log directory and where it listens, for the message to
/// whoever finds the directory in use.
///
/// ```
/// pid=4711
/// listener=127.0.0.1:9092
/// ```
final class ListenerNote: Sendable {
    static let fileName = "listener"

    private let path: String
    private let storage: any Storage
    private let current = Mutex<String?>(nil)

    init(directory: String, storage: any Storage) {
        path = "\(directory)/\(Self.fileName)"
        self.storage = storage
    }

    /// The address that was written last.
    var address: String? { current.withLock { $0 } }

    /// Writes the address. The file is a courtesy: a failure is no error.
    func write(_ address: String) {
        current.withLock { $0 = address }
        let text = "pid=\(ProcessIdentity.current)\nlistener=\(address)\n"
        guard let file = try? storage.open(path, .replace) else { return }
        defer { file.close() }
        try? file.write(ByteBuffer(string: text), at: 0)
    }

    /// Removes the file.
    func remove() { try? storage.remove(path) }

    /// The listener that this process announced in a directory; nil for none or another process's.
    static func listener(of processID: Int32?, in directory: String, storage: any Storage) -> String? {
        guard let found = try? storage.readFile("\(directory)/\(fileName)", limit: 4096) else { return nil }
        var fields: [Substring: Substring] = [:]
        for line in String(buffer: found).split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            fields[line[..<equals]] = line[line.index(after: equals)...]
        }
        guard let processID, fields["pid"] == "\(processID)" else { return nil }
        return fields["listener"].map(String.init)
    }
}
