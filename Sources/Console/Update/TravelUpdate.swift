import Cluster
import Monitor
import Operations

/// A topic's past: choosing moments, reading, the history of a key.
extension ConsoleState {
    /// Opens the past of the selected topic.
    mutating func openTravel() -> [Effect] { selectedTopic.map { open(.travel($0)) } ?? [] }

    /// Opens the page's state; nothing is read before it is asked for.
    mutating func beginTravel(topic: String) -> [Effect] {
        guard travel?.request.topic != topic else { return [] }
        let stop = stopTravel()
        travel = TravelState(topic: topic)
        return stop
    }

    /// `enter`: reads the topic, or opens the history of the key under the cursor.
    mutating func enterTravel() -> [Effect] {
        guard let it = travel else { return [] }
        guard case .ready = it.report, let row = travelRow else { return it.isRunning ? [] : lookBack() }
        return open(.keyHistory(row.topicPartition, key: row.key))
    }

    /// The row under the cursor of the table of keys.
    var travelRow: KeyRow? {
        guard case .travel(let topic) = page else { return nil }
        let table = TravelTables.keys(self, listState(list), .plain, topic: topic)
        return table.cursor(listState(list)).map { table.items[$0] }
    }

    /// Reads the topic for the moments chosen; a scan that runs is stopped.
    mutating func lookBack() -> [Effect] {
        guard var it = travel else { return [] }
        let stop = stopTravel()
        it.ticket = nextTicket()
        it.progress = nil
        it.keys = 0
        it.report = .loading(nil)
        travel = it
        return stop + [.travel(.look(it.request, ticket: it.ticket))]
    }

    /// Asks for a moment or a key.
    mutating func askTravel(_ question: TravelState.Question) -> [Effect] {
        prompt = Prompt(.travel(question))
        return []
    }

    /// Takes what was typed.
    mutating func answerTravel(_ question: TravelState.Question, _ typed: String) -> [Effect] {
        let text = typed.trimmingBlanks
        guard let topic = travel?.request.topic else { return [] }
        switch question {
        case .time:
            guard let time = typedTime(text) else { return [] }
            travel?.request.moment = .time(time)
            travel?.request.partitions = nil
        case .offset:
            guard
                let place = Self.offset(
                    text, partitions: self.topic(topic)?.description.partitions.map(\.partition) ?? [])
            else {
                say("an offset is a number, 25180800, or 7:25180800 for one partition alone", .warn)
                return []
            }
            travel?.request.moment = .offset(place.offset)
            travel?.request.partitions = place.partition.map { [$0] }
        case .later:
            if text.isEmpty {
                travel?.request.later = nil
            } else if text == "now" {
                travel?.request.later = .now
            } else if let offset = TravelState.laterOffset(text) {
                travel?.request.later = .offset(offset)
            } else if let time = typedTime(text) {
                travel?.request.later = .time(time)
            } else {
                return []
            }
        case .key:
            guard !text.isEmpty, let place = partition(of: Array(text.utf8), in: topic) else { return [] }
            return open(.keyHistory(place, key: Array(text.utf8)))
        }
        return lookBack()
    }

    private static func offset(_ text: String, partitions: [Int32]) -> (partition: Int32?, offset: Int64)? {
        let parts = text.filter { $0 != "," && $0 != " " }.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let offset = parts.last.flatMap({ Int64($0) }), offset >= 0 else {
            return nil
        }
        guard parts.count == 2 else { return (nil, offset) }
        guard let partition = Int32(parts[0]), partitions.contains(partition) else { return nil }
        return (partition, offset)
    }

    /// Where a key stands: where the table has it, else where Kafka's producer would put it.
    private func partition(of key: [UInt8], in topic: String) -> TopicPartition? {
        if let row = travel?.report?.value?.rows.first(where: { $0.key == key }) { return row.topicPartition }
        guard let count = self.topic(topic)?.description.partitions.count, count > 0 else { return nil }
        return TopicPartition(
            topic: topic, partition: KeyPartitioner.partition(of: key, partitions: Int32(clamping: count)))
    }

    /// Begins reading the history of a key.
    mutating func beginKeyHistory(_ place: TopicPartition, key: [UInt8]) -> [Effect] {
        if let it = keyHistory, it.place == place, it.key == key { return [] }
        var effects: [Effect] = []
        if let old = keyHistory, old.isRunning { effects.append(.controlScan(ticket: old.ticket, .stop)) }
        let it = KeyHistoryState(place: place, key: key, ticket: nextTicket())
        keyHistory = it
        return effects + [.travel(.history(place, key: key, ticket: it.ticket))]
    }

    /// `enter` in a key's history: the tail at that record.
    mutating func tailAtVersion() -> [Effect] {
        guard case .keyHistory(let place, _) = page, let offset = selectedID.flatMap({ Int64($0) }) else { return [] }
        return openTail(place, at: offset)
    }

    /// `t` in the table of keys: the tail at the record under the cursor.
    mutating func tailAtKey() -> [Effect] {
        guard let row = travelRow else { return openTail() }
        return openTail(row.topicPartition, at: (row.later ?? row.version)?.offset)
    }

    /// The scan of the page on top, while it runs.
    var runningTravel: (ticket: Int, phase: ScanProgress.Phase)? {
        switch page {
        case .travel: travel.flatMap { $0.isRunning ? ($0.ticket, $0.progress?.phase ?? .running) : nil }
        case .keyHistory: keyHistory.flatMap { $0.isRunning ? ($0.ticket, $0.progress?.phase ?? .running) : nil }
        default: nil
        }
    }

    /// `▸ history of orders 41%`: a scan that goes on, for the foot of other pages.
    var travelNote: String? {
        guard let it = travel, it.isRunning, page != .travel(it.request.topic) else { return nil }
        let mark = it.progress?.phase == .paused ? "‖" : "▸"
        return "\(mark) history of \(it.request.topic) \(Figures.percent(it.progress?.share ?? 0))"
    }

    /// Pauses the scan, or lets it go on.
    mutating func toggleTravel() -> [Effect] {
        runningTravel.map { [.controlScan(ticket: $0.ticket, $0.phase == .paused ? .resume : .pause)] } ?? []
    }

    /// Ends the scan; what was read until then is shown.
    mutating func endTravel() -> [Effect] {
        runningTravel.map { [.controlScan(ticket: $0.ticket, .stop)] } ?? []
    }

    private func stopTravel() -> [Effect] {
        guard let it = travel, it.isRunning else { return [] }
        return [.controlScan(ticket: it.ticket, .stop)]
    }

    /// What a scan brought; one that was begun anew meanwhile is not listened to.
    mutating func travelTook(_ news: TravelNews) {
        switch news {
        case .reading(let ticket, let progress, let found):
            if travel?.ticket == ticket {
                travel?.progress = progress
                travel?.keys = found
            } else if keyHistory?.ticket == ticket {
                keyHistory?.progress = progress
            }
        case .looked(let ticket, let result):
            guard travel?.ticket == ticket else { return }
            switch result {
            case .success(let report): travel?.report = .ready(report)
            case .failure(let error): travel?.report = .failed("\(error)")
            }
        case .history(let ticket, let result):
            guard keyHistory?.ticket == ticket else { return }
            switch result {
            case .success(let history): keyHistory?.found = .ready(history)
            case .failure(let error): keyHistory?.found = .failed("\(error)")
            }
        }
    }
}
