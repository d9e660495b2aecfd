import Cluster
import Monitor

/// What a transaction means for those who read, and what can be done about it, in sentences.
enum TransactionReading {
    /// The sentences, the most important first.
    static func sentences(_ it: TransactionFigures, _ state: ConsoleState) -> [String] {
        switch it.standing {
        case .hanging: [stray(it), "No coordinator will ever end it."] + held(it) + remedy(it, state)
        case .unclaimed:
            [stray(it), "It may have begun or ended just now; if it stays, it hangs."] + held(it)
        case .known(let phase) where phase.isOpen: [open(it, phase, state)] + held(it)
        case .known(let phase): [rest(it, phase)]
        }
    }

    private static func stray(_ it: TransactionFigures) -> String {
        let places = it.partitions?.prefix(3).map { "\($0.topicPartition)" }.joined(separator: ", ") ?? "—"
        let more = (it.partitions?.count ?? 0) > 3 ? " and \((it.partitions?.count ?? 0) - 3) more" : ""
        let epoch = it.producerEpoch.map { ", epoch \($0)," } ?? ""
        return
            "Producer \(it.producerID)\(epoch) has a transaction open on \(places)\(more) that no coordinator knows of."
    }

    private static func open(_ it: TransactionFigures, _ phase: TransactionPhase, _ state: ConsoleState) -> String {
        let coordinator = it.coordinator.map { "node \($0)" } ?? "its coordinator"
        guard phase == .ongoing else {
            return "\(it.id) is decided; \(coordinator) is writing its markers."
        }
        guard let age = it.ageMilliseconds else {
            return "\(it.id) is open; since when is not told."
        }
        let since = "\(it.id) is open for \(Durations.long(milliseconds: age))"
        guard let timeout = it.timeoutMilliseconds else { return since + "." }
        if it.isOverdue {
            return "\(since), longer than its timeout of \(Durations.setting(milliseconds: timeout)): "
                + "\(coordinator) aborts it at its next look, within 10 s."
        }
        let left = Durations.long(milliseconds: age.distance(upTo: timeout))
        return "\(since); \(coordinator) aborts it in \(left) unless its producer ends it."
    }

    private static func rest(_ it: TransactionFigures, _ phase: TransactionPhase) -> String {
        switch phase {
        case .completeCommit: "\(it.id) has no transaction open; the last one was committed."
        case .completeAbort: "\(it.id) has no transaction open; the last one was aborted."
        case .empty: "\(it.id) has had no transaction yet."
        case .dead: "\(it.id) is being forgotten."
        default: "The state of \(it.id) is not told."
        }
    }

    private static func held(_ it: TransactionFigures) -> [String] {
        guard let worst = it.worstHeld, let offset = worst.firstOffset, let records = worst.heldBack else {
            return it.isOpen ? ["Nobody waits for it: it is not the first that is open where it has written."] : []
        }
        let others = (it.partitions?.count { $0.heldBack != nil } ?? 0) - 1
        let more = others > 0 ? ", and on \(others) more \(others == 1 ? "partition" : "partitions")" : ""
        let count = records == 1 ? "1 record" : "\(Figures.grouped(records)) records"
        return [
            "Who reads committed records waits on \(worst.topicPartition) at offset \(Figures.grouped(offset)), "
                + "before \(count)\(more)."
        ]
    }

    private static func remedy(_ it: TransactionFigures, _ state: ConsoleState) -> [String] {
        guard let place = it.worstHeld ?? it.partitions?.first, let offset = place.firstOffset else { return [] }
        guard !state.isEmbedded else {
            return [
                "The embedded broker cannot abort it; what is behind it can be read with isolation.level=read_uncommitted."
            ]
        }
        let partition = place.topicPartition
        return [
            "End it with kafka-transactions.sh --bootstrap-server \(state.settings.address) abort "
                + "--topic \(partition.topic) --partition \(partition.partition) --start-offset \(offset)"
        ]
    }
}
