package import NIOCore

/// The `.kafka_cleanshutdown` file of a log directory: its logs were closed in order, so nothing needs recovery.
///
/// `{"version":0,"brokerEpoch":7}` without a newline. Taken away when the directory is opened, before anything is
/// written.
package struct CleanShutdownMarker: Sendable, Equatable {
    /// The file's name.
    package static let fileName = ".kafka_cleanshutdown"

    /// The broker's registration epoch when it stopped; -1 when unknown.
    package var brokerEpoch: Int64

    /// A marker.
    package init(brokerEpoch: Int64 = -1) { self.brokerEpoch = brokerEpoch }

    /// The file's bytes.
    package var bytes: ByteBuffer { ByteBuffer(string: "{\"version\":0,\"brokerEpoch\":\(brokerEpoch)}") }

    /// Puts the marker in place, durably.
    package func store(in directory: String, on storage: any Storage) throws(LogError) {
        try LogError.onDisk { () throws(StorageError) in
            try storage.replaceFile("\(directory)/\(Self.fileName)", with: bytes)
        }
    }

    /// Takes the marker away, durably, and says whether it was there.
    package static func take(from directory: String, on storage: any Storage) throws(LogError) -> Bool {
        try LogError.onDisk { () throws(StorageError) in
            let path = "\(directory)/\(fileName)"
            guard try storage.status(of: path) != nil else { return false }
            try storage.remove(path)
            try storage.syncDirectory(directory)
            return true
        }
    }
}
