package import NIOCore

/// The `meta.properties` file of a log directory: which broker of which cluster it belongs to.
///
/// A Java properties file: `#` or `!` begin comments, `key=value` or `key:value`, backslash escapes.
///
/// ```
/// #
/// #Sat Nov 21 07:55:59 UTC 2026
/// node.id=1
/// directory.id=W2dF9umfWx7GURTkIKmxCA
/// version=1
/// cluster.id=goldenOpenDisk00000001
/// ```
package struct MetaProperties: Sendable, Equatable {
    /// The file's name.
    package static let fileName = "meta.properties"

    /// The broker's node id.
    package var nodeID: Int32
    /// The cluster's id.
    package var clusterID: String
    /// The directory's own id; nil in files of Kafka before 3.7.
    package var directoryID: String?
    /// Other properties, kept as they were.
    package var others: [String: String] = [:]

    /// The properties of a directory.
    package init(nodeID: Int32, clusterID: String, directoryID: String?) {
        self.nodeID = nodeID
        self.clusterID = clusterID
        self.directoryID = directoryID
    }

    /// Reads a file's bytes; `path` is for the error.
    package init(reading bytes: ByteBuffer, path: String) throws(LogError) {
        var fields = Self.parse(String(buffer: bytes))
        guard let version = fields.removeValue(forKey: "version"), version == "1" || version == "0" else {
            throw LogError.corruptFile(path, "its version is neither 0 nor 1")
        }
        // Version 0 (ZooKeeper clusters) calls the node id broker.id.
        guard let node = fields.removeValue(forKey: version == "1" ? "node.id" : "broker.id"), let nodeID = Int32(node)
        else { throw LogError.corruptFile(path, "it has no node.id") }
        guard let clusterID = fields.removeValue(forKey: "cluster.id"), !clusterID.isEmpty else {
            throw LogError.corruptFile(path, "it has no cluster.id")
        }
        self.nodeID = nodeID
        self.clusterID = clusterID
        directoryID = fields.removeValue(forKey: "directory.id")
        others = fields
    }

    /// The file's bytes, without a date so that the same properties give the same file.
    package var bytes: ByteBuffer {
        var text = "#\nnode.id=\(nodeID)\n"
        if let directoryID { text += "directory.id=\(Self.escape(directoryID))\n" }
        text += "version=1\ncluster.id=\(Self.escape(clusterID))\n"
        for (key, value) in others.sorted(by: { $0.key < $1.key }) {
            text += "\(Self.escape(key))=\(Self.escape(value))\n"
        }
        return ByteBuffer(string: text)
    }

    private static func parse(_ text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.drop { $0 == " " || $0 == "\t" }
            guard let first = line.first, first != "#", first != "!" else { continue }
            var key = ""
            var value = ""
            var isValue = false
            var isEscaped = false
            for character in line {
                if isEscaped {
                    isEscaped = false
                    let plain: Character =
                        switch character {
                        case "n": "\n"
                        case "t": "\t"
                        case "r": "\r"
                        default: character
                        }
                    if isValue { value.append(plain) } else { key.append(plain) }
                } else if character == "\\" {
                    isEscaped = true
                } else if !isValue && (character == "=" || character == ":") {
                    isValue = true
                } else if isValue {
                    value.append(character)
                } else {
                    key.append(character)
                }
            }
            fields[key.trimmed] = String(value.drop { $0 == " " })
        }
        return fields
    }

    private static func escape(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if "=:#!\\".contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
