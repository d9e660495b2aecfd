import Cluster

/// A page by its words, as the command line names it: `topics`, `topic orders`, `replay billing orders`.
package struct PlainRequest: Equatable, Sendable {
    /// The page.
    package var page: Page

    /// Why words name no page.
    package enum Problem: Error, Equatable, Sendable, CustomStringConvertible {
        /// No page is called so.
        case unknown(String, suggestion: String?)
        /// The page is about something that was not named, or about less than was.
        case wrongArguments(String)
        /// It is no list; says what prints it.
        case notAList(String)

        package var description: String {
            switch self {
            case .unknown(let word, let suggestion):
                "no page is called \"\(word)\"" + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "")
                    + " There are: \(PageKind.allCases.map(\.rawValue).joined(separator: ", "))"
            case .wrongArguments(let form): "write: \(form)"
            case .notAList(let remedy): remedy
            }
        }
    }

    /// Reads a page's words; none is the dashboard.
    package init(_ words: [String]) throws(Problem) {
        guard let name = words.first else {
            page = .dashboard
            return
        }
        guard let kind = PageKind(rawValue: name.lowercased()) else {
            throw .unknown(name, suggestion: Suggestion.nearest(to: name, among: PageKind.allCases.map(\.rawValue)))
        }
        let rest = Array(words.dropFirst())
        let form = ([kind.rawValue] + kind.arguments).joined(separator: " ")
        guard rest.count == kind.arguments.count else { throw .wrongArguments(form) }
        guard let page = kind.page(about: rest) else {
            throw kind.remedy.map { .notAList($0) } ?? .wrongArguments(form)
        }
        self.page = page
    }
}

extension PageKind {
    /// What a page of this kind is about, by the words that the command line's help uses.
    var arguments: [String] {
        switch self {
        case .topic, .configuration: ["TOPIC"]
        case .group, .members: ["GROUP"]
        case .replay: ["GROUP", "TOPIC"]
        case .alert: ["ALERT"]
        case .brokerConfiguration: ["BROKER"]
        case .act: ["ID"]
        case .transaction: ["TRANSACTION"]
        case .producers: ["TOPIC", "PARTITION"]
        case .query: ["QUERY"]
        default: []
        }
    }

    /// The page of this kind about things; nil where it cannot be had by naming them.
    func page(about words: [String]) -> Page? {
        guard remedy == nil, words.count == arguments.count else { return nil }
        switch self {
        case .topic: return .topic(words[0])
        case .configuration: return .configuration(words[0])
        case .group: return .group(words[0])
        case .members: return .members(words[0])
        case .replay: return .replay(group: words[0], topic: words[1])
        case .alert: return .alert(words[0])
        case .brokerConfiguration: return Int32(words[0]).map { .brokerConfiguration($0) }
        case .act: return .act(words[0])
        case .transaction: return .transaction(words[0])
        case .query: return .query(words[0])
        case .producers:
            return Int32(words[1]).map { .producers(TopicPartition(topic: words[0], partition: $0)) }
        default: return example
        }
    }

    /// What to do instead, for pages that show records or a job's work and not a list of the cluster's state.
    var remedy: String? {
        switch self {
        case .tail, .search, .searches, .keyHistory: "records are printed by weir tail"
        case .statement, .explanation: "statements are run by weir query"
        case .statistics, .travel: "it reads all of a topic's records, which begins with a key in the console"
        default: nil
        }
    }
}
