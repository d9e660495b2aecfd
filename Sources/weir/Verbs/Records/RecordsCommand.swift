import ArgumentParser
import Cluster

/// `weir records`: what `kafka-delete-records.sh` does.
struct RecordsCommand: VerbGroup {
    static let configuration = CommandConfiguration(
        commandName: "records",
        abstract: "Deletes records from the starts of logs.",
        discussion: VerbFailure.help,
        subcommands: [RecordsDelete.self]
    )
}

/// `weir records delete`: moves log starts up.
struct RecordsDelete: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Deletes the records of partitions before an offset.",
        discussion: """
            Name the new starts as topic:partition:offset, the form in which weir offsets prints them, or in a file \
            {"partitions": [{"topic": "orders", "partition": 0, "offset": 3}], "version": 1}. Offset -1 deletes all records \
            there are. Asks to type the name of each topic; without a terminal it refuses unless --yes is given.

            JSON: an array of {"topic", "partition", "lowWatermark", "error"}; "lowWatermark" is where the log starts now, null \
            where it was refused.
            """
    )

    @Argument(help: ArgumentHelp("Where logs shall start.", valueName: "topic:partition:offset"))
    var starts: [String] = []

    @Option(help: ArgumentHelp("A JSON file that says where logs shall start.", valueName: "file"))
    var offsetJsonFile: String?

    @Flag(name: .shortAndLong, help: "Deletes without asking.")
    var yes = false

    @OptionGroup var reach: ClusterOptions
    @OptionGroup var output: OutputOptions

    var changesCluster: Bool { true }

    func validate() throws {
        guard starts.isEmpty != (offsetJsonFile == nil) else {
            throw ValidationError("say where logs shall start, as topic:partition:offset or by --offset-json-file")
        }
    }

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        let offsets = try wanted()
        for (topic, partitions) in Dictionary(grouping: offsets.keys, by: \.topic).sorted(by: { $0.key < $1.key }) {
            try shell.confirm(
                consequence(topic, partitions.sorted(), offsets), typing: topic, isConfirmed: yes)
        }
        if !output.json { try shell.line("Executing records delete operation") }
        let outcomes = try await cluster.deleteRecords(before: offsets)
        if !output.json { try shell.line("Records delete operation completed:") }
        var documents: [JSONValue] = []
        var refused = 0
        for partition in offsets.keys.sorted() {
            var start: Int64?
            var reason: String?
            do throws(ClusterError) {
                guard let outcome = outcomes[partition] else {
                    throw .unavailable("\(partition): the answer left the partition out")
                }
                start = try outcome.get()
            } catch {
                reason = "\(error)"
                refused += 1
            }
            documents.append([
                "topic": .string(partition.topic), "partition": JSONValue(partition.partition),
                "lowWatermark": JSONValue(start), "error": JSONValue(reason),
            ])
            if !output.json {
                try shell.line(
                    "partition: \(partition)\t" + (start.map { "low_watermark: \($0)" } ?? "error: \(reason ?? "")"))
            }
        }
        if output.json { try shell.json(.array(documents)) }
        if refused > 0 {
            throw VerbFailure(.notDone, "the records of \(refused) of \(offsets.count) partitions were not deleted")
        }
    }

    private func wanted() throws(VerbFailure) -> [TopicPartition: Int64] {
        var entries: [OffsetFile.Entry] = []
        if let offsetJsonFile {
            entries = try OffsetFile.read(offsetJsonFile)
        } else {
            for text in starts { entries.append(try Self.entry(text)) }
        }
        var offsets: [TopicPartition: Int64] = [:]
        var twice: Set<TopicPartition> = []
        for entry in entries {
            let partition = TopicPartition(topic: entry.topic, partition: entry.partition)
            guard entry.partition >= 0, entry.offset >= -1 else {
                throw VerbFailure(
                    .usage, "\(partition): offset \(entry.offset) is none; use 0 or more, or -1 for the end")
            }
            if offsets.updateValue(entry.offset, forKey: partition) != nil { twice.insert(partition) }
        }
        guard twice.isEmpty else {
            let names = twice.sorted().map { "\($0)" }.joined(separator: ",")
            throw VerbFailure(.usage, "duplicate topic partitions: \(names); name each once")
        }
        guard !offsets.isEmpty else { throw VerbFailure(.usage, "no partition is named") }
        return offsets
    }

    /// Reads `topic:partition:offset`.
    private static func entry(_ text: String) throws(VerbFailure) -> OffsetFile.Entry {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, let partition = Int32(parts[1]), let offset = Int64(parts[2]) else {
            throw VerbFailure(.usage, "\"\(text)\" is no topic:partition:offset, for example orders:0:1000")
        }
        return OffsetFile.Entry(topic: String(parts[0]), partition: partition, offset: offset)
    }

    private func consequence(_ topic: String, _ partitions: [TopicPartition], _ offsets: [TopicPartition: Int64])
        -> String
    {
        let parts = partitions.map { partition in
            switch offsets[partition] ?? -1 {
            case -1: "all records in partition \(partition.partition)"
            case let offset: "those before offset \(offset) in partition \(partition.partition)"
            }
        }
        return "Records of \(topic) will be deleted: \(parts.joined(separator: ", "))."
    }
}
