import Cluster

/// Previews and ends of compaction runs, for people and as JSON. Kafka has no tool for this, so the columns are Weir's own.
enum CompactionRows {
    /// The previews as a table, with what holds records back and how figures were got below each row.
    static func table(_ previews: [CompactionPreview]) -> [String] {
        let titles = [
            "TOPIC-PARTITION", "RECORDS", "REMOVABLE", "BYTES", "REMOVABLE-BYTES", "KEYS", "TOMBSTONES-KEPT",
            "END-OFFSET",
        ]
        let rows = previews.map { preview in
            [
                "\(preview.topicPartition)", "\(preview.recordsBefore)", "\(preview.recordsRemoved)",
                "\(preview.bytesBefore)", "\(preview.bytesRemoved)", "\(preview.keysKept)",
                "\(preview.tombstonesKept)", "\(preview.endOffset)",
            ]
        }
        let widths = titles.indices.map { column in
            ([titles] + rows).map { $0[column].count }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            return String(padded.joined(separator: " ").reversed().drop { $0 == " " }.reversed())
        }
        return [line(titles)] + zip(previews, rows).flatMap { preview, row in [line(row)] + notes(preview) }
    }

    private static func notes(_ preview: CompactionPreview) -> [String] {
        let holds = preview.holds.map { hold in
            let amounts = [hold.records.map { "\($0) records" }, hold.bytes.map { "\($0) bytes" }].compactMap { $0 }
            return "  held back: \(hold.reason)" + (amounts.isEmpty ? "" : " (\(amounts.joined(separator: ", ")))")
        }
        let settings = preview.settings.map { setting in
            "  for a while: \(setting.name)=\(setting.temporary) instead of \(setting.original ?? "the default")"
        }
        return holds + (preview.estimate.map { ["  figures: \($0)"] } ?? []) + settings
    }

    /// A preview as JSON.
    static func json(_ preview: CompactionPreview) -> JSONValue {
        [
            "topic": .string(preview.topicPartition.topic),
            "partition": JSONValue(preview.topicPartition.partition),
            "records": JSONValue(preview.recordsBefore),
            "recordsRemovable": JSONValue(preview.recordsRemoved),
            "bytes": JSONValue(preview.bytesBefore),
            "bytesRemovable": JSONValue(preview.bytesRemoved),
            "keysKept": JSONValue(preview.keysKept),
            "tombstonesKept": JSONValue(preview.tombstonesKept),
            "endOffset": JSONValue(preview.endOffset),
            "estimate": JSONValue(preview.estimate),
            "holds": .array(
                preview.holds.map {
                    ["reason": .string($0.reason), "bytes": JSONValue($0.bytes), "records": JSONValue($0.records)]
                }),
            "settings": .array(
                preview.settings.map {
                    [
                        "name": .string($0.name), "original": JSONValue($0.original),
                        "temporary": .string($0.temporary),
                    ]
                }),
        ]
    }

    /// How a run stands or ended, in words.
    static func line(_ run: CompactionRun) -> String {
        "\(run.topicPartition): " + words(run)
    }

    private static func words(_ run: CompactionRun) -> String {
        let removed = "\(run.recordsRemoved) records and \(run.bytesRemoved) bytes removed"
        return switch run.phase {
        case .finished: "finished, \(removed)"
        case .stopped: "stopped, \(removed)"
        case .failed(let reason): "failed: \(reason)"
        case .restored: "the settings are as they were; what the cluster's cleaner did meanwhile cannot be observed"
        case .asked: "asked for by settings; whether the cluster's cleaner runs cannot be observed"
        case .restoring: "the settings are being put back"
        case .queued, .indexing, .copying: "running"
        }
    }

    /// A run as JSON.
    static func json(_ run: CompactionRun) -> JSONValue {
        [
            "topic": .string(run.topicPartition.topic),
            "partition": JSONValue(run.topicPartition.partition),
            "phase": .string(name(run.phase)),
            "active": .bool(run.isActive),
            "recordsRemoved": JSONValue(run.recordsRemoved),
            "bytesRemoved": JSONValue(run.bytesRemoved),
            "error": JSONValue(run.failure),
        ]
    }

    private static func name(_ phase: CompactionRun.Phase) -> String {
        if case .failed = phase { "failed" } else { "\(phase)" }
    }
}

extension CompactionRun {
    /// Why the run did not do its work; nil while it may still, and when it has.
    var failure: String? {
        switch phase {
        case .failed(let reason): reason
        case .stopped: "stopped by a user"
        default: nil
        }
    }
}
