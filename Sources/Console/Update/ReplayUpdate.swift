import Cluster
import Monitor
import Operations

/// The replay page: choosing a target, looking at what it would mean, the guard.
extension ConsoleState {
    /// A look older than this is made anew, milliseconds.
    private static let freshness: Int64 = 10_000

    /// Opens the page's state and looks at where the group stands.
    mutating func beginReplay(group: String, topic: String) -> [Effect] {
        if replay?.group != group || replay?.topic != topic { replay = ReplayState(group: group, topic: topic) }
        return lookAtReplay()
    }

    /// What a reset from the page would be.
    var replayRequest: ReplayRequest? {
        guard let it = replay else { return nil }
        return ReplayRequest(
            group: it.group, topic: it.topic, partitions: it.excluded.isEmpty ? nil : replayPartitions,
            target: it.target)
    }

    /// The partitions that are not left alone, ascending.
    var replayPartitions: [Int32] {
        guard let it = replay else { return [] }
        return (topic(it.topic)?.description.partitions.map(\.partition) ?? []).filter { !it.excluded.contains($0) }
    }

    /// Looks again.
    ///
    /// - Parameter isSame: What was seen stays on screen meanwhile; another question's answer does not.
    mutating func lookAtReplay(isSame: Bool = false) -> [Effect] {
        guard let request = replayRequest, var it = replay else { return [] }
        let ticket = nextTicket()
        it.ticket = ticket
        it.askedAt = now
        it.look = .loading(isSame ? it.look.value : nil)
        replay = it
        return [.replay(.look(request, ticket: ticket))]
    }

    /// Looks again where the last look is old, or the group's members came or went since.
    mutating func replaySaw(_ snapshot: Snapshot) -> [Effect] {
        notePaces(snapshot)
        guard case .replay = page, let it = replay, !it.isBusy, prompt == nil, dialog == nil else { return [] }
        // Members are back: what was done is the past.
        if replayLock != nil { replay?.results = [:] }
        switch it.look {
        case .loading: return []
        case .failed, .ready:
            let isOld = it.askedAt.distance(upTo: snapshot.takenAt) > Self.freshness
            let isOther = it.look.value.map { ($0.refusal == nil) != (replayLock == nil) } ?? false
            return isOld || isOther ? lookAtReplay(isSame: true) : []
        }
    }

    /// Remembers how fast each group reads while it does: a group that may be reset has stopped.
    private mutating func notePaces(_ snapshot: Snapshot) {
        var noted: [String: GroupPace] = [:]
        for group in snapshot.groups {
            let id = group.description.groupID
            if let rate = group.recordsOutPerSecond, rate.isFinite, rate > 0 {
                noted[id] = GroupPace(recordsPerSecond: rate, seenAt: snapshot.takenAt)
            } else {
                noted[id] = paces[id]
            }
        }
        paces = noted
    }

    /// Why the group's offsets cannot be moved now, in words; nil when they can.
    var replayLock: String? {
        guard let it = replay, let figures = group(it.group) else { return nil }
        let description = figures.description
        guard description.state != .empty && description.state != .dead else { return nil }
        let count = description.members.count
        let who = count == 0 ? "" : count == 1 ? " has 1 live member:" : " has \(count) live members:"
        return "\(it.group)\(who) offsets cannot be reset while the group is \(description.state.rawValue)."
    }

    /// The partition under the positions' cursor.
    var replayPlace: TopicPartition? {
        guard case .replay(_, let topic) = page else { return nil }
        let id = ListID(page, 0)
        guard let rows = shape(id), let cursor = rows.cursor(listState(id)), let number = Int32(rows.id(at: cursor))
        else {
            return nil
        }
        return TopicPartition(topic: topic, partition: number)
    }

    /// `enter`: in the list of targets chooses the one under the cursor, elsewhere opens what is there.
    mutating func enterReplay() -> [Effect] {
        guard box == 1 else { return openTarget() }
        guard let name = selectedID else { return [] }
        guard let choice = ReplayState.Choice(rawValue: name) else { return toggleAllPartitions() }
        return choose(choice)
    }

    /// Chooses a way to name the target; asks for what must be typed.
    mutating func choose(_ choice: ReplayState.Choice) -> [Effect] {
        guard choice.needsText else { return take(choice, choice == .earliest ? .earliest : .latest) }
        var prompt = Prompt(.replay(choice))
        prompt.text = replay?.texts[choice] ?? ""
        self.prompt = prompt
        return []
    }

    /// Takes what was typed for a target.
    mutating func chooseTarget(_ choice: ReplayState.Choice, _ typed: String) -> [Effect] {
        let text = typed.trimmingBlanks
        switch Self.target(choice, text, self) {
        case .failure(let reason):
            say(reason.text, .warn)
            return []
        case .success(let target):
            replay?.texts[choice] = text
            return take(choice, target)
        }
    }

    private mutating func take(_ choice: ReplayState.Choice, _ target: ReplayTarget) -> [Effect] {
        replay?.choice = choice
        replay?.target = target
        replay?.results = [:]
        return lookAtReplay()
    }

    /// Why what was typed names no target.
    struct Misread: Error { var text: String }

    private static func target(
        _ choice: ReplayState.Choice, _ text: String, _ state: ConsoleState
    ) -> Result<ReplayTarget, Misread> {
        let number = Int64(text.filter { $0 != "," && $0 != " " && $0 != "+" }.replacing("−", with: "-"))
        switch choice {
        case .earliest: return .success(.earliest)
        case .latest: return .success(.latest)
        case .time:
            do throws(TypedTimeError) {
                return .success(.time(max(0, try state.settings.zone.parse(text, now: state.now).milliseconds)))
            } catch {
                return .failure(Misread(text: "\(error)"))
            }
        case .back:
            return state.typedSpan(text).map { .success(.back($0)) }
                ?? .failure(Misread(text: "a stretch of time is 30s, 90m, 2h, 1d12h or PT1H30M"))
        case .offset:
            guard let number, number >= 0 else { return .failure(Misread(text: "an offset is a number from 0")) }
            return .success(.offset(number))
        case .shift:
            guard let number, number != 0 else {
                return .failure(Misread(text: "a shift is a number of offsets: -1000 is back, 1000 ahead"))
            }
            return .success(.shift(number))
        case .group:
            guard state.group(text) != nil else { return .failure(Misread(text: "there is no group \(text)")) }
            guard text != state.replay?.group else { return .failure(Misread(text: "that is this group itself")) }
            return .success(.group(text))
        case .file:
            return text.isEmpty
                ? .failure(Misread(text: "type the path of a CSV file: topic,partition,offset"))
                : .success(.file(path: text))
        }
    }

    /// Leaves the partition under the cursor alone, or takes it in again.
    mutating func togglePartition() -> [Effect] {
        guard let place = replayPlace else { return [] }
        if replay?.excluded.remove(place.partition) == nil { replay?.excluded.insert(place.partition) }
        return lookAtReplay()
    }

    /// Leaves all partitions alone but the one under the cursor, or takes all in again.
    mutating func toggleAllPartitions() -> [Effect] {
        guard let it = replay, let place = replayPlace else { return [] }
        let all = Set(topic(it.topic)?.description.partitions.map(\.partition) ?? [])
        replay?.excluded = it.excluded.isEmpty ? all.subtracting([place.partition]) : []
        return lookAtReplay()
    }

    /// Draws positions on the other axis.
    mutating func switchReplayAxis() -> [Effect] {
        replay?.isTimeAxis.toggle()
        return []
    }

    /// The line for `kafka-consumer-groups.sh`; nil before a target was chosen, and while an undo is shown, which no such line is for.
    var replayCommand: String? {
        guard case .replay = page, replay?.look.value?.undo == nil, let request = replayRequest else { return nil }
        let bootstrap = settings.address.split(separator: ",").first.map(String.init) ?? ""
        return ReplayCommand.line(
            request, partitions: request.partitions, bootstrap: bootstrap.isEmpty ? "localhost:9092" : bootstrap)
    }

    /// What was seen, or why not.
    mutating func looked(ticket: Int, _ result: Result<ReplayPreview, ReplayError>) {
        guard replay?.ticket == ticket else { return }
        switch result {
        case .success(let preview): replay?.look = .ready(preview)
        case .failure(let error): replay?.look = .failed("\(error)")
        }
    }
}
