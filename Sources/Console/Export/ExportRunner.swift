import Cluster
import Glibc

/// Carries an export out: reads cut values again, writes the file, and says how many and where.
struct ExportRunner: Sendable {
    let cluster: any Cluster
    let home: String?

    /// Bytes asked for when a record is read whole; its batch comes whole whatever its size.
    private static let wholeBytes = 1 << 20

    /// Writes the file; answers what was written, in words.
    func run(_ job: ExportJob) async -> Result<String, ExportError> {
        do {
            let path = ExportFile.absolute(job.path, home: home, directory: Self.workingDirectory())
            let (bytes, what) = try await contents(job.contents, isTable: job.path.lowercased().hasSuffix(".csv"))
            try ExportFile.write(bytes, to: path, replacing: job.replaces)
            return .success("\(what) written to \(path)")
        } catch {
            return .failure(error)
        }
    }

    private func contents(
        _ contents: ExportJob.Contents, isTable: Bool
    ) async throws(ExportError) -> (bytes: [UInt8], what: String) {
        switch contents {
        case .table(let rows):
            let count = max(0, rows.count - 1)
            return (ExportText.csv(rows), count == 1 ? "1 row" : "\(Figures.grouped(Int64(count))) rows")
        case .records(let records):
            var bytes: [UInt8] = isTable ? ExportText.csv([ExportText.recordTitles]) : []
            for it in records {
                let record = try await whole(it)
                bytes += isTable ? ExportText.csv([ExportText.row(record)]) : ExportText.line(record)
            }
            let count = records.count
            return (bytes, count == 1 ? "1 record" : "\(Figures.grouped(Int64(count))) records")
        case .value(let it):
            let bytes = try await whole(it).record.value ?? []
            return (bytes, bytes.count == 1 ? "1 byte" : "\(Figures.grouped(Int64(bytes.count))) bytes")
        }
    }

    private func whole(_ it: ExportRecord) async throws(ExportError) -> ExportRecord {
        guard it.isCut else { return it }
        switch await Self.record(at: it.record.offset, of: it.place, from: cluster) {
        case .success(let record):
            var whole = it
            whole.record = record
            return whole
        case .failure(let error): throw .record(it.place, it.record.offset, "\(error)")
        }
    }

    /// Reads one record with all of its value.
    static func record(
        at offset: Int64, of place: TopicPartition, from cluster: any Cluster
    ) async -> Result<FetchedRecord, ClusterError> {
        let answers = await cluster.fetch(
            [FetchStart(place, from: offset)], limits: FetchLimits(maxRecords: 1, maxBytes: wholeBytes))
        switch answers[place] {
        case .failure(let error): return .failure(error)
        case .success(let fetched):
            guard let record = fetched.records.first, record.offset == offset else {
                return .failure(.unavailable("the record is gone"))
            }
            return .success(record)
        case nil: return .failure(.unavailable("no answer"))
        }
    }

    private static func workingDirectory() -> String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }
}
