/// A way in which a verb's output or exit code differs from that of Kafka's tool, on purpose.
enum ToolDifference: Hashable, CaseIterable, Sendable {
    case eligibleLeaders
    case order
    case noTopics
    case diagnostics
    case javaErrors
    case exitCode
    case usageCode
    case titles
    case missingPartitions
    case describesAnyway
    case version
    case notOffered
    case groupMetadata
    case embeddedBroker

    /// Why.
    var reason: String {
        switch self {
        case .eligibleLeaders:
            "Elr and LastKnownElr are N/A: Metadata does not carry them, and Kafka's tool prints N/A then too"
        case .order: "topics and partitions come ascending by name; Kafka's tools print the order of a hash table"
        case .noTopics: "a list of no topics is empty; Kafka's tool prints an empty line"
        case .diagnostics: "errors and warnings are said on stderr; Kafka's tools print these on stdout"
        case .javaErrors: "errors are told in words, without the names of Java classes"
        case .exitCode: "the exit code is not 0 whenever something asked for was not done"
        case .usageCode: "a wrong command line or input file ends with 64; Kafka's tools end with 1"
        case .titles:
            "a title is printed with its settings; Kafka's tool prints it and fails then, or hangs for a minute"
        case .missingPartitions:
            "a partition that does not exist gets its line at once; Kafka's tool hangs for a minute and says nothing"
        case .describesAnyway: "log-dirs has one thing to do and does it without --describe"
        case .version: "--version tells Weir's"
        case .notOffered: "quotas, users, broker loggers and paging hints are not offered: a wrong command line"
        case .groupMetadata: "__consumer_offsets is as large as Weir's own group metadata"
        case .embeddedBroker:
            "the embedded broker does not change log.cleaner.threads while it runs: it has one cleaner"
        }
    }

    /// Takes the difference out of a text of either side.
    func removed(from text: String) -> String {
        switch self {
        case .eligibleLeaders: text.replacing("Elr: N/A\tLastKnownElr: N/A", with: "Elr: \tLastKnownElr: ")
        case .order: Self.sorted(text)
        case .noTopics: text == "\n" ? "" : text
        case .diagnostics:
            text.split(separator: "\n", omittingEmptySubsequences: false).filter {
                !$0.hasPrefix("WARNING: ") && !$0.hasPrefix(Self.topicError)
            }.joined(separator: "\n")
        case .javaErrors: text.replacing(#/error: (org\.apache\.kafka\.[\w.]*: )?.*/#, with: "error: ")
        case .exitCode, .usageCode: text
        case .titles: text.replacing(#/(?m)^\w+ configs for (topic missing|broker 7) are:\n/#, with: "")
        case .missingPartitions: text.replacing(#/(?m)^partition: .*\terror: .* does not exist\n/#, with: "")
        case .groupMetadata:
            text.replacing(#/"partition":"__consumer_offsets-\d","size":\d+/#) {
                String($0.0.prefix { $0 != "," })
            }
        case .describesAnyway, .version, .notOffered, .embeddedBroker: ""
        }
    }

    /// How `kafka-topics.sh` begins the line that tells its error.
    static let topicError = "Error while executing topic command : "

    /// Blocks sorted, a block being a line with the indented ones below it; partitions inside JSON sorted, too.
    private static func sorted(_ text: String) -> String {
        var blocks: [String] = []
        var isTitled = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let isIndented = line.first == "\t" || line.first == " "
            if isIndented, isTitled {
                blocks[blocks.count - 1] += "\n" + line
            } else {
                blocks.append(String(line))
            }
            isTitled = isTitled || !isIndented
        }
        return blocks.map { block in
            guard let list = block.firstMatch(of: #/"partitions":\[(\{.*\})\]/#) else { return block }
            let entries = list.1.matches(of: #/\{[^}]*\}/#).map { String($0.0) }.sorted()
            return block.replacing(list.1, with: entries.joined(separator: ","))
        }.sorted().joined(separator: "\n")
    }
}
