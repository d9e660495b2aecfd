/// Shows what is in the files of a log, Weir's or Kafka's, without changing a byte: `weir log dump`.
///
/// Reads a log directory, a partition's directory, or single files, one batch after another: memory does not grow with
/// the directory. Nothing in the files is trusted; what is damaged is named and passed over.
///
/// ```swift
/// let summary = LogDump.run(paths: ["/data/log"], format: .text, output: { print($0, terminator: "") })
/// ```
package enum LogDump {
    /// How to show it.
    package enum Format: String, Sendable, CaseIterable {
        /// For people: files, batches, records, index entries, damage.
        case text
        /// A JSON object a record and line; the first record of a batch carries the batch.
        case records
        /// A JSON object a `.log` file and line, with every batch.
        case batches
        /// A JSON object an index or snapshot file and line, with every entry.
        case indexes
    }

    /// What was seen.
    package struct Summary: Sendable, Equatable {
        /// Files read.
        package var files = 0
        /// Whole batches, empty ones and those with a wrong checksum included.
        package var batches = 0
        /// Records that could be read.
        package var records = 0
        /// Damages named.
        package var damages = 0
    }

    /// Dumps paths one after another.
    ///
    /// - Parameters:
    ///   - paths: Log directories, partitions' directories or files.
    ///   - storage: Where they are.
    ///   - output: Takes the text in pieces that are not lines; line ends are in them.
    ///   - onDamage: Takes each damage where it is found; with ``Format/text`` it is in the output too.
    @discardableResult
    package static func run(
        paths: [String],
        format: Format,
        storage: any Storage = DiskStorage(descriptorLimit: 16),
        output: (String) -> Void,
        onDamage: (LogDamage) -> Void = { _ in }
    ) -> Summary {
        var summary = Summary()
        for path in paths {
            var problems: [LogDamage] = []
            var files: [DumpTarget] = []
            do throws(StorageError) {
                files = try DumpTarget.files(at: path, on: storage, onProblem: { problems.append($0) })
                if files.isEmpty && problems.isEmpty {
                    problems.append(LogDamage(path: path, reason: "there are no segment files in it"))
                }
            } catch {
                problems.append(LogDamage(path: path, reason: "\(error)"))
            }
            for problem in problems {
                summary.damages += 1
                onDamage(problem)
                if format == .text { output("! \(problem)\n") }
            }
            for file in files {
                dump(file, format: format, storage: storage, summary: &summary, output: output, onDamage: onDamage)
            }
        }
        return summary
    }

    private static func dump(
        _ target: DumpTarget,
        format: Format,
        storage: any Storage,
        summary: inout Summary,
        output: (String) -> Void,
        onDamage: (LogDamage) -> Void
    ) {
        let isLog = target.file.map { $0.kind == .log } ?? true
        switch format {
        case .records, .batches: guard isLog else { return }
        case .indexes: guard !isLog else { return }
        case .text: break
        }
        summary.files += 1
        var damages = 0
        func note(_ damage: LogDamage) {
            damages += 1
            onDamage(damage)
            if format == .text { output("  ! \(damage)\n") }
        }
        do throws(StorageError) {
            let file = try storage.open(target.path, .read)
            defer { file.close() }
            let size = try file.size()
            if isLog {
                var dump = LogFileDump(target: target, format: format, size: size)
                try dump.run(file, output: output, onDamage: note)
                summary.batches += dump.batches
                summary.records += dump.records
            } else {
                try IndexFileDump(target: target, format: format, storage: storage)
                    .run(file, size: size, output: output, onDamage: note)
            }
        } catch {
            note(LogDamage(path: target.path, reason: "\(error)"))
        }
        summary.damages += damages
    }
}
