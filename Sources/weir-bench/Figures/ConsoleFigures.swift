import Glibc

/// The console as a process on a terminal: how soon it shows something, and what it does while it stands still.
struct ConsoleFigures {
    let context: FigureContext

    /// Takes the figures.
    func run() throws {
        let results = try context.rounds.alternate {
            let terminal = try Pseudoterminal()
            let console = try ConsoleProcess(context.program, data: context.workplace.fresh("console"), on: terminal)
            defer { console.stop() }
            return try console.waitForFrame()
        } _: {
            try ServeProcess.runToEnd([context.program, "--version"])
        }
        context.table.add(
            Row(
                "console: start to first frame", "ms", Sample(results.map(\.first)),
                baseline: ("weir --version", Sample(results.map(\.second))), aim: "≤ 100 ms"))
        let terminal = try Pseudoterminal()
        let console = try ConsoleProcess(context.program, data: context.workplace.fresh("console"), on: terminal)
        defer { console.stop() }
        _ = try console.waitForFrame()
        sleep(3)
        context.table.add(
            Row(
                "console: resident memory, idle", "MB",
                Sample([ProcessFiles(console.processID).residentBytes / 1e6]), aim: "≤ 40 MB"))
        rest(console, terminal, "watching an idle broker", aim: "")
        terminal.type(" ")
        sleep(2)
        rest(console, terminal, "paused", aim: "0")
    }

    private func rest(_ console: ConsoleProcess, _ terminal: Pseudoterminal, _ state: String, aim: String) {
        let files = ProcessFiles(console.processID)
        let all = files.voluntarySwitches
        let own = files.mainThreadSwitches
        let (bytes, processor) = (terminal.bytes, files.processorSeconds)
        let watch = Stopwatch()
        sleep(10)
        let seconds = watch.seconds
        context.table.add(
            Row(
                "console: wake-ups of the terminal's thread, \(state)", "1/s",
                Sample([(files.mainThreadSwitches - own) / seconds]), aim: aim))
        context.table.add(
            Row(
                "  of all threads, the broker's and the monitor's too", "1/s",
                Sample([(files.voluntarySwitches - all) / seconds])))
        context.table.add(
            Row("  bytes to the terminal", "1/s", Sample([Double(terminal.bytes - bytes) / seconds]), aim: aim))
        context.table.add(
            Row("  processor", "ms/s", Sample([(files.processorSeconds - processor) * 1e3 / seconds])))
    }
}
