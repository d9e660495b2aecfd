import KafkaProtocol
import NIOCore

/// Reading again after a crash, and repairing what a ``RecoveryPlan`` says.
extension LogLoader {
    /// Reads every segment that may not be whole, and repairs the files as ``RecoveryPlan`` says.
    mutating func recoverFiles() throws(StorageError) {
        let bases = files.keys.sorted()
        // From the segment that holds the last record known to be durable: its indexes may not have been written.
        var first = max(0, (bases.firstIndex { $0 > max(0, recoveryPoint - 1) } ?? bases.count) - 1)
        for copy in keptCopies {
            // A damaged file that is still as long as its copy was not yet cut: a crash came before.
            let size = try storage.status(of: path(copy.base))?.size
            guard try storage.status(of: "\(directory)/\(copy.name)")?.size == size else { continue }
            first = min(first, bases.firstIndex(of: copy.base) ?? first)
        }
        var scans: [SegmentScan] = []
        for index in bases.indices where index >= first {
            let path = path(bases[index])
            let file = try storage.open(path, .read)
            defer { file.close() }
            scans.append(
                try SegmentScan(
                    file,
                    baseOffset: bases[index],
                    size: try file.size(),
                    limit: index + 1 < bases.count ? bases[index + 1] : .max
                )
            )
            report.scannedSegments.append(bases[index])
            withoutIndexes.insert(bases[index])
        }
        let plan = RecoveryPlan(scans: scans, logStart: bases.first ?? logStartOffset)
        var copies: [Int64: String] = [:]
        for step in plan.steps { try carryOut(step, plan, &copies) }
        for gap in plan.gaps {
            report.quarantines.append(
                RecoveryReport.Quarantine(
                    file: fileName(of: path(gap.segment)),
                    keptAs: copies[gap.segment] ?? "",
                    firstLostOffset: gap.firstLostOffset,
                    nextOffset: gap.nextOffset,
                    bytes: gap.bytes
                )
            )
        }
    }

    mutating func carryOut(
        _ step: RecoveryPlan.Step,
        _ plan: RecoveryPlan,
        _ copies: inout [Int64: String]
    ) throws(StorageError) {
        switch step {
        case .keepCopy(let base):
            copies[base] = try keepCopy(of: base)
        case .extract(let base, let run):
            let target = SegmentFile(baseOffset: run.firstOffset, kind: .log)
            try copy(path(base), from: run.start, to: run.end, as: "\(directory)/\(target.name)")
            files[run.firstOffset] = [.log]
            withoutIndexes.insert(run.firstOffset)
        case .cut(let base, let position, let bytes, let isTail):
            try cut(base, to: position)
            if isTail { noteCut(of: base, at: position, bytes: bytes, plan) }
        case .trim(let base, let position, let zeros):
            try cut(base, to: position)
            // Where nothing is preallocated zeros were somebody's bytes.
            if !config.preallocate { noteCut(of: base, at: position, bytes: zeros, plan) }
        case .remove(let base):
            // Durable with the first flush, before anything behind it can be acknowledged.
            try removeSegmentFiles(base)
        }
    }

    private func cut(_ base: Int64, to position: Int64) throws(StorageError) {
        let file = try storage.open(path(base), .write)
        defer { file.close() }
        try file.truncate(to: position)
        try file.sync()
    }

    private mutating func noteCut(of base: Int64, at position: Int64, bytes: Int64, _ plan: RecoveryPlan) {
        report.cuts.append(
            RecoveryReport.Cut(
                file: fileName(of: path(base)), position: position, bytes: bytes, endOffset: plan.endOffset))
    }

    /// Gives a segment's `.log` file the first free `.corrupt` name.
    ///
    /// - Returns: That name.
    mutating func setAside(_ base: Int64) throws(StorageError) -> String {
        let source = path(base)
        var target = source + ".corrupt"
        var number = 1
        while try storage.status(of: target) != nil {
            number += 1
            target = "\(source).corrupt.\(number)"
        }
        try storage.rename(source, to: target)
        files[base]?.remove(.log)
        return fileName(of: target)
    }

    /// Copies a damaged file to the first free `.corrupt` name; one that an earlier try copied is taken again.
    func keepCopy(of base: Int64) throws(StorageError) -> String {
        let source = path(base)
        let size = try storage.status(of: source)?.size ?? 0
        var target = source + ".corrupt"
        var number = 1
        while let existing = try storage.status(of: target) {
            if existing.size == size { return fileName(of: target) }
            number += 1
            target = "\(source).corrupt.\(number)"
        }
        try copy(source, from: 0, to: size, as: target)
        return fileName(of: target)
    }

    /// Copies a part of a file to a new one, durably: it is there whole or not at all.
    func copy(_ source: String, from start: Int64, to end: Int64, as target: String) throws(StorageError) {
        let input = try storage.open(source, .read)
        defer { input.close() }
        let output = try storage.open(target + ".tmp", .replace)
        defer { output.close() }
        var position = start
        while position < end {
            var buffer = ByteBufferAllocator().buffer(capacity: 1 << 20)
            let got = try input.read(at: position, count: Int(min(1 << 20, end - position)), into: &buffer)
            guard got > 0 else { break }
            try output.write(buffer, at: position - start)
            position += Int64(got)
        }
        try output.sync()
        try output.rename(to: target)
        try storage.syncDirectory(directory)
    }
}
