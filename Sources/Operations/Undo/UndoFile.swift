package import Cluster

/// What takes a reset back: where a group stood before it, and where the reset put it.
///
/// On disk two CSV files of `ResetFile`'s form for several groups: `<time>Z.csv` with the offsets before, which
/// `reset-offsets --from-file` takes, and `<time>Z.after.csv` with the offsets committed. A partition that stands only in the
/// second had no commit before.
package struct UndoFile: Sendable, Equatable {
    /// The group.
    package var group: String
    /// When the reset was made, wall milliseconds.
    package var writtenAt: Int64
    /// The path of the file with the offsets before.
    package var path: String
    /// The commits before, by partition.
    package var before: [TopicPartition: Int64]
    /// The commits that the reset made.
    package var after: [TopicPartition: Int64]

    /// What takes a reset back.
    package init(
        group: String, writtenAt: Int64, path: String, before: [TopicPartition: Int64], after: [TopicPartition: Int64]
    ) {
        self.group = group
        self.writtenAt = writtenAt
        self.path = path
        self.before = before
        self.after = after
    }

    /// Partitions that had no commit before the reset, ascending.
    package var uncommitted: [TopicPartition] { after.keys.filter { before[$0] == nil }.sorted() }

    /// Partitions whose commits are no longer those that the reset made, ascending: somebody read on, or moved them again.
    package func moved(from commits: [TopicPartition: Int64]) -> [TopicPartition] {
        after.filter { commits[$0.key] != $0.value }.keys.sorted()
    }
}

/// Why an undo file could not be written or read.
package enum UndoError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No directory was given to keep undo files in.
    case nowhere
    /// The file system refuses; says what, where and why.
    case file(String, path: String, reason: String)
    /// The file is not what it should be.
    case content(path: String, ResetError)
    /// The file says nothing of the group.
    case otherGroup(path: String, group: String)
    /// The file lies among those of another cluster.
    case otherCluster(path: String, cluster: String)
    /// The file has not the name of an undo file, which tells when the reset was made.
    case notUndo(path: String)
    /// There is none.
    case none(group: String)

    package var description: String {
        switch self {
        case .nowhere: "there is no directory of Weir's own to keep an undo file in"
        case .file(let what, let path, let reason): "\(path) \(what): \(reason)"
        case .content(let path, let error): "\(path), \(error)"
        case .otherGroup(let path, let group): "\(path) says nothing of \(group)"
        case .otherCluster(let path, let cluster):
            "\(path) is of a reset on another cluster; this one is \(cluster)"
        case .notUndo(let path):
            "\(path) is no undo file; those have names as 20261121T140231.685Z.csv, and any CSV goes with --from-file"
        case .none(let group): "no reset of \(group) was made from here that could be undone"
        }
    }
}
