import ArgumentParser
import Foundation
import Operations

/// Where offsets are to go: exactly one of Kafka's scenarios.
struct ResetTarget: ParsableArguments {
    @Flag(help: "To each log's first offset.")
    var toEarliest = false

    @Flag(help: "To each log's end.")
    var toLatest = false

    @Flag(help: "To where they are now; to the end where there is no commit.")
    var toCurrent = false

    @Option(parsing: .unconditional, help: "To one offset.")
    var toOffset: Int64?

    @Option(parsing: .unconditional, help: "So many records on, or back where negative.")
    var shiftBy: Int64?

    @Option(
        help: ArgumentHelp(
            "To the first record at or after a time, in UTC unless a zone follows; also 14:02, yesterday 14:00, -2h.",
            valueName: "YYYY-MM-DDTHH:mm:SS.sss"))
    var toDatetime: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("To the first record of so long ago.", valueName: "PnDTnHnMnS"))
    var byDuration: String?

    @Option(help: ArgumentHelp("To the offsets in a file.", valueName: "csv"), completion: .file())
    var fromFile: String?

    @Option(
        help: ArgumentHelp("To where an undo file says the group stood before a reset.", valueName: "file"),
        completion: .file())
    var undo: String?

    /// Whether a file says which partitions are meant.
    var namesPartitions: Bool { fromFile != nil || undo != nil }

    /// The largest file that is read.
    private static let maxFileBytes = 64 << 20

    func validate() throws {
        let given = [
            toEarliest, toLatest, toCurrent, toOffset != nil, shiftBy != nil, toDatetime != nil, byDuration != nil,
            fromFile != nil, undo != nil,
        ]
        guard given.count(where: { $0 }) == 1 else {
            throw ValidationError(
                "reset-offsets needs exactly one of --to-earliest, --to-latest, --to-current, --to-offset, --shift-by, "
                    + "--to-datetime, --by-duration, --from-file and --undo")
        }
        do throws(ResetError) {
            if let toDatetime { _ = try VerbTime.milliseconds(toDatetime) }
            if let byDuration { _ = try ResetTimes.duration(byDuration) }
        } catch {
            throw ValidationError("\(toDatetime == nil ? "--by-duration" : "--to-datetime"): \(error)")
        }
    }

    /// The scenario, as of now.
    ///
    /// - Parameters:
    ///   - onlyGroup: The group that a file without groups is for.
    ///   - clusterID: The cluster whose reset an undo file must be of.
    /// - Throws: `VerbFailure.usage` for a file that cannot be read.
    func scenario(onlyGroup: String?, clusterID: String) throws -> ResetScenario {
        if toEarliest { return .earliest }
        if toLatest { return .latest }
        if let toOffset { return .offset(toOffset) }
        if let shiftBy { return .shift(shiftBy) }
        if let toDatetime { return .time(try VerbTime.milliseconds(toDatetime)) }
        if let byDuration {
            let now = Int64(Date().timeIntervalSince1970 * 1000)
            return .back(try ResetTimes.duration(byDuration), from: now)
        }
        if let fromFile { return .file(try file(fromFile, onlyGroup)) }
        if let undo, let onlyGroup {
            // The path is made whole, so that it tells the cluster also where the file is named from its own folder.
            let path = URL(filePath: undo).standardizedFileURL.path
            do throws(UndoError) {
                return .undo(try UndoFolder.file(at: path, group: onlyGroup, cluster: clusterID))
            } catch {
                throw VerbFailure(.usage, "\(error)")
            }
        }
        return .current
    }

    private func file(_ path: String, _ onlyGroup: String?) throws(VerbFailure) -> ResetFile {
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            let data = try handle.read(upToCount: Self.maxFileBytes + 1) ?? Data()
            guard data.count <= Self.maxFileBytes else {
                throw VerbFailure(.usage, "\(path) has more than \(Self.maxFileBytes) bytes")
            }
            guard let text = String(validating: data, as: UTF8.self) else {
                throw VerbFailure(.usage, "\(path) is not UTF-8")
            }
            return try ResetFile(parsing: text, group: onlyGroup)
        } catch let error as VerbFailure {
            throw error
        } catch let error as ResetError {
            throw VerbFailure(.usage, "\(path), \(error)")
        } catch {
            throw VerbFailure(.usage, "\(path) cannot be read: \(error.localizedDescription)")
        }
    }
}
