package import Cluster
import Glibc

/// The undo files of resets in Weir's own directory: `<state>/undo/<cluster id>/<group>/<time>Z.csv`, on disk before a reset begins.
///
/// Of each group the newest `keptCount` stay, and all that are younger than `keptFor`; each reset takes the others away.
package struct UndoFolder: Sendable {
    /// No file with more bytes is read.
    package static let maxBytes = 64 << 20
    /// So many files of a group stay, however old they are.
    package static let keptCount = 100
    /// Files younger than this stay, however many there are, milliseconds.
    package static let keptFor: Int64 = 30 * 86_400_000
    private static let after = ".after.csv"

    private let root: String?

    /// The undo files below Weir's own directory; nil for none, then nothing can be written.
    package init(stateDirectory: String?) { root = stateDirectory.map { "\($0)/undo" } }

    /// Writes what takes a reset back. Durable when it returns: both files and their directories are synced. Files of the group that are
    /// neither among the newest nor young are gone then.
    ///
    /// - Parameters:
    ///   - now: The time in its name, wall milliseconds; a later one where that is taken.
    /// - Throws: `UndoError.nowhere`, `.file`.
    package func write(
        group: String, cluster: String, now: Int64, before: [TopicPartition: Int64], after: [TopicPartition: Int64]
    ) throws(UndoError) -> UndoFile {
        let folder = try make(cluster: cluster, group: group)
        var time = now
        while access(Self.path(folder, time), F_OK) == 0 { time += 1 }
        let path = Self.path(folder, time)
        // The file that undo looks for comes last: where it stands, the other one stands too.
        try Self.write(ResetFile([group: after]), to: String(path.dropLast(4)) + Self.after)
        try Self.write(ResetFile([group: before]), to: path)
        try Self.sync(folder)
        Self.prune(folder, now: time)
        return UndoFile(group: group, writtenAt: time, path: path, before: before, after: after)
    }

    /// Takes away the files of a reset that changed nothing.
    package func remove(_ file: UndoFile) { Self.remove(file.path) }

    /// What takes the newest reset of a group back.
    ///
    /// - Throws: `UndoError`; `.none` where there is no file.
    package func newest(group: String, cluster: String) throws(UndoError) -> UndoFile {
        guard let root else { throw .nowhere }
        let folder = Self.folder(root, cluster, group)
        guard let name = Self.resets(in: folder).max() else { throw .none(group: group) }
        return try Self.file(at: "\(folder)/\(name)", group: group, cluster: cluster)
    }

    /// What takes a reset back, from a file of any undo folder.
    ///
    /// - Throws: `UndoError`; `.otherCluster` where the file lies among those of another cluster, `.notUndo` where it has no such name.
    package static func file(at path: String, group: String, cluster: String) throws(UndoError) -> UndoFile {
        let parts = path.split(separator: "/")
        guard let name = parts.last, let writtenAt = time(of: String(name)) else { throw .notUndo(path: path) }
        if parts.count >= 3, parts[parts.count - 3] != safe(cluster) {
            throw .otherCluster(path: path, cluster: cluster)
        }
        // Either may be empty: a reset may have made the first commits, or taken the last ones away.
        let before = try read(path, group: group, mayBeEmpty: true)
        let after = try read(String(path.dropLast(4)) + Self.after, group: group, mayBeEmpty: true)
        guard !before.isEmpty || !after.isEmpty else { throw .otherGroup(path: path, group: group) }
        return UndoFile(group: group, writtenAt: writtenAt, path: path, before: before, after: after)
    }

    /// Reads the offsets a CSV file names for a group, in either form of `ResetFile`.
    ///
    /// - Throws: `UndoError.file`, `.content`, `.otherGroup`.
    package static func read(
        _ path: String, group: String, mayBeEmpty: Bool = false
    ) throws(UndoError) -> [TopicPartition: Int64] {
        let text = try text(of: path)
        let file: ResetFile
        do throws(ResetError) {
            file = try ResetFile(parsing: text, group: group)
        } catch {
            throw .content(path: path, error)
        }
        guard let offsets = file.offsets[group] ?? (mayBeEmpty && file.offsets.isEmpty ? [:] : nil) else {
            throw .otherGroup(path: path, group: group)
        }
        return offsets
    }
}

extension UndoFolder {
    /// `20261121T140231.685Z.csv`: names in the order of time.
    private static func path(_ folder: String, _ time: Int64) -> String {
        let text = RFC3339.text(time).filter { $0 != "-" && $0 != ":" }
        return "\(folder)/\(text).csv"
    }

    /// The files of offsets before a reset, by name and in no order.
    private static func resets(in folder: String) -> [String] { names(in: folder).filter { time(of: $0) != nil } }

    /// Takes away what is neither young nor among the newest. A file that cannot be taken away harms nobody; the next reset tries again.
    private static func prune(_ folder: String, now: Int64) {
        for name in resets(in: folder).sorted(by: >).dropFirst(keptCount) {
            guard let time = time(of: name), now - time > keptFor else { continue }
            remove("\(folder)/\(name)")
        }
    }

    /// The file that undo looks for goes first: where it stands, the other one stands too.
    private static func remove(_ path: String) {
        unlink(path)
        unlink(String(path.dropLast(4)) + after)
    }

    /// The time in a file's name; nil for another file.
    private static func time(of name: String) -> Int64? {
        guard name.hasSuffix("Z.csv") else { return nil }
        let figures = Array(name.dropLast(4))
        guard figures.count == 20, figures[8] == "T", figures[15] == ".", figures[19] == "Z" else { return nil }
        let text =
            "\(String(figures[0..<4]))-\(String(figures[4..<6]))-\(String(figures[6..<8]))"
            + "T\(String(figures[9..<11])):\(String(figures[11..<13])):\(String(figures[13..<20]))"
        return try? ResetTimes.time(text)
    }

    /// A name that a file system takes, whatever the id; long ones are told apart by a sum over all of it.
    private static func safe(_ id: String) -> String {
        var name = ""
        for byte in id.utf8.prefix(80) {
            let scalar = Unicode.Scalar(byte)
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            name += isPlain || scalar == "-" || scalar == "_" ? String(scalar) : "%" + String(byte, radix: 16)
        }
        guard id.utf8.count > 80 else { return name.isEmpty ? "unnamed" : name }
        let sum = id.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(name.prefix(80)) + "-" + String(sum, radix: 16)
    }

    private static func folder(_ root: String, _ cluster: String, _ group: String) -> String {
        "\(root)/\(safe(cluster))/\(safe(group))"
    }

    private func make(cluster: String, group: String) throws(UndoError) -> String {
        guard let root else { throw .nowhere }
        let folder = Self.folder(root, cluster, group)
        var made: [Substring] = []
        let ends = folder.indices.dropFirst().filter { folder[$0] == "/" } + [folder.endIndex]
        for end in ends where mkdir(String(folder[..<end]), 0o700) == 0 { made.append(folder[..<end]) }
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw Self.failure("cannot be made", folder)
        }
        // A directory that was just made is durable once the one above it is synced.
        for path in made { try Self.sync("\(path)/..") }
        return folder
    }

    private static func write(_ file: ResetFile, to path: String) throws(UndoError) {
        let draft = path + ".new"
        let descriptor = open(draft, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be written", path) }
        defer { close(descriptor) }
        let bytes = Array(file.text(namesGroups: true).utf8)
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { throw failure("cannot be written", path) }
            start += max(0, count)
        }
        guard fsync(descriptor) == 0, rename(draft, path) == 0 else {
            let error = failure("cannot be written", path)
            unlink(draft)
            throw error
        }
    }

    private static func sync(_ folder: String) throws(UndoError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be synced", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("cannot be synced", folder) }
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            names.append(name)
        }
        return names
    }

    private static func text(of path: String) throws(UndoError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be read", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { break }
            guard count > 0 || errno == EINTR else { throw failure("cannot be read", path) }
            bytes += buffer.prefix(max(0, count))
            guard bytes.count <= maxBytes else {
                throw .file("cannot be read", path: path, reason: "it has more than \(maxBytes) bytes")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .file("cannot be read", path: path, reason: "it is not UTF-8")
        }
        return text
    }

    private static func failure(_ what: String, _ path: String) -> UndoError {
        .file(what, path: path, reason: String(cString: strerror(errno)))
    }
}
