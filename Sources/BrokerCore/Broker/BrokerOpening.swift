import Cluster
import KafkaProtocol
import Logging
import NIOCore

/// What a broker's start knows before there are topics: the lock, who the directory belongs to, how the last run ended.
struct BrokerOpening: Sendable {
    var properties: MetaProperties
    var lock: DirectoryLock?
    var storage: any Storage
    var clock: any Clock
    var logger: Logger
    var hadCleanShutdown: Bool
    var notes: [String]

    /// Makes the directories, takes the lock, reads or writes `meta.properties`, takes the clean-shutdown marker away.
    static func prepare(
        _ configuration: BrokerConfiguration, storage: any Storage, clock: any Clock, logger: Logger
    ) throws(BrokerError) -> BrokerOpening {
        do throws(LogError) {
            try LogError.onDisk { () throws(StorageError) in
                for directory in [
                    configuration.dataDirectory, configuration.logDirectory, configuration.stateDirectory,
                ] {
                    try makeDirectories(directory, storage)
                }
            }
        } catch {
            throw .unusable("\(error)")
        }
        let lock = try takeLock(configuration, storage)
        do throws(LogError) {
            let (properties, isNew) = try identity(configuration, storage)
            if let wanted = configuration.nodeID, wanted != properties.nodeID {
                throw LogError.corruptFile(
                    "\(configuration.logDirectory)/\(MetaProperties.fileName)",
                    "it belongs to node \(properties.nodeID), and node.id is set to \(wanted)")
            }
            let wasClean = try CleanShutdownMarker.take(from: configuration.logDirectory, on: storage)
            return BrokerOpening(
                properties: properties, lock: lock, storage: storage, clock: clock, logger: logger,
                hadCleanShutdown: wasClean || isNew, notes: [])
        } catch {
            throw .unusable("\(error)")
        }
    }

    private static func takeLock(
        _ configuration: BrokerConfiguration, _ storage: any Storage
    ) throws(BrokerError) -> DirectoryLock? {
        // A simulated disk has no processes that could compete for it.
        guard storage is DiskStorage else { return nil }
        do throws(BrokerError) {
            return try DirectoryLock(directory: configuration.logDirectory)
        } catch {
            guard case .inUse(let directory, let processID, _) = error else { throw error }
            throw .inUse(
                directory: directory, processID: processID,
                listener: ListenerNote.listener(of: processID, in: configuration.stateDirectory, storage: storage))
        }
    }

    private static func identity(
        _ configuration: BrokerConfiguration, _ storage: any Storage
    ) throws(LogError) -> (MetaProperties, isNew: Bool) {
        let path = "\(configuration.logDirectory)/\(MetaProperties.fileName)"
        if let bytes = try LogError.onDisk({ () throws(StorageError) in try storage.readFile(path, limit: 1 << 20) }) {
            var properties = try MetaProperties(reading: bytes, path: path)
            if properties.directoryID == nil {
                // Directories of Kafka before 3.7 have no id; partitions need one to point to.
                properties.directoryID = "\(KafkaUUID.random())"
                try store(properties, path, storage)
            }
            return (properties, false)
        }
        let properties = MetaProperties(
            nodeID: configuration.nodeID ?? 1, clusterID: configuration.clusterID ?? "\(KafkaUUID.random())",
            directoryID: "\(KafkaUUID.random())")
        try store(properties, path, storage)
        return (properties, true)
    }

    private static func store(_ properties: MetaProperties, _ path: String, _ storage: any Storage) throws(LogError) {
        try LogError.onDisk { () throws(StorageError) in try storage.replaceFile(path, with: properties.bytes) }
    }

    /// Makes a directory and those above it, durably.
    private static func makeDirectories(_ path: String, _ storage: any Storage) throws(StorageError) {
        guard try storage.status(of: path) == nil else { return }
        let parent = parentDirectory(of: path)
        if parent != path, parent != ".", parent != "/" { try makeDirectories(parent, storage) }
        try storage.createDirectory(path)
        try storage.syncDirectory(parent)
    }
}
