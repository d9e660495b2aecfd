import Cluster
import Monitor
package import Operations

/// What is to be purged: what lies before a bound in some partitions of a topic.
package struct PurgeRequest: Equatable, Sendable {
    /// The topic.
    package var topic: String
    /// The partitions; nil for all.
    package var partitions: [Int32]?
    /// What lies before it goes.
    package var bound: ScanBound
    /// The bound in words: `before offset 1,000`.
    package var words: String
}

/// Deleting records from the starts of logs, after a look at what that takes away.
extension ConsoleState {
    private static let everything = "everything there is now"
    private static let byOffset = "records before an offset"
    private static let byTime = "records before a time"

    /// Asks what is to be purged of the selected topic.
    mutating func beginPurge() -> [Effect] {
        guard let name = selectedTopic, let it = topic(name) else { return [] }
        guard !it.description.isInternal else {
            say("\(name) is Kafka's own: it is not purged from here", .warn)
            return []
        }
        guard it.description.retention.isDeleted else {
            say("\(name) has cleanup.policy=compact: Kafka purges only topics with delete in it", .warn)
            return []
        }
        let count = it.description.partitions.count
        let chosen = selectedPartition.map { "\($0.partition)" } ?? ""
        var form = Form(
            .purge(topic: name), title: "purge \(name)", verb: "preview",
            lead: ["Moves log starts up; what lies before is gone for good. A preview comes first."],
            fields: [
                Form.Field("before", "what goes", .choice([Self.byTime, Self.byOffset, Self.everything])),
                Form.Field("at", "time or offset", hint: "14:02, yesterday 14:00, -2h; or 25180800"),
                Form.Field(
                    "partitions", "partitions", text: count > 1 ? chosen : "",
                    hint: count == 1 ? "the one there is" : "all \(count); or 0,2,5-7"),
            ])
        form.preview = purgePreview(form)
        dialog = .form(form)
        return []
    }

    /// Shows which moment a typed time means.
    mutating func purgeFormChanged(_ open: Form) -> [Effect] {
        var form = open
        form.preview = purgePreview(form)
        dialog = .form(form)
        return []
    }

    private func purgePreview(_ form: Form) -> [String] {
        switch form["before"] {
        case Self.byTime where form["at"].isEmpty: return ["a time is \(TypedTimeError.forms)"]
        case Self.byTime:
            let note = timeNote(form["at"])
            return [note.isGood ? "before \(note.text)" : "▲ \(note.text)"]
        default: return [""]
        }
    }

    /// Has it worked out what a purge would take away.
    mutating func submitPurge(_ form: Form, topic name: String) -> [Effect] {
        guard let description = topic(name)?.description else { return refuse(form, "there is no topic \(name) now") }
        var request = PurgeRequest(topic: name, partitions: nil, bound: .end, words: Self.everything)
        switch form["before"] {
        case Self.byOffset:
            guard let offset = Int64(form["at"].filter { $0 != "," }), offset >= 0 else {
                return refuse(form, "an offset is a number from 0 on")
            }
            request.bound = .offset(offset)
            request.words = "records before offset \(Figures.grouped(offset))"
        case Self.byTime:
            do {
                let moment = max(0, try settings.zone.parse(form["at"], now: now).milliseconds)
                request.bound = .time(moment)
                request.words = "records before \(settings.zone.dateAndClock(moment)) \(settings.zone.name(at: moment))"
            } catch {
                return refuse(form, "\(error)")
            }
        default: break
        }
        if !form["partitions"].isEmpty {
            guard let numbers = PartitionList.read(form["partitions"]) else {
                return refuse(form, "partitions: write 0,2,5-7, or nothing for all")
            }
            let known = Set(description.partitions.map(\.partition))
            if let unknown = numbers.first(where: { !known.contains($0) }) {
                return refuse(form, "\(name) has no partition \(unknown)")
            }
            request.partitions = numbers
        }
        var preview = ActPreview(title: "purge \(name)", verb: "purge…", lines: [ActPreview.Line(request.words)])
        preview.isLoading = true
        preview.ticket = nextTicket()
        dialog = .act(preview)
        return [.planPurge(request, ticket: preview.ticket)]
    }

    /// Shows what a purge would take away, if that is still asked.
    mutating func purgePlanned(
        ticket: Int, _ request: PurgeRequest, _ result: Result<PurgePlan, ClusterError>
    ) -> [Effect] {
        guard case .act(var preview) = dialog, preview.ticket == ticket, preview.isLoading else { return [] }
        preview.isLoading = false
        switch result {
        case .failure(let error): preview.lines.append(ActPreview.Line("▲ \(error)", .crit))
        case .success(let plan): fill(&preview, with: plan, request)
        }
        dialog = .act(preview)
        return []
    }

    private func fill(_ preview: inout ActPreview, with plan: PurgePlan, _ request: PurgeRequest) {
        for row in plan.rows { if let problem = row.problem { preview.lines.append(.init("▲ \(problem)", .warn)) } }
        guard plan.records > 0 else {
            preview.lines.append(.init("No record lies before that; there is nothing to purge."))
            return
        }
        for (id, count) in unread(before: plan) {
            preview.lines.append(.init("▲ \(id) has not read \(Figures.grouped(count)) of them", .crit))
        }
        func bytes(_ count: Int64?, _ isEstimated: Bool) -> String {
            count.map { (isEstimated ? "≈" : "") + Figures.bytes($0) } ?? "?"
        }
        preview.table = [["PARTITION", "STARTS AT", "WOULD START AT", "RECORDS ≤", "BYTES", "LEFT ≤"]]
        for row in plan.rows where row.problem == nil {
            preview.table.append([
                "\(row.topicPartition.partition)", Figures.grouped(row.logStart), Figures.grouped(row.newStart),
                Figures.grouped(row.records), bytes(row.bytes, row.isEstimated),
                Figures.grouped(row.end - row.newStart),
            ])
        }
        preview.table.append([
            "all", "", "", Figures.grouped(plan.records), bytes(plan.bytes, plan.isEstimated),
            Figures.grouped(plan.rows.reduce(0) { $0 &+ ($1.end &- $1.newStart) }),
        ])
        preview.deed = Deed(
            request.topic, words: "purge these records", .destructive,
            effects: [.act(.deleteRecords(topic: request.topic, plan.offsets))])
    }

    /// How many records that go each group has not read yet, most first.
    private func unread(before plan: PurgePlan) -> [(id: String, count: Int64)] {
        let rows = Dictionary(plan.rows.map { ($0.topicPartition, $0) }) { first, _ in first }
        return snapshot.groups.compactMap { group in
            let count = group.partitions.reduce(Int64(0)) { sum, it in
                guard let row = rows[it.topicPartition], let commit = it.commit?.offset else { return sum }
                return sum &+ max(0, row.newStart - max(commit, row.logStart))
            }
            return count > 0 ? (group.description.groupID, count) : nil
        }.sorted { ($1.count, $0.id) < ($0.count, $1.id) }
    }
}

/// `0,2,5-7` as a person types partitions.
enum PartitionList {
    /// The numbers, ascending, each once; nil where it is none of that, or more than 100,000.
    static func read(_ text: String) -> [Int32]? {
        var numbers: Set<Int32> = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
                Int32(String($0).trimmingBlanks)
            }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first >= 0,
                last >= first, last - first < 100_000
            else { return nil }
            numbers.formUnion(first...last)
        }
        return numbers.isEmpty ? nil : numbers.sorted()
    }
}
