import Cluster

/// A file to dump: how to reach it, and what its names say about it.
struct DumpTarget {
    /// The path to open.
    var path: String
    /// `<partition directory>/<name>`, as output names it.
    var label: String
    /// What the name says the file is; nil for other files, taken for batches.
    var file: SegmentFile?
    /// The partition, by the directory's name.
    var partition: TopicPartition

    /// The offset in the name, or 0.
    var baseOffset: Int64 { file?.baseOffset ?? 0 }

    /// A file in a directory.
    init(path: String) {
        self.path = path
        let name = fileName(of: path)
        let directory = fileName(of: parentDirectory(of: path))
        label = directory == "." ? name : "\(directory)/\(name)"
        file = SegmentFile(name: name)
        partition = Self.partition(ofDirectory: directory) ?? TopicPartition(topic: directory, partition: 0)
    }

    /// The files of a path: itself, or the segment files in a partition's directory, or those of all partitions in a
    /// log directory, by topic, partition, offset and kind.
    static func files(
        at path: String,
        on storage: any Storage,
        onProblem: (LogDamage) -> Void
    ) throws(StorageError) -> [DumpTarget] {
        let path = path.utf8.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard let status = try storage.status(of: path) else {
            onProblem(LogDamage(path: path, reason: "there is no such file or directory"))
            return []
        }
        guard status.isDirectory else { return [DumpTarget(path: path)] }
        let own = try segmentFiles(in: path, on: storage)
        if !own.isEmpty { return own }
        var partitions: [(TopicPartition, String)] = []
        for name in try storage.list(path) {
            guard let partition = partition(ofDirectory: name) else { continue }
            let directory = "\(path)/\(name)"
            if try storage.status(of: directory)?.isDirectory == true { partitions.append((partition, directory)) }
        }
        partitions.sort { $0.0 == $1.0 ? $0.1 < $1.1 : $0.0 < $1.0 }
        var files: [DumpTarget] = []
        for (_, directory) in partitions { files += try segmentFiles(in: directory, on: storage) }
        return files
    }

    private static func segmentFiles(in directory: String, on storage: any Storage) throws(StorageError) -> [DumpTarget]
    {
        // Names of equal length: sorted as text they are sorted by offset, then by kind.
        try storage.list(directory).filter { SegmentFile(name: $0)?.stage == nil && SegmentFile(name: $0) != nil }
            .map { DumpTarget(path: "\(directory)/\($0)") }
    }

    /// The partition that a directory's name tells: `topic-3`, or `topic-3.<hex>-delete` and the like.
    private static func partition(ofDirectory name: String) -> TopicPartition? {
        var name = name[...]
        for suffix in ["-delete", "-future", "-stray"] where name.hasSuffix(suffix) {
            guard let dot = name.lastIndex(of: ".") else { return nil }
            name = name[..<dot]
        }
        guard let dash = name.lastIndex(of: "-"), dash != name.startIndex,
            let partition = Int32(name[name.index(after: dash)...]), partition >= 0
        else { return nil }
        return TopicPartition(topic: String(name[..<dash]), partition: partition)
    }
}
