import AlertRules
import CCodec
import Foundation
import WindowedMetrics

/// The steps that alert rules look back on, of one cluster, as a file in Weir's own folder, `rule-series-<cluster id>.weir`.
///
/// ```
/// 8   "WEIRRULE"
/// n   the cluster's id with its length in front; how many series; of each its name, its labels, and its steps: time and 8 bytes of value
/// 4   CRC-32C of all before, little endian
/// ```
///
/// One that cannot be understood is set aside as a whole: there is then no history before the restart.
struct RuleSeriesFile: Sendable {
    /// No file is larger, bytes: `RuleSeries.sampleLimit` values with their times, names and labels.
    private static let limit = 256 << 20
    private static let magic: [UInt8] = Array("WEIRRULE".utf8)

    /// Where it lies.
    var path: String { file.path }
    private let file: KeptRuleFile
    private let cluster: String

    /// The file of a cluster in a folder, which need not exist yet.
    init(folder: String, cluster: String) {
        self.cluster = cluster
        file = KeptRuleFile(
            "rule-series-\(FileNames.plain(cluster)).weir", in: folder, of: .series, limit: Self.limit)
    }

    /// Reads what is kept, times on the wall clock; nothing where there is no file.
    ///
    /// - Throws: `RuleStateError`; one that cannot be understood was set aside.
    func load() throws(RuleStateError) -> [KeptSteps] {
        try file.load { try Self.series(Array($0), cluster: cluster) } ?? []
    }

    /// Understands a file's bytes.
    ///
    /// - Throws: `PackedError` for bytes that are not what was written of this cluster.
    static func series(_ bytes: [UInt8], cluster: String) throws(PackedError) -> [KeptSteps] {
        guard bytes.count >= magic.count + 4, bytes.count <= limit else { throw .ended }
        guard bytes.starts(with: magic), Array(bytes.suffix(4)) == checksum(bytes.dropLast(4)) else { throw .malformed }
        var reader = PackedReader(Array(bytes[magic.count..<(bytes.count - 4)]))
        guard try reader.text() == cluster else { throw .malformed }
        var series: [KeptSteps] = []
        for _ in 0..<(try reader.count()) {
            let name = try reader.text()
            var labels: [String: String] = [:]
            for _ in 0..<(try reader.count()) {
                let label = try reader.text()
                labels[label] = try reader.text()
            }
            var steps: [KeptSteps.Step] = []
            for _ in 0..<(try reader.count()) {
                let time = try reader.signed()
                // Moved from one clock to another no time may overflow.
                guard abs(time / 2) < .max / 4 else { throw .malformed }
                steps.append(KeptSteps.Step(time: time, value: Double(bitPattern: try reader.fixed())))
            }
            series.append(KeptSteps(name: name, labels: LabelSet(labels), steps: steps))
        }
        return series
    }

    /// Writes steps in place of what was kept.
    ///
    /// - Throws: `RuleStateError.unwritable`; what stood there before stands there still.
    func save(_ series: [KeptSteps]) throws(RuleStateError) {
        try file.save { Data(Self.bytes(series, cluster: cluster)) }
    }

    /// A file's bytes.
    static func bytes(_ series: [KeptSteps], cluster: String) -> [UInt8] {
        var writer = PackedWriter()
        writer.text(cluster)
        writer.count(series.count)
        for one in series {
            writer.text(one.name)
            writer.count(one.labels.labels.count)
            for label in one.labels.labels {
                writer.text(label.name)
                writer.text(label.value)
            }
            writer.count(one.steps.count)
            for step in one.steps {
                writer.signed(step.time)
                writer.fixed(step.value.bitPattern)
            }
        }
        let body = magic + writer.bytes
        return body + checksum(body[...])
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let crc = bytes.withUnsafeBytes { ccodec_crc32c(0, $0.baseAddress, $0.count) }
        return (0..<4).map { UInt8(truncatingIfNeeded: crc >> ($0 * 8)) }
    }
}
