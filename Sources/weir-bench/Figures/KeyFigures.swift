import AlertRules
import Cluster
import Console
import Dispatch
import Foundation
import Glibc
import Monitor
import Operations
import Synchronization

/// From a key press to the written frame, in the console as it runs, on a large cluster that is polled each second meanwhile.
struct KeyFigures {
    let context: FigureContext

    private static let topics = 10_000
    private static let partitionsPerTopic = 10
    private static let groups = 5_000
    private static let rowsPerGroup = 20

    /// Keys of one page: what leads there, and what is then typed over and over.
    private struct Course {
        var name: String
        var way: [String]
        var keys: [String]
        /// What leads back to where the way begins.
        var back: [String] = []
    }

    private static let moves = ["j", "j", "j", "\u{1b}[6~", "G", "k", "k", "\u{1b}[5~", "g"]
    private static let courses = [
        Course(name: "dashboard", way: ["1"], keys: moves + ["\t"]),
        Course(name: "topics", way: ["2"], keys: moves),
        Course(name: "partitions of all topics", way: ["2", "\t"], keys: moves, back: ["\t"]),
        Course(name: "groups", way: ["3"], keys: moves),
        Course(name: "a group", way: ["3", "\r"], keys: ["j", "j", "k", "w", "s", "j"], back: ["q"]),
        Course(name: "sorting topics", way: ["2"], keys: ["s", "j", "S", "j"]),
        Course(name: "sorting partitions", way: ["2", "\t"], keys: ["s", "j", "S", "j"], back: ["\t"]),
        Course(name: "sorting groups", way: ["3"], keys: ["s", "j", "S", "j"]),
        Course(name: "filtering topics", way: ["2", "/"], keys: typed("orders.events-12"), back: ["\u{15}", "\r"]),
        Course(
            name: "filtering partitions", way: ["2", "\t", "/"], keys: typed("events-12"), back: ["\u{15}", "\r", "\t"]),
        Course(name: "looking back", way: ["2"], keys: ["<", "j", "<", "j", "<", "<", "0", "j"], back: ["0"]),
    ]

    /// A word letter by letter, some of it taken back, then all.
    private static func typed(_ word: String) -> [String] {
        word.map(String.init) + ["\u{7f}", "\u{7f}", "\u{7f}", "\u{15}"]
    }

    /// Takes the figures.
    func run() throws {
        let before = ProcessFiles().residentBytes
        let cluster = LargeCluster(
            topics: Self.topics, partitionsPerTopic: Self.partitionsPerTopic, groups: Self.groups,
            rowsPerGroup: Self.rowsPerGroup)
        let timeline = Timeline()
        let monitor = Monitor(of: cluster, timeline: timeline)
        let typist = Typist()
        let polls = Mutex<[Double]>([])
        let (snapshots, feed) = AsyncStream.makeStream(of: Snapshot.self, bufferingPolicy: .bufferingNewest(1))
        let subscription = monitor.subscribe {
            let snapshot = monitor.snapshot
            polls.withLock { $0.append(snapshot.poll.durationMilliseconds) }
            feed.yield(snapshot)
        }
        defer { monitor.unsubscribe(subscription) }
        // Rates, trends and the history of what is looked back at need some polls.
        monitor.start()
        // A look ten times a second costs nothing beside a poll.
        while polls.withLock({ $0.count }) < 20 { usleep(100_000) }

        var samples: [KeyTimes] = []
        do {
            let borrowed = try BorrowedTerminal()
            var options = ConsoleOptions(isEmbedded: false, environment: ["TERM": "xterm-256color"])
            options.theme = "weir-dark"
            options.frames = { typist.saw($0) }
            let (terminal, rounds) = (borrowed.terminal, context.rounds.count)
            let measured = Mutex<[KeyTimes]>([])
            let ended = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                for course in Self.courses {
                    let sample = typist.measure(course.way, course.keys, course.back, on: terminal, rounds: rounds * 2)
                    measured.withLock { $0.append(sample) }
                }
                // Without a controlling terminal ctrl-c would signal nobody.
                terminal.type("1q")
                ended.signal()
            }
            _ = try Console.run(
                cluster: cluster, snapshots: snapshots, host: BenchHost(timeline: timeline), options: options)
            ended.wait()
            samples = measured.withLock { $0 }
            withExtendedLifetime(borrowed) {}
        }
        let memory = (ProcessFiles().residentBytes - before) / 1_048_576
        feed.finish()
        context.table.note(
            "\(Self.topics) topics, \(Self.topics * Self.partitionsPerTopic) partitions, \(Self.groups) groups x "
                + "\(Self.rowsPerGroup), polled each second; from key to written frame, load \(Machine.load)")
        for (course, sample) in zip(Self.courses, samples) {
            context.table.add(Row("key to frame, \(course.name)", "ms", sample.wall))
            context.table.add(Row("  99 of 100 keys within", "ms", Sample([sample.wall.percentile99]), aim: "≤ 16 ms"))
            context.table.add(Row("  processor time of the terminal's thread", "ms", sample.processor))
            context.table.add(
                Row("  99 of 100 keys within", "ms", Sample([sample.processor.percentile99]), aim: "≤ 16 ms"))
        }
        context.table.add(Row("  a poll meanwhile", "ms", Sample(Array(polls.withLock { $0 }.dropFirst()))))
        context.table.add(Row("  resident memory of cluster, monitor, history and console", "MiB", Sample([memory])))
    }
}

/// What keys took from the press to the written frame, milliseconds, and of it the terminal's thread's own work.
private struct KeyTimes: Sendable {
    var wall: Sample
    /// From the frame before to this one, with all that came between.
    var processor: Sample
}

/// Presses keys one by one and takes the time until the frame that shows each is written.
private final class Typist: Sendable {
    private struct State {
        var typed = 0
        /// What the console said, with the processor time since the frame before, milliseconds.
        var frames: [(report: FrameReport, processor: Double)] = []
        var processor = ProcessorWatch()
    }

    private let state = Mutex(State())
    private let drawn = DispatchSemaphore(value: 0)

    /// Takes what the console says of a frame.
    func saw(_ frame: FrameReport) {
        // On the terminal's own thread.
        state.withLock { state in
            state.frames.append((frame, state.processor.milliseconds))
            state.processor = ProcessorWatch()
        }
        drawn.signal()
    }

    /// Goes a way, types keys for some rounds and goes back.
    func measure(
        _ way: [String], _ keys: [String], _ back: [String], on terminal: Pseudoterminal, rounds: Int
    ) -> KeyTimes {
        for key in way { _ = press(key, on: terminal) }
        // What opening the page set going in the background is not what its keys cost.
        usleep(300_000)
        var wall: [Double] = []
        var processor: [Double] = []
        for _ in 0..<rounds {
            for key in keys {
                let time = press(key, on: terminal)
                wall.append(time.wall)
                processor.append(time.processor)
                // As people do, and at any moment of a poll.
                usleep(UInt32.random(in: 20_000...60_000))
            }
        }
        for key in back {
            _ = press(key, on: terminal)
            // As people do, too.
            usleep(100_000)
        }
        return KeyTimes(wall: Sample(wall), processor: Sample(processor))
    }

    private func press(_ key: String, on terminal: Pseudoterminal) -> (wall: Double, processor: Double) {
        let number = state.withLock { state in
            state.typed += 1
            state.frames.removeAll(keepingCapacity: true)
            return state.typed
        }
        let pressed = Stopwatch.now
        terminal.type(key)
        while true {
            if let (frame, processor) = state.withLock({ $0.frames.first { $0.report.keys >= number } }) {
                return (Double(frame.writtenAt - min(pressed, frame.writtenAt)) / 1e6, processor)
            }
            // A key that no frame answers within seconds is a figure, too.
            if drawn.wait(timeout: .now() + .seconds(5)) == .timedOut { return (5000, 5000) }
        }
    }
}

/// The program around the console: nothing but a history.
private struct BenchHost: ConsoleHost {
    let timeline: Timeline?

    func connectedClients() -> Int { 0 }
    func refresh() {}
    func acknowledge(_ losses: [AlertMarks.Loss]) {}
    func keep(_ settings: KeptSettings) throws(SettingsError) {}
    func alertMarks(cluster: String) throws(AlertMarksError) -> AlertMarks { AlertMarks() }
    func keep(_ marks: AlertMarks, cluster: String) throws(AlertMarksError) -> String? { nil }
    func auditEvents(_ count: Int) async throws(ClusterError) -> AuditExcerpt {
        throw .unavailable("no audit log here")
    }
}
