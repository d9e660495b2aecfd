package import Cluster

/// A file to be written: where, what, and whether one that is there already may be replaced.
package struct ExportJob: Equatable, Sendable {
    /// What goes into the file.
    package enum Contents: Equatable, Sendable {
        /// A table: titles, then rows. Written as CSV (RFC 4180).
        case table([[String]])
        /// Records: one JSON object a line, as `kcat -J` prints them; in a file named `.csv`, a table.
        case records([ExportRecord])
        /// A record's value, byte for byte.
        case value(ExportRecord)
    }

    /// The path as typed: relative to the working directory; `~/` is the home directory.
    package var path: String
    /// What is written.
    package var contents: Contents
    /// True once it was asked whether a file that is there may be replaced.
    package var replaces = false

    /// A job.
    package init(path: String, contents: Contents) {
        self.path = path
        self.contents = contents
    }
}

/// A record as files have it.
package struct ExportRecord: Equatable, Sendable {
    /// Its partition.
    package var place: TopicPartition
    /// The partition's leader, -1 for unknown.
    package var broker: Int32
    /// The record; its value may be cut, and is then read again whole.
    package var record: FetchedRecord

    /// A record.
    package init(place: TopicPartition, broker: Int32, record: FetchedRecord) {
        self.place = place
        self.broker = broker
        self.record = record
    }

    /// True where the value is not all there.
    package var isCut: Bool { (record.value?.count ?? 0) < record.valueSize }
}

/// Why a file could not be written.
package enum ExportError: Error, Equatable, CustomStringConvertible {
    /// There is a file of that name.
    case exists(String)
    /// The file system refuses; says which path and why.
    case file(String, String)
    /// A record whose value was cut could not be read again.
    case record(TopicPartition, Int64, String)

    package var description: String {
        switch self {
        case .exists(let path): "\(path) exists"
        case .file(let path, let reason): "\(path) was not written: \(reason)"
        case .record(let place, let offset, let reason):
            "nothing was written: \(place) @ \(offset) could not be read whole: \(reason)"
        }
    }
}
