import ArgumentParser
import Cluster

/// `weir produce`: writes standard input to a topic, a record a line.
struct ProduceCommand: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "produce",
        abstract: "Writes standard input to a topic, a record a line.",
        discussion: """
            Records with a key go to the partition that Kafka's Java producer chooses for it. All in-sync replicas have a record \
            before it counts as written; the count is said at the end. With --json each line is an object with payload, and \
            optionally key, headers (names and values by turns) and ts, as weir tail --json prints it.

            \(VerbFailure.help)
            """
    )

    /// Kafka's codecs.
    enum Compression: String, CaseIterable, ExpressibleByArgument {
        case none, gzip, snappy, lz4, zstd
    }

    @OptionGroup var reach: ClusterOptions

    @Argument(help: "The topic.", completion: .topics)
    var topic: String

    @Option(
        name: [.customShort("K", allowingJoined: true), .long],
        help: ArgumentHelp("What stands between key and value; without it there are no keys.", valueName: "text"))
    var keySeparator: String?

    @Option(
        name: [.customShort("D", allowingJoined: true), .long],
        help: ArgumentHelp("What ends a record; \\n, \\t, \\xHH are understood.", valueName: "text"))
    var delimiter = "\\n"

    @Option(
        name: [.customShort("H", allowingJoined: true), .long],
        help: ArgumentHelp(
            "A header of every record, null without a value; may be given again.", valueName: "name[=value]"))
    var headers: [String] = []

    @Flag(name: [.customShort("Z"), .long], help: "Empty keys and values count as null.")
    var null = false

    @Option(
        name: [.customShort("p", allowingJoined: true), .long], help: "The partition of every record, whatever its key."
    )
    var partition: Int32?

    @Option(name: [.customShort("z", allowingJoined: true), .long], help: "How batches are compressed.")
    var compression = Compression.none

    @Flag(help: "Each line is a record in JSON.")
    var json = false

    @Flag(name: .shortAndLong, help: "Says no count at the end.")
    var quiet = false

    var changesCluster: Bool { true }

    func validate() throws {
        guard !Escapes.bytes(delimiter).isEmpty else { throw ValidationError("--delimiter needs at least one byte") }
        guard keySeparator.map({ !Escapes.bytes($0).isEmpty }) ?? true else {
            throw ValidationError("--key-separator needs at least one byte")
        }
        guard !json || (keySeparator == nil && !null) else {
            throw ValidationError(
                "with --json the lines say keys and nulls themselves; leave --key-separator and --null")
        }
        guard !headers.contains(where: { $0.isEmpty || $0.hasPrefix("=") }) else {
            throw ValidationError("--headers needs a name, as name=value")
        }
    }

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        guard let found = try await cluster.topics(named: [topic], detail: .layout).first else {
            throw VerbFailure(.notDone, "Topic '\(topic)' does not exist; weir topics create \(topic) makes it")
        }
        let count = Int32(clamping: found.partitions.count)
        if let partition, !found.partitions.contains(where: { $0.partition == partition }) {
            throw VerbFailure(.notDone, "Topic '\(topic)' has no partition \(partition); it has \(count)")
        }
        guard count > 0 else { throw VerbFailure(.notDone, "Topic '\(topic)' has no partitions") }
        var run = ProduceRun(
            to: .init(topic: topic, partitions: count, fixed: partition, compression: compression.rawValue),
            on: cluster)
        do {
            try await pour(into: &run, shell)
        } catch {
            try report(run.tally, shell)
            throw error
        }
        try report(run.tally, shell)
        if run.tally.failed > 0 { throw VerbFailure.alreadySaid }
    }

    /// Reads and writes by turns: while a flush is under way, what comes in gathers for the next one.
    private func pour(into run: inout ProduceRun, _ shell: Shell) async throws {
        let format = RecordInput(
            keySeparator: keySeparator.map(Escapes.bytes), headers: headers.map(Self.header), emptyIsNull: null,
            isJSON: json)
        var cutter = DelimitedBytes(delimiter: Escapes.bytes(delimiter))
        let feed = InputFeed(shell.input)
        var line = 0
        /// A line that is no record ends the work, once all before it is written.
        var wrong: (any Error)?
        func take(_ bytes: [UInt8]) throws {
            line += 1
            // An empty line of JSON is nothing, in any other form it is an empty record.
            if json, bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0d }) { return }
            run.add(try format.record(bytes, line: line), line: line)
        }
        while wrong == nil, let piece = try await feed.next() {
            do { try cutter.take(piece, take) } catch { wrong = error }
            try await run.flush(shell)
        }
        if wrong == nil, let last = cutter.end() {
            do { try take(last) } catch { wrong = error }
            try await run.flush(shell)
        }
        if let wrong { throw wrong }
    }

    private static func header(_ text: String) -> RecordHeader {
        guard let equals = text.firstIndex(of: "=") else { return RecordHeader(name: text, value: nil) }
        return RecordHeader(name: String(text[..<equals]), value: Array(text[text.index(after: equals)...].utf8))
    }

    private func report(_ tally: ProduceRun.Tally, _ shell: Shell) throws {
        guard !quiet || tally.failed > 0 else { return }
        let partitions = tally.partitions.count
        let failed = tally.failed > 0 ? ", \(tally.failed) were not written" : ""
        try shell.say(
            "\(tally.written) record\(tally.written == 1 ? "" : "s") written to \(partitions) "
                + "partition\(partitions == 1 ? "" : "s") of \(topic)\(failed)")
    }
}
