import Monitor

/// One poll of the monitor over the embedded broker: descriptions, derivation, rules, snapshot.
struct PollFigures {
    let context: FigureContext

    /// Takes the figures of a cluster at rest and of one where every partition and group changed since the last poll.
    func run() throws {
        let path = context.workplace.fresh("poll")
        let polled = try PolledBroker(
            at: path, partitions: context.partitions, perTopic: 100, groups: context.groups)
        defer {
            polled.close()
            context.workplace.remove(path)
        }
        let before = ProcessFiles().residentBytes
        let monitor = Monitor(of: polled.cluster)
        let first = PolledBroker.poll(monitor)
        let name = "poll of \(context.partitions) partitions, \(context.groups) groups"
        context.table.add(Row("\(name), the first", "ms", Sample([first])))

        let idle = context.rounds.measure { PolledBroker.poll(monitor) }
        context.table.add(Row("\(name), nothing new", "ms", idle, aim: "≤ 100 ms"))
        var offset: Int64 = 1
        let busy = try context.rounds.measure {
            offset += 1
            try polled.appendEverywhere()
            try polled.commitEverywhere(offset: offset)
            return PolledBroker.poll(monitor)
        }
        context.table.add(Row("\(name), all new", "ms", busy, aim: "≤ 100 ms"))
        let memory = (ProcessFiles().residentBytes - before) / 1e6
        context.table.add(Row("  resident memory of monitor and histories", "MB", Sample([memory])))
    }
}
