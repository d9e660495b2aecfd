/// A way in which a verb's output differs from that of Kafka's tool, on purpose.
enum ToolDifference: Hashable, CaseIterable, Sendable {
    case eligibleLeaders
    case order
    case sizes
    case diagnostics
    case javaErrors
    case exitCode
    case notOffered

    /// Why.
    var reason: String {
        switch self {
        case .eligibleLeaders:
            "Elr and LastKnownElr are N/A: Metadata does not carry them, and Kafka's tool prints N/A then too"
        case .order: "topics and partitions come ascending by name; Kafka's tools print the order of a hash table"
        case .sizes: "bytes on disk depend on how clients cut their batches, and on Weir's own group metadata"
        case .diagnostics: "errors and warnings are said on stderr; Kafka's tools print these on stdout"
        case .javaErrors: "errors are told in words, without the names of Java classes"
        case .exitCode:
            "the exit code is not 0 whenever something asked for was not done, and 64 for a wrong command line"
        case .notOffered: "quotas, users, broker loggers and paging hints are not offered: a wrong command line"
        }
    }

    /// Takes the difference out of a text of either side.
    func removed(from text: String) -> String {
        switch self {
        case .eligibleLeaders:
            text.replacing("Elr: N/A\tLastKnownElr: N/A", with: "Elr: \tLastKnownElr: ")
        case .order: Self.sorted(text)
        case .sizes: text.replacing(#/"size":\d+/#, with: #""size":0"#)
        case .diagnostics:
            text.split(separator: "\n").filter {
                !$0.hasPrefix("WARNING: ") && !$0.hasPrefix("Error while executing topic command : ")
            }.map { "\($0)\n" }.joined()
        case .javaErrors: text.replacing(#/error: .*/#, with: "error: ")
        case .exitCode: text
        case .notOffered: ""
        }
    }

    /// Blocks of lines sorted, a block being a line with the indented ones below it; partitions inside JSON sorted, too.
    private static func sorted(_ text: String) -> String {
        var blocks: [String] = []
        for line in text.split(separator: "\n") {
            if line.first == "\t" || line.first == " ", !blocks.isEmpty {
                blocks[blocks.count - 1] += line + "\n"
            } else {
                blocks.append(line + "\n")
            }
        }
        return blocks.map { block in
            guard let list = block.firstMatch(of: #/"partitions":\[(\{.*\})\]/#) else { return block }
            let entries = list.1.split(separator: #/(?<=\}),(?=\{)/#).sorted()
            return block.replacing(list.1, with: entries.joined(separator: ","))
        }.sorted().joined()
    }
}
