import Glibc
import KafkaProtocol

/// How soon `weir serve` is there, and what it takes while nobody asks anything.
struct StartFigures {
    let context: FigureContext

    /// Takes the figures on an empty folder and on one with a thousand partitions.
    func run() throws {
        try start("empty data directory") { context.workplace.fresh("start") }
        let filled = context.workplace.fresh("start")
        try FilledDirectory.make(at: filled, topics: 100)
        try start("1,000 partitions with records") { filled }
        context.workplace.remove(filled)
        try idle()
    }

    private func start(_ name: String, _ folder: () throws -> String) throws {
        let results = try context.rounds.alternate {
            let folder = try folder()
            let process = try ServeProcess(context.program, data: folder)
            defer { process.stop() }
            let (port, ready) = try process.waitUntilReady()
            let connection = try WireConnection(port: port)
            _ = try connection.ask(.metadata(MetadataRequest(topics: nil)), version: 12)
            return (ready: ready, answered: process.milliseconds)
        } _: {
            let milliseconds = try ServeProcess.runToEnd([context.program, "--version"])
            return (ready: milliseconds, answered: milliseconds)
        }
        let floor = Sample(results.map(\.second.ready))
        context.table.add(
            Row(
                "weir serve: start to ready file, \(name)", "ms", Sample(results.map(\.first.ready)),
                baseline: ("weir --version", floor), aim: "≤ 100 ms"))
        context.table.add(
            Row(
                "weir serve: start to answered Metadata, \(name)", "ms", Sample(results.map(\.first.answered)),
                baseline: ("weir --version", floor), aim: "≤ 100 ms"))
    }

    private func idle() throws {
        let process = try ServeProcess(context.program, data: context.workplace.fresh("idle"))
        defer { process.stop() }
        _ = try process.waitUntilReady()
        sleep(3)
        let files = ProcessFiles(process.processID)
        context.table.add(
            Row("weir serve: resident memory, idle", "MB", Sample([files.residentBytes / 1e6]), aim: "≤ 40 MB"))
        let (switches, processor) = (files.voluntarySwitches, files.processorSeconds)
        let watch = Stopwatch()
        sleep(10)
        context.table.add(
            Row("weir serve: wake-ups, idle", "1/s", Sample([(files.voluntarySwitches - switches) / watch.seconds])))
        context.table.add(
            Row(
                "weir serve: processor, idle", "ms/s",
                Sample([(files.processorSeconds - processor) * 1e3 / watch.seconds])))
    }
}
