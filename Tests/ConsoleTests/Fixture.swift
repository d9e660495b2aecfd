import AlertRules
import Cluster
import Console
import ConsoleSamples
import Foundation
import LiveQueries
import Monitor

/// A console on the sample data, driven by keys; effects are answered at once from the sample cluster.
struct Fixture {
    var state: ConsoleState
    /// Every effect that keys and data asked for.
    var effects: [Effect] = []
    /// What an export is answered with; success when nil.
    var exportAnswer: Result<String, ExportError>?
    /// What the cluster says of forms and acts; yes when nil.
    var refusal: ClusterError?
    /// The kept history, for looking back.
    var timeline: Timeline?
    /// The marks on alerts that were kept last.
    var kept: Result<AlertMarks, AlertMarksError>

    static let theme: Theme = {
        guard let colours = try? ThemeLibrary(folder: nil).load("weir-dark").colours else { return .plain }
        return Theme(colours, tier: .palette256)
    }()

    init(
        rows: Int = 30, columns: Int = 100, snapshot: Snapshot = SampleData.snapshot(),
        settings: Settings = Settings(), kept: Result<AlertMarks, AlertMarksError> = .success(AlertMarks()),
        board: QueryBoard? = SampleQueries.board()
    ) {
        var settings = settings
        settings.themes = ThemeLibrary(folder: nil).names
        settings.version = "0.1"
        state = ConsoleState(size: Size(rows: rows, columns: columns), settings: settings)
        self.kept = kept
        feed(.snapshot(snapshot))
        if let board { feed(.queries(board)) }
    }

    mutating func feed(_ input: Input) {
        var waiting = update(&state, input)
        var rounds = 0
        while !waiting.isEmpty, rounds < 200 {
            rounds += 1
            effects += waiting
            var answers: [Arrival] = []
            for effect in waiting { if let arrival = answer(effect) { answers.append(arrival) } }
            waiting = answers.flatMap { update(&state, .arrived($0)) }
        }
    }

    /// Presses keys: characters as they are, and the named ones between angle brackets.
    mutating func press(_ keys: String) {
        var rest = Substring(keys)
        let named: [String: Key] = [
            "enter": .enter, "esc": .escape, "tab": .tab, "up": .up, "down": .down, "pgdn": .pageDown, "pgup": .pageUp,
            "ctrl-c": .control("c"), "ctrl-u": .control("u"), "backspace": .backspace, "left": .left,
            "right": .right,
        ]
        while let first = rest.unicodeScalars.first {
            if first == "<", let end = rest.firstIndex(of: ">"),
                let key = named[String(rest[rest.index(after: rest.startIndex)..<end])]
            {
                feed(.key(key))
                rest = rest[rest.index(after: end)...]
            } else {
                feed(.key(.character(first)))
                rest = Substring(rest.unicodeScalars.dropFirst())
            }
        }
    }

    var grid: Grid { render(state, theme: Self.theme) }
    var text: String { grid.text }

    /// What an act that went well is answered with.
    private static func report(_ act: ClusterAct) -> ActReport {
        switch act {
        case .createTopic(let topic): ActReport("topic \(topic.name) is created")
        case .deleteTopics(let names): ActReport("\(names.joined(separator: ", ")) deleted")
        case .addPartitions(let topic, let total): ActReport("\(topic) has \(total) partitions")
        case .alter(let resource, _): ActReport("\(resource) is changed")
        case .deleteRecords(let topic, _): ActReport("records of \(topic) are deleted")
        case .deleteGroup(let id): ActReport("group \(id) is deleted")
        }
    }

    private mutating func answer(_ effect: Effect) -> Arrival? {
        switch effect {
        case .loadSegments(let place): return .segments(place, .success(SampleData.segments(of: place)))
        case .loadConfiguration(let topic): return .configuration(topic: topic, .success(SampleData.configuration()))
        case .loadBrokerConfiguration(let id):
            return .brokerConfiguration(id, .success(SampleData.brokerConfiguration()))
        case .loadProducers(let place): return .producers(place, .success(SampleData.producers()))
        case .lookBack(let moment, let distance, let ticket):
            return .past(ticket: ticket, timeline?.step(from: moment, by: distance))
        case .loadAudit: return .audit(.success(SampleData.audit()))
        case .loadMarks(let cluster): return .marks(cluster: cluster, kept)
        case .keepMarks(let marks, _):
            kept = .success(marks)
            return .marksKept(.success(nil))
        case .previewCompaction(let places, let roll, let ticket):
            return .preview(ticket: ticket, .success(SampleData.previews(places, rollActive: roll)))
        case .compact(let places, _): return .acted(.success("compaction of \(places.count) partitions is queued"))
        case .stopCompaction: return .acted(.success("stopping"))
        case .fetch(let request):
            let parts = Dictionary(
                uniqueKeysWithValues: request.positions.map { place, offset in
                    (
                        place,
                        Result<FetchedRecords, ClusterError>.success(
                            SampleData.fetch(place, from: offset, maxRecords: request.maxRecords))
                    )
                })
            return .tail(TailBatch(ticket: request.ticket, parts: parts))
        case .loadStops(let starts, let ticket):
            let found = starts.map { start in
                let records = SampleData.fetch(start.topicPartition, from: start.offset, maxRecords: 1)
                return (start.topicPartition, Result<FetchedRecords, ClusterError>.success(records))
            }
            return .stops(ticket: ticket, Dictionary(uniqueKeysWithValues: found))
        case .findTime(let places, _, let ticket):
            return .time(
                ticket: ticket,
                Dictionary(
                    uniqueKeysWithValues: places.map {
                        ($0, .success(FoundOffset(offset: 20_000_000, timestamp: nil)))
                    }))
        case .checkAct(_, let ticket):
            return .checked(ticket: ticket, refusal.map { .failure($0) } ?? .success(()))
        case .act(let act):
            return .done(act, refusal.map { .failure($0) } ?? .success(Self.report(act)))
        case .planPurge(let request, let ticket):
            return .purgePlan(ticket: ticket, request, .success(SampleData.purge(request.topic, request.partitions)))
        case .startStatistics(let topic, let places, let ticket):
            let (progress, report) = SampleData.statistics(of: places, share: 0.62, isEnded: false)
            return .statistics(topic: topic, ticket: ticket, progress, report)
        case .replay(let wish): return ReplaySample.answer(wish)
        case .travel(let wish): return TravelSample.answer(wish)
        case .query(.run(let text, _, let ticket)): return .query(.ran(ticket: ticket, SampleQueries.answers(text)))
        case .query(.act(let text)): return .query(.acted(SampleQueries.answers(text)))
        case .query(.describe(let text)): return .query(.described(text, SampleQueries.answers(text)))
        case .query(.restart(let pin)): return .query(.restarted(pin, SampleQueries.answers(pin.statement ?? "")))
        case .useTheme(let name): return .theme(.success(name))
        case .export(let job): return .exported(job, exportAnswer ?? .success("written to \(job.path)"))
        case .loadRecord(let place, let offset, let ticket):
            var record = SampleData.record(offset, partition: place.partition, at: SampleData.now)
            record.value = Array(String(repeating: "x", count: 40_000).utf8)
            record.valueSize = 40_000
            return .record(ticket: ticket, place, .success(record))
        case .search(let request): return .searched(SampleSearch.news(request))
        case .compare(let asked): return .compared(SampleSearch.comparison(asked))
        case .produce(_, let place): return .acted(.success("written to \(place) @ 5"))
        default: return nil
        }
    }
}
