import ArgumentParser
import Foundation

/// Prints the project's speed figures. It asserts nothing: a figure is for people to judge, on the machine it names.
@main
struct WeirBench: ParsableCommand {
    /// The groups of figures.
    enum Figures: String, CaseIterable, ExpressibleByArgument {
        case append, read, loopback, replay, clients, latency, memory, start, poll, timeline, attached, frame, keys,
            console, compaction, codec, rules, windows, queries
    }

    static let configuration = CommandConfiguration(
        commandName: "weir-bench",
        abstract: "Prints Weir's speed figures, each with a plain way of doing the same, measured in turns with it.",
        discussion: """
            Each figure is the median of some rounds after a warm-up round. RATIO is the median of the rounds' ratios to the baseline; \
            MB are 10^6 bytes. Build with -c release, and let nothing else run.
            """
    )

    @Argument(help: "Which figures to take (default: all).")
    var figures: [Figures] = Figures.allCases

    @Option(help: "Rounds that count.")
    var rounds = 7

    @Option(help: "MiB that a round of a throughput figure moves.")
    var mib = 256

    @Option(help: ArgumentHelp("Where files are put while measuring.", valueName: "folder"))
    var folder = FileManager.default.temporaryDirectory.path

    @Option(help: ArgumentHelp("The weir program (default: beside this one).", valueName: "path"))
    var weir: String?

    @Option(help: "Partitions of the cluster that is polled.")
    var partitions = 10_000

    @Option(help: "Groups of the cluster that is polled.")
    var groups = 1_000

    @Option(help: "MiB of the topic that is compacted.")
    var topicMib = 1_024

    @Option(help: "Keys of the topic that is compacted.")
    var keys = 1_000_000

    @Option(help: "Page views of the windowed job.")
    var events = 10_000_000

    func validate() throws {
        guard rounds > 0, mib > 0, partitions > 0, groups > 0, topicMib > 0, keys > 0, events >= 50_000 else {
            throw ValidationError("every number must be above 0, and there must be at least 50,000 events")
        }
    }

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        print("weir-bench on \(Machine.description)")
        let workplace = try Workplace(in: folder)
        defer { workplace.remove() }
        let context = FigureContext(
            table: Table(), workplace: workplace, rounds: Rounds(rounds), bytesPerRound: mib << 20,
            program: weir ?? Self.sibling("weir"), partitions: partitions, groups: groups,
            topicBytes: topicMib << 20, keys: keys)
        for figure in figures {
            switch figure {
            case .append: try AppendFigures(context: context).run()
            case .read: try ReadFigures(context: context).run()
            case .loopback: try LoopbackFigures(context: context).run()
            case .replay: try ReplayFigures(context: context).run()
            case .clients: try ClientFigures(context: context).run()
            case .latency: try LatencyFigures(context: context).run()
            case .memory: try MemoryFigures(context: context).run()
            case .start: try StartFigures(context: context).run()
            case .poll: try PollFigures(context: context).run()
            case .timeline: try TimelineFigures(context: context).run()
            case .attached: try AttachedFigures(context: context).run()
            case .frame: try FrameFigures(context: context).run()
            case .keys: try KeyFigures(context: context).run()
            case .console: try ConsoleFigures(context: context).run()
            case .compaction: try CompactionFigures(context: context).run()
            case .codec: try CodecFigures(context: context).run()
            case .rules: RuleFigures(context: context).run()
            case .queries: try LiveQueryFigures(context: context, events: events).run()
            case .windows: try WindowFigures(context: context, events: events).run()
            }
        }
        print("load at the end: \(Machine.load)")
    }

    /// The path of a program in this one's folder.
    private static func sibling(_ name: String) -> String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return "\(URL(filePath: own).deletingLastPathComponent().path)/\(name)"
    }
}
