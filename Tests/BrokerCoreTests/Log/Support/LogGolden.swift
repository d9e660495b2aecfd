import BrokerCore
import Cluster
import Foundation
import NIOCore

/// The directories that a real Kafka 3.8.0 wrote. The whole set lies beside the package (or where `WEIR_GOLDEN` says);
/// a clean clone has a small part of it in `Tests/BrokerCoreTests/Golden`.
enum LogGolden {
    /// The folder of the cases, and whether it is the whole set.
    static let (root, isWhole): (String, Bool) = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["WEIR_GOLDEN"]
        let whole = (named ?? package.appendingPathComponent("../shared/golden").path) + "/disk"
        if FileManager.default.fileExists(atPath: whole) {
            print("golden log directories: \(whole)")
            return (whole, true)
        }
        let part = package.appendingPathComponent("Tests/BrokerCoreTests/Golden").path
        print("golden log directories: the part in \(part)")
        let nested = part + "/disk"
        return (FileManager.default.fileExists(atPath: nested) ? nested : part, false)
    }()

    static func directory(_ name: String) -> String { "\(root)/\(name)/log-dir" }

    /// The partitions of a case, without those of the metadata log.
    static func partitions(_ name: String) -> [TopicPartition] {
        let disk = DiskStorage(descriptorLimit: 64)
        return ((try? disk.list(directory(name))) ?? []).compactMap { entry in
            guard let dash = entry.lastIndex(of: "-"), let number = Int32(entry[entry.index(after: dash)...]),
                !entry.hasPrefix("__cluster_metadata")
            else { return nil }
            return TopicPartition(topic: String(entry[..<dash]), partition: number)
        }
    }

    /// The settings the topics of a case had, as its metadata log or README says.
    static func config(_ name: String, _ topic: String) -> LogConfig {
        var config = LogConfig()
        config.segmentIndexBytes = 4096
        config.retentionMs = -1
        switch topic {
        case "plain": (config.segmentBytes, config.indexIntervalBytes) = (8192, 512)
        case "append-time":
            (config.segmentBytes, config.indexIntervalBytes) = (8192, 512)
            config.messageTimestampType = .logAppendTime
        case let codec where codec.hasPrefix("codec-"): (config.segmentBytes, config.indexIntervalBytes) = (16384, 512)
        case "idem", "c1": (config.segmentBytes, config.indexIntervalBytes) = (4096, 256)
        case "tx", "cut", "ctx": (config.segmentBytes, config.indexIntervalBytes) = (2048, 256)
        case "latest-pid": (config.segmentBytes, config.indexIntervalBytes) = (1024, 512)
        case let latest where latest.hasPrefix("latest"): (config.segmentBytes, config.indexIntervalBytes) = (4096, 512)
        case let inner where inner.hasPrefix("__"): config.segmentBytes = name.hasPrefix("groups") ? 8192 : 104_857_600
        default: break
        }
        return config
    }

    /// The offsets that Kafka answered with when it ran, by partition: start, high watermark, last stable.
    static func offsets(_ name: String) throws -> [TopicPartition: (start: Int64, high: Int64, stable: Int64)] {
        struct Expected: Decodable {
            struct Offsets: Decodable {
                var topic: String
                var partition: Int32
                var logStartOffset: Int64
                var highWatermark: Int64
                var lastStableOffset: Int64
            }
            var offsets: [Offsets]?
        }
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(name)/expected.json"))
        var found: [TopicPartition: (start: Int64, high: Int64, stable: Int64)] = [:]
        for entry in try JSONDecoder().decode(Expected.self, from: data).offsets ?? [] {
            found[TopicPartition(topic: entry.topic, partition: entry.partition)] =
                (entry.logStartOffset, entry.highWatermark, entry.lastStableOffset)
        }
        return found
    }

    /// A checkpoint of a case's log directory.
    static func checkpoint(_ name: String, _ file: OffsetCheckpoint.Name) throws -> [TopicPartition: Int64] {
        try OffsetCheckpoint.load(file, from: directory(name), on: DiskStorage(descriptorLimit: 64)).offsets
    }

    /// The `.log` bytes of a partition's segments, in order.
    static func logBytes(_ directory: String) throws -> ByteBuffer {
        let disk = DiskStorage(descriptorLimit: 64)
        var all = ByteBuffer()
        for file in try disk.list(directory) where file.hasSuffix(".log") {
            if let bytes = try disk.readFile("\(directory)/\(file)") { all.writeImmutableBuffer(bytes) }
        }
        return all
    }
}
