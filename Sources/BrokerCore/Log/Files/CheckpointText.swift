import NIOCore

/// Kafka's text checkpoints: a version line, a line with the number of entries, one line an entry.
///
/// ```
/// 0
/// 2
/// cut 0 33
/// cut 1 70
/// ```
///
/// A file of no bytes counts as no entries: Kafka creates them so.
struct CheckpointText {
    /// The entries' words.
    var lines: [[Substring]]

    /// Checkpoint lines.
    init(lines: [[Substring]]) { self.lines = lines }

    /// Reads a file whose entries have `words` words each.
    init(reading bytes: ByteBuffer, path: String, words: Int) throws(LogError) {
        let text = String(buffer: bytes)
        var rows = text.split(separator: "\n", omittingEmptySubsequences: true)[...]
        guard let version = rows.popFirst() else {
            lines = []
            return
        }
        guard version == "0", let countLine = rows.popFirst(), let count = Int(countLine), count >= 0 else {
            throw LogError.corruptFile(path, "it does not begin with version 0 and a number of entries")
        }
        guard rows.count == count else {
            throw LogError.corruptFile(path, "it announces \(count) entries and has \(rows.count)")
        }
        lines = rows.map { $0.split(separator: " ") }
        guard lines.allSatisfy({ $0.count == words }) else {
            throw LogError.corruptFile(path, "an entry has not \(words) words")
        }
    }

    /// The file's bytes.
    var bytes: ByteBuffer {
        var text = "0\n\(lines.count)\n"
        for line in lines { text += line.joined(separator: " ") + "\n" }
        return ByteBuffer(string: text)
    }
}
