import Cluster
import Monitor

/// What an act would do, before it is done: lines, a table, and the deed that `enter` goes on to.
package struct ActPreview: Equatable, Sendable {
    /// A line of it.
    package struct Line: Equatable, Sendable {
        /// What it says.
        package var text: String
        /// How bad that is.
        package var level: Theme.Level

        /// A line.
        package init(_ text: String, _ level: Theme.Level = .ok) {
            self.text = text
            self.level = level
        }
    }

    /// The title of the box.
    package var title: String
    /// Lines above the table.
    package var lines: [Line] = []
    /// Titles and rows, the first column on the left and the others on the right; empty for no table.
    package var table: [[String]] = []
    /// The first row shown.
    package var scroll = 0
    /// What `enter` does, for the footer.
    package var verb: String
    /// What `enter` goes on to; nil while it is being computed, or where there is nothing to do.
    package var deed: Deed?
    /// The request that fills it in; 0 for none.
    package var ticket = 0
    /// True while it is being computed.
    package var isLoading = false

    /// A preview.
    package init(title: String, verb: String, lines: [Line] = [], deed: Deed? = nil) {
        self.title = title
        self.verb = verb
        self.lines = lines
        self.deed = deed
    }
}

extension ConsoleState {
    /// A key while a preview is open.
    mutating func previewKey(_ key: Key, _ open: ActPreview) -> [Effect] {
        var it = open
        let last = max(0, it.table.count - 2)
        switch key {
        case .escape, "q":
            dialog = nil
            return []
        case .enter:
            guard let deed = it.deed else { return [] }
            dialog = nil
            return confirm(deed)
        case "j", .down: it.scroll = min(last, it.scroll + 1)
        case "k", .up: it.scroll = max(0, it.scroll - 1)
        case "g", .home: it.scroll = 0
        case "G", .end: it.scroll = last
        case .pageDown: it.scroll = min(last, it.scroll + 10)
        case .pageUp: it.scroll = max(0, it.scroll - 10)
        default: return []
        }
        dialog = .act(it)
        return []
    }

    /// A key while it is told what was done: `y` copies the line of Kafka's tools; any other closes it and does what it does.
    mutating func reportKey(_ key: Key, _ report: ActReport) -> [Effect] {
        switch key {
        case "y":
            guard let line = report.toolLine else { return [] }
            dialog = nil
            say("copied the line of Kafka's tools")
            return [.copy(line)]
        case .escape, .enter, "q":
            dialog = nil
            return []
        default:
            dialog = nil
            return pressed(key)
        }
    }

    /// Asks the cluster whether it would take what a form says; what it answers comes to `actChecked`.
    mutating func check(_ act: ClusterAct, of form: Form) -> [Effect] {
        if let refusal = changeRefusal {
            dialog = nil
            say(refusal, .warn)
            return []
        }
        var form = form
        form.problem = nil
        dialog = .form(form)
        let ticket = nextTicket()
        checking = CheckedForm(ticket: ticket, form: form, act: act)
        return [.checkAct(act, ticket: ticket)]
    }

    /// Goes on with a form that the cluster would take, or keeps it open with why not. The answer to another form is dropped.
    mutating func actChecked(ticket: Int, _ result: Result<Void, ClusterError>) -> [Effect] {
        guard let it = checking, it.ticket == ticket else { return [] }
        checking = nil
        guard prompt == nil, case .form(let form) = dialog, form.fields == it.form.fields else { return [] }
        switch result {
        case .failure(let error): return refuse(form, "\(error)")
        case .success:
            dialog = nil
            return proceed(it.act)
        }
    }

    /// What follows a form that is in order: creating at once, a change of settings after its preview.
    private mutating func proceed(_ act: ClusterAct) -> [Effect] {
        switch act {
        case .createTopic(let topic):
            return confirm(Deed(topic.name, words: "create it", .reversible, effects: [.act(act)]))
        case .alter(let resource, let changes):
            dialog = .act(alterationPreview(resource, changes))
            return []
        case .deleteTopics, .addPartitions, .deleteRecords, .deleteGroup: return []
        }
    }

    /// Says what an act did, with the line of Kafka's tools, and has everything read anew that it changed.
    mutating func acted(_ act: ClusterAct, _ result: Result<ActReport, ClusterError>) -> [Effect] {
        switch result {
        case .failure(let error):
            say("\(error)", .crit)
            return []
        case .success(var report):
            report.toolLine = act.toolLine(at: bootstrap)
            lastReport = report
            leave(what: act)
            if prompt == nil, dialog == nil {
                dialog = .done(report)
            } else {
                say(report.text, report.problems.isEmpty ? .ok : .warn)
            }
            return [.refresh] + reload(after: act)
        }
    }

    /// Leaves the pages of what was deleted.
    private mutating func leave(what act: ClusterAct) {
        switch act {
        case .deleteTopics(let names): pages.removeAll { $0.topicName.map(names.contains) ?? false }
        case .deleteGroup(let id): pages.removeAll { $0.groupName == id }
        case .createTopic, .addPartitions, .alter, .deleteRecords: return
        }
        if pages.isEmpty { pages = [.dashboard] }
    }

    private mutating func reload(after act: ClusterAct) -> [Effect] {
        guard case .alter(let resource, _) = act else { return [] }
        switch resource {
        case .topic(let name): return [.loadConfiguration(topic: name)]
        case .broker(let id): return [.loadBrokerConfiguration(id)]
        case .brokerDefaults: return []
        }
    }

    /// Where Kafka's tools would reach the cluster.
    var bootstrap: String {
        if !settings.address.isEmpty { return settings.address }
        return snapshot.status?.brokers.first.map { "\($0.host):\($0.port)" } ?? "localhost:9092"
    }

    /// Tells again what was done last.
    mutating func showLastReport() -> [Effect] {
        guard let lastReport else { return [] }
        dialog = .done(lastReport)
        return []
    }
}

/// A form whose contents the cluster is asked about.
package struct CheckedForm: Equatable, Sendable {
    /// The request.
    var ticket: Int
    /// The form as it was then.
    var form: Form
    /// What it asks for.
    var act: ClusterAct
}

extension Page {
    /// The topic a page is about.
    var topicName: String? {
        switch self {
        case .topic(let name), .configuration(let name), .replay(_, let name), .statistics(let name),
            .travel(let name):
            name
        case .tail(let source): source.topic
        default: nil
        }
    }

    /// The group a page is about.
    var groupName: String? {
        switch self {
        case .group(let id), .members(let id), .replay(let id, _): id
        default: nil
        }
    }
}
