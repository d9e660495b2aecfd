import ArgumentParser
import Cluster
import RecordFormats

/// `weir tail`: prints the records of topics, as they come or as they are.
struct TailCommand: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Prints the records of topics, following them or to their end.",
        discussion: """
            The format has kcat's tokens: %s payload, %S its length (-1 for null), %R the length as four bytes, %k key, %K its \
            length, %T timestamp in milliseconds, %h headers, %t topic, %p partition, %o offset, %% a percent sign; and \\n, \\r, \
            \\t, \\xHH. On a terminal control characters of records show as \\xHH; a pipe gets the bytes as they are.

            With --json each record is an object with topic, partition, offset, tstype, ts, broker, headers (names and values by \
            turns, left out where there are none), key and payload, as kcat -J prints it. Bytes that are no UTF-8 stand as \
            {"base64":"…"}.

            --filter takes a text (us-88, !us-88), a pattern (/us-\\d+/, /…/i) or an expression: fields of the value \
            (.total > 100 && .cur == "EUR", .items[0].sku, .items[].n > 2), of the key (key.id == 7), headers \
            (header.source == web), places (partition in (0, 4..6), offset, timestamp, size, topic), key ~ /^us-/, \
            key contains us-, joined by &&, || and !. Numbers are compared figure by figure.

            \(VerbFailure.help)
            """
    )

    @OptionGroup var reach: ClusterOptions

    @Argument(help: "The topics.", completion: .topics)
    var topics: [String]

    @Option(
        name: [.customShort("p", allowingJoined: true), .long],
        help: ArgumentHelp("Only these partitions of each topic.", valueName: "0,1,…"))
    var partitions: NumberList?

    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            """
            Where to begin: beginning, end, N (an offset), -N (so many before the end), s@TIME (milliseconds, or as 14:02, -2h, 2026-11-21 14:02 in UTC); \
            e@MS stops at a time. May be given twice. Default: end, with --exit beginning.
            """, valueName: "place"))
    var offset: [TailPlace] = []

    @Flag(name: .shortAndLong, help: "Exits at the end that the logs have now, instead of following them.")
    var exit = false

    @Option(name: [.customShort("c", allowingJoined: true), .long], help: "Exits after so many printed records.")
    var count: Int?

    @Option(
        name: [.customShort("f", allowingJoined: true), .long],
        help: "How a record is printed; see above. Default: %s\\n.")
    var format: String?

    @Option(
        name: [.customShort("K", allowingJoined: true), .long],
        help: ArgumentHelp("Prints the key and this in front of each payload.", valueName: "text"))
    var keySeparator: String?

    @Flag(name: [.customShort("J"), .long], help: "Prints a line of JSON a record.")
    var json = false

    @Option(help: ArgumentHelp("Prints only records whose key or value this matches.", valueName: "regex"))
    var grep: String?

    @Option(help: ArgumentHelp("Prints only records that pass this filter; see above.", valueName: "filter"))
    var filter: String?

    @OptionGroup var schemas: SchemaOptions

    @Option(
        help: """
            What keys and values are shown as: text, hex, json, or auto (by their schema, or as what they look like).
            """)
    var decode = RecordDress.Decoding.text

    @Flag(name: .shortAndLong, help: "Says no count at the end.")
    var quiet = false

    func validate() throws {
        guard [format != nil, keySeparator != nil, json].count(where: { $0 }) <= 1 else {
            throw ValidationError("--format, --key-separator and --json exclude each other")
        }
        guard !json || decode == .text else {
            throw ValidationError("--json prints records as they are; leave --decode")
        }
        guard count ?? 0 >= 0 else { throw ValidationError("--count is a number from 0") }
        guard starts.count <= 1, offset.count - starts.count <= 1 else {
            throw ValidationError("--offset takes one place to begin at and one e@MS to stop at")
        }
        do {
            if let format { _ = try RecordFormat(parsing: format) }
        } catch {
            throw ValidationError("--format: \(error)")
        }
        do {
            if let filter { _ = try RecordFilter(parsing: filter) }
        } catch {
            throw ValidationError("--filter: \(error)")
        }
        do {
            if let grep { _ = try Regex(grep) }
        } catch {
            throw ValidationError("--grep: \(grep ?? "") is no regular expression: \(error)")
        }
    }

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        let (found, brokers) = try await partitionsAndLeaders(on: cluster)
        let ranges = try await TailRange.find(
            found,
            from: starts.first ?? (exit ? .beginning : .end),
            until: stop,
            stopsAtEnd: exit,
            on: cluster
        )
        // Ctrl-c cancels the task, which is how following ends; then the count still stands.
        var run = TailRun(ranges, try style(brokers, isForTerminal: shell.outputIsTerminal), on: cluster, shell)
        try await run.run()
        if !quiet {
            let printed = run.read == run.printed ? "" : ", \(run.printed) of them printed"
            try shell.say("Processed a total of \(run.read) messages\(printed)")
        }
        if run.hasFailed { throw VerbFailure.alreadySaid }
    }

    private var stop: TailPlace? { offset.first(where: \.isStop) }
    private var starts: [TailPlace] { offset.filter { !$0.isStop } }

    /// The partitions to read and each one's leader.
    private func partitionsAndLeaders(
        on cluster: any Cluster
    ) async throws -> ([TopicPartition], [TopicPartition: Int32]) {
        var leaders: [TopicPartition: Int32] = [:]
        let wanted = Set(topics)
        let found = try await cluster.topics(named: wanted.sorted(), detail: .layout)
        for name in topics where !found.contains(where: { $0.name == name }) {
            throw VerbFailure(.notDone, "Topic '\(name)' does not exist; weir topics list shows those there are")
        }
        for topic in found {
            for partition in topic.partitions where partitions?.numbers.contains(partition.partition) ?? true {
                leaders[TopicPartition(topic: topic.name, partition: partition.partition)] = partition.leader
            }
            for number in partitions?.numbers ?? [] {
                guard leaders[TopicPartition(topic: topic.name, partition: number)] != nil else {
                    throw VerbFailure(.notDone, "Topic '\(topic.name)' has no partition \(number)")
                }
            }
        }
        return (leaders.keys.sorted(), leaders)
    }

    private func style(_ brokers: [TopicPartition: Int32], isForTerminal: Bool) throws -> TailRun.Style {
        let catalog =
            filter == nil && decode != .auto ? SchemaCatalog() : schemas.with(try Configuration.ofUser()).catalog()
        let decodings = Dictionary(topics.map { ($0, TopicDecoding(topic: $0, schemas: catalog)) }) { first, _ in first
        }
        let dress = RecordDress(decoding: decode, readings: decodings, isForTerminal: isForTerminal)
        let format = try self.format.map { try RecordFormat(parsing: $0) } ?? RecordFormat(keySeparator: keySeparator)
        let judge = FilterJudge(try RecordFilter(parsing: filter ?? ""))
        let pattern = try grep.map { try Regex($0).matchingSemantics(.unicodeScalar) }
        let printsJSON = json
        return TailRun.Style(
            line: { record, partition in
                guard printsJSON else { return format.bytes(of: record, in: partition, dress) }
                let line = RecordLine.text(of: record, in: partition, broker: brokers[partition] ?? -1)
                return Array(line.utf8) + [0x0a]
            },
            isWanted: { record, place in
                let reading = decodings[place.topic] ?? TopicDecoding(topic: place.topic, schemas: catalog)
                guard judge.passes(record, at: place, reading) else { return false }
                guard let pattern else { return true }
                return [record.key, record.value].contains { bytes in
                    bytes.map { String(decoding: $0, as: UTF8.self).contains(pattern) } ?? false
                }
            },
            count: count
        )
    }
}

extension TailPlace {
    /// True for a place to stop at.
    fileprivate var isStop: Bool {
        if case .until = self { true } else { false }
    }
}
