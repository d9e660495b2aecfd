import Cluster
import Monitor
import Operations
import RecordFormats

/// Writing what is shown to a file: tables as CSV, the tail as JSON lines, a record's value byte for byte.
extension ConsoleState {
    /// True where there is something to write.
    var canExport: Bool { isTail ? tail?.selected != nil : focusedList.isList }

    /// Asks for a file's name and proposes one.
    mutating func beginExport() -> [Effect] {
        if isInspecting, let record = tail?.selected?.record, record.value == nil {
            say("a tombstone has no value to write", .warn)
            return []
        }
        var prompt = Prompt(.export)
        prompt.text = proposedName
        self.prompt = prompt
        return []
    }

    /// Writes what is shown to a path as typed.
    mutating func export(to typed: String) -> [Effect] {
        let path = typed.trimmingBlanks
        guard !path.isEmpty else {
            say("type the name of a file to write", .warn)
            return []
        }
        guard let contents = exportContents else {
            say("there is nothing left to write here", .warn)
            return []
        }
        return [.export(ExportJob(path: path, contents: contents))]
    }

    /// A key while it is asked what to do with a file that is there.
    mutating func overwriteKey(_ key: Key, _ job: ExportJob) -> [Effect] {
        switch key {
        case "o":
            dialog = nil
            var again = job
            again.replaces = true
            return [.export(again)]
        case "n":
            dialog = nil
            guard exportContents != nil else { return [] }
            var prompt = Prompt(.export)
            prompt.text = job.path
            self.prompt = prompt
        case .escape, "q": dialog = nil
        default: break
        }
        return []
    }

    /// Says where a file went, or asks about one that is there.
    mutating func exported(_ job: ExportJob, _ result: Result<String, ExportError>) {
        switch result {
        case .success(let text): say(text)
        case .failure(.exists(let path)):
            guard dialog == nil, prompt == nil else {
                say("\(path) exists; nothing was written", .warn)
                return
            }
            dialog = .overwrite(job)
        case .failure(let error): say("\(error)", .crit)
        }
    }

    /// What the focused box shows, all of it.
    private var exportContents: ExportJob.Contents? {
        guard isTail else { return shape(list).map { .table($0.rows(.exact)) } }
        guard let tail else { return nil }
        if isInspecting { return tail.selected.map { .value(exportRecord($0)) } }
        return .records(tail.visible.map { exportRecord($0) })
    }

    private func exportRecord(_ it: TailRecord) -> ExportRecord {
        let partitions = topic(it.place.topic)?.description.partitions
        let leader = partitions?.first { $0.partition == it.partition }?.leader
        return ExportRecord(place: it.place, broker: leader ?? -1, record: it.record)
    }

    /// `topics-20261121-140231Z.csv`, `orders-….jsonl`, `orders-0-25180856.json`.
    private var proposedName: String {
        if isInspecting, let tail, let it = tail.selected {
            let ending =
                switch ReadableValue(it.record.value) {
                case .json: "json"
                case .text, .empty, .null: "txt"
                case .binary: "bin"
                }
            return "\(Self.fileName(it.place.topic))-\(it.partition)-\(it.record.offset).\(ending)"
        }
        let zone = RFC3339.zone(settings.zone.offset(at: now)).replacing(":", with: "")
        let time = settings.zone.dateAndClock(now).filter { $0.isNumber || $0 == " " }.replacing(" ", with: "-")
        let stamp = time + zone
        if isTail, let tail {
            let lead = page == .search ? "search-" : ""
            return "\(lead)\(Self.fileName(tail.source.topics.joined(separator: "-")))-\(stamp).jsonl"
        }
        return "\(Self.fileName(subject(of: list)))-\(stamp).csv"
    }

    /// What the rows of a list are called: `topics`, `orders-partitions`.
    func subject(of list: ListID) -> String {
        let (page, box) = (list.page, list.box)
        return switch page {
        case .topic(let name): "\(name)-partitions"
        case .configuration(let name): "\(name)-configuration"
        case .compaction: box == 0 ? "compaction" : "compaction-runs"
        case .statistics(let name): box == 0 ? "\(name)-statistics" : "\(name)-keys"
        case .group(let id): id
        case .members(let id): box == 0 ? "\(id)-autopsy" : "\(id)-members"
        case .replay(let group, let topic): "\(group)-on-\(topic)"
        case .travel(let topic): "\(topic)-history"
        case .keyHistory(let place, let key): "\(place)-\(String(decoding: key.prefix(40), as: UTF8.self))"
        case .topics: box == 0 ? "topics" : "partitions"
        case .dashboard: pinned(box)?.id ?? DashboardScreen.boxes[min(box, 2)]
        case .queries: box == 0 ? "queries" : "sources"
        case .query(let id): box == 0 ? id : "\(id)-failures"
        case .statement: "answer"
        case .explanation(let statement): statement
        case .alerts: box == 0 ? "alerts" : "alert-history"
        case .alert(let name): "\(name)-history"
        case .broker: box == 1 ? "compactions" : isEmbedded ? "requests" : "brokers"
        case .connections: box == 0 ? "connections" : "listeners"
        case .transactions: "transactions"
        case .transaction(let id): "\(id)-partitions"
        case .producers(let place): "\(place)-producers"
        case .brokerConfiguration(let id): "broker-\(id)-configuration"
        case .act(let id): "act-\(id)"
        case .partitions, .groups, .tail, .search, .searches, .changes, .audit: page.crumb
        }
    }

    /// A name with only those characters that every shell and file system takes; at most 100.
    private static func fileName(_ text: String) -> String {
        String(text.prefix(100).map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" })
    }
}
