import Foundation
import Glibc
import Logging
import Synchronization

/// A swift-log handler that appends lines to a file descriptor: `weir.log` under the console, stderr under `weir serve`.
///
/// The terminal belongs to the console, so nothing is ever logged to it while a screen is up.
struct LineLogHandler: LogHandler {
    /// The open file that several handlers share; the lock keeps lines whole.
    final class Sink: Sendable {
        private let file: Mutex<FileHandle>

        /// Writes to a file handle.
        init(_ file: FileHandle) { self.file = Mutex(file) }

        /// Opens `path` for appending, creating it when missing.
        ///
        /// - Throws: Foundation's error with the path when the file cannot be opened.
        init(appendingTo path: String) throws {
            if !FileManager.default.fileExists(atPath: path) {
                guard FileManager.default.createFile(atPath: path, contents: nil) else {
                    throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
                }
            }
            let handle = try FileHandle(forWritingTo: URL(filePath: path))
            try handle.seekToEnd()
            file = Mutex(handle)
        }

        fileprivate func write(_ line: String) {
            // A log line that cannot be written has nowhere to be reported to.
            file.withLock { try? $0.write(contentsOf: Data(line.utf8)) }
        }
    }

    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    private let label: String
    private let sink: Sink

    /// Logs lines of one label to a sink.
    init(label: String, sink: Sink) {
        self.label = label
        self.sink = sink
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }
            .sorted { $0.key < $1.key }
            .map { " \($0.key)=\($0.value)" }
            .joined()
        sink.write("\(Self.time()) \(event.level.rawValue.uppercased()) [\(label)] \(event.message)\(fields)\n")
    }

    /// The time in UTC as ISO 8601 has it, to the millisecond. Without Foundation's formats: they bring in the tables of all calendars and zones, megabytes.
    private static func time() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = [(Int(parts.tm_year) + 1900, 4), (Int(parts.tm_mon) + 1, 2), (Int(parts.tm_mday), 2)]
        let clock = [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)]
        return date.map { padded($0.0, $0.1) }.joined(separator: "-") + "T"
            + clock.map { padded($0, 2) }.joined(separator: ":") + "." + padded(now.tv_nsec / 1_000_000, 3) + "Z"
    }
}
