import CCodec
import Glibc
import WindowedMetrics

/// A cluster's timeline as a file, `timeline-<cluster id>.weir`, so that it outlives the process.
///
/// ```
/// 8   "WEIRTIME"
/// n   the cluster's id with its length in front, then what TimelineHistory writes
/// 4   CRC-32C of all before, little endian
/// ```
///
/// A file is replaced whole or not at all: written beside, synced, renamed, the folder synced. One that cannot be understood is set aside.
package struct TimelineFile: Sendable {
    /// No file is larger, bytes: what is kept stays below `TimelineHistory.byteLimit`, names and facts come on top.
    private static let limit = 512 << 20
    private static let magic: [UInt8] = Array("WEIRTIME".utf8)
    /// Bytes written at once.
    private static let piece = 1 << 20

    /// Where it lies.
    package let path: String
    private let folder: String
    private let cluster: String

    /// The file of a cluster in a folder, which need not exist yet.
    package init(folder: String, cluster: String) {
        self.folder = folder
        self.cluster = cluster
        path = "\(folder)/timeline-\(FileNames.plain(cluster)).weir"
    }

    /// Reads what is kept; nil where there is no file.
    ///
    /// - Throws: `TimelineFileError.damaged` for one that cannot be understood: it was set aside. `.unreadable` for one that cannot be read.
    func load() throws(TimelineFileError) -> TimelineHistory? {
        guard let bytes = try read() else { return nil }
        do {
            return try Self.history(bytes, cluster: cluster)
        } catch {
            throw .damaged(path: path, reason: error.description, aside: setAside())
        }
    }

    /// Reads a file's bytes; at most `limit`, whatever its size says.
    private func read() throws(TimelineFileError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw .unreadable(path: path, reason: Self.reason())
        }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(path: path, reason: "it is not a file")
        }
        guard facts.st_size <= Self.limit else {
            throw .damaged(path: path, reason: "it is larger than a timeline is", aside: setAside())
        }
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(facts.st_size)) { buffer, count in
            while count < buffer.count, let base = buffer.baseAddress {
                let got = Glibc.read(file, base + count, buffer.count - count)
                if got < 0, errno == EINTR { continue }
                failed = got < 0
                guard got > 0 else { break }
                count += got
            }
        }
        if failed { throw .unreadable(path: path, reason: Self.reason()) }
        return bytes
    }

    /// Understands a file's bytes.
    ///
    /// - Throws: `PackedError` for bytes that are no timeline of the cluster.
    static func history(_ bytes: [UInt8], cluster: String) throws(PackedError) -> TimelineHistory {
        guard bytes.count >= magic.count + 4 else { throw .ended }
        guard Array(bytes.prefix(magic.count)) == magic else { throw .malformed }
        let body = Array(bytes[magic.count..<(bytes.count - 4)])
        var crc: UInt32 = 0
        for byte in bytes.suffix(4).reversed() { crc = crc << 8 | UInt32(byte) }
        guard crc == bytes.dropLast(4).withUnsafeBytes({ ccodec_crc32c(0, $0.baseAddress, $0.count) }) else {
            throw .malformed
        }
        var reader = PackedReader(body)
        guard try reader.text() == cluster else { throw .malformed }
        return try TimelineHistory(from: &reader)
    }

    /// Writes a timeline in place of what was kept.
    ///
    /// - Returns: How many bytes it takes.
    /// - Throws: `TimelineFileError.unwritable`; what stood there before stands there still.
    func save(_ history: TimelineHistory) throws(TimelineFileError) -> Int {
        let beside = "\(path).\(getpid()).new"
        do {
            try makeFolder()
            let size = try write(history, to: beside)
            guard rename(beside, path) == 0 else { throw Failure(reason: Self.reason()) }
            try syncFolder()
            return size
        } catch {
            unlink(beside)
            throw .unwritable(path: path, reason: (error as? Failure)?.reason ?? "\(error)")
        }
    }

    /// Why a call of the system failed.
    private struct Failure: Error {
        var reason: String
    }

    private func write(_ history: TimelineHistory, to beside: String) throws -> Int {
        let file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw Failure(reason: Self.reason()) }
        defer { close(file) }
        var crc: UInt32 = 0
        var size = 0
        func put(_ bytes: [UInt8]) throws {
            crc = bytes.withUnsafeBytes { ccodec_crc32c(crc, $0.baseAddress, $0.count) }
            size += bytes.count
            try Self.writeAll(bytes, to: file)
        }
        try put(Self.magic)
        var writer = PackedWriter()
        writer.text(cluster)
        try history.write(into: &writer) { writer in
            guard writer.bytes.count >= Self.piece else { return }
            try put(writer.bytes)
            writer.removeAll()
        }
        try put(writer.bytes)
        try Self.writeAll((0..<4).map { UInt8(truncatingIfNeeded: crc >> ($0 * 8)) }, to: file)
        guard fsync(file) == 0 else { throw Failure(reason: Self.reason()) }
        return size + 4
    }

    private static func writeAll(_ bytes: [UInt8], to file: Int32) throws {
        var done = 0
        try bytes.withUnsafeBytes { buffer in
            while done < buffer.count, let base = buffer.baseAddress {
                let put = Glibc.write(file, base + done, buffer.count - done)
                if put < 0, errno == EINTR { continue }
                guard put > 0 else { throw Failure(reason: reason()) }
                done += put
            }
        }
    }

    /// Makes the folder and those above it where they are missing.
    private func makeFolder() throws {
        var path = folder.hasPrefix("/") ? "" : "."
        for part in folder.split(separator: "/") {
            path += "/\(part)"
            guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw Failure(reason: Self.reason()) }
        }
    }

    private func syncFolder() throws {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw Failure(reason: Self.reason()) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw Failure(reason: Self.reason()) }
    }

    /// Renames a file that cannot be understood; answers its new name, nil where that failed.
    private func setAside() -> String? {
        for number in 1..<100 {
            let aside = "\(path).damaged-\(number)"
            // A link, unlike a rename, never replaces what is there.
            if link(path, aside) == 0 { return unlink(path) == 0 ? aside : nil }
            guard errno == EEXIST else { return nil }
        }
        return nil
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}

/// Why a timeline is not kept over a restart.
package enum TimelineFileError: Error, Equatable, CustomStringConvertible {
    /// There is a file, and it is not understood; it was set aside, unless that failed too.
    case damaged(path: String, reason: String, aside: String?)
    /// There is a file that cannot be read; it stays.
    case unreadable(path: String, reason: String)
    /// It cannot be written; what was kept before stays.
    case unwritable(path: String, reason: String)

    package var description: String {
        switch self {
        case .damaged(let path, let reason, let aside):
            "the kept history is damaged (\(reason)) and begins anew"
                + (aside.map { "; it is now \($0)" } ?? ": \(path)")
        case .unreadable(let path, let reason): "the kept history cannot be read: \(reason): \(path)"
        case .unwritable(let path, let reason): "the history ends with this session: \(reason): \(path)"
        }
    }
}

/// Names of files made from names of other things.
package enum FileNames {
    /// A name of letters, digits, `-` and `_`; other bytes as `%` and their number in hexadecimal. At most 100 bytes of it count.
    package static func plain(_ name: String) -> String {
        var plain = ""
        for byte in name.utf8.prefix(100) {
            let scalar = Unicode.Scalar(byte)
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            plain += isPlain || scalar == "-" || scalar == "_" ? String(scalar) : "%" + String(byte, radix: 16)
        }
        return plain
    }
}
