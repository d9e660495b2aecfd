import Cluster
import Monitor
import Operations
import RecordFormats

/// Searches: asking for one, watching it, going where it found something.
extension ConsoleState {
    /// Asks what to look for, where, and from when to when; filled in with the page's topic, or with what was asked last.
    mutating func openSearchForm() -> [Effect] {
        let last = search?.typed ?? [:]
        let isAgain = page == .search
        let source = isAgain ? nil : readingSource
        let topics = source?.topics.joined(separator: ",") ?? last["topics"] ?? ""
        let partitions =
            source?.partitions?.map { "\($0)" }.joined(separator: ",") ?? (isAgain ? last["partitions"] : nil)
        let filter = isAgain ? last["filter"] : tail?.filter.source
        var form = Form(
            .search, title: "look for records", verb: "search",
            lead: [
                "A text, /a pattern/, or an expression over fields, headers and places:",
                ".total > 100 && .cur == \"EUR\"   header.source == web   key ~ /^us-/   !.items[].sku == A-1",
            ],
            fields: [
                Form.Field("filter", "look for", text: filter ?? "", hint: "everything"),
                Form.Field("topics", "topics", text: topics, hint: "orders,payments", isRequired: true),
                Form.Field("partitions", "partitions", text: partitions ?? "", hint: "all; or 0,3-5"),
                Form.Field(
                    "from", "from", text: isAgain ? last["from"] ?? "" : "",
                    hint: "the log start; an offset, 14:02, -2h"),
                Form.Field("to", "to", text: isAgain ? last["to"] ?? "" : "", hint: "the end; an offset, 14:02, -5m"),
            ])
        form.preview = searchPreview(form)
        dialog = .form(form)
        return []
    }

    /// What the page on top is about, as a source to read.
    private var readingSource: TailSource? {
        if case .tail(let source) = page { return source }
        guard let topic = selectedTopic else { return nil }
        return TailSource(topic: topic, partition: nil)
    }

    /// Shows how what is typed is understood.
    mutating func searchFormChanged(_ open: Form) -> [Effect] {
        var form = open
        form.preview = searchPreview(form)
        dialog = .form(form)
        return []
    }

    private func searchPreview(_ form: Form) -> [String] {
        do throws(FormProblem) {
            let request = try searchRequest(form, ticket: 0)
            let asked = request.filter.expression.map { "\($0)" } ?? "every record"
            let count = request.places.count == 1 ? "1 partition" : "\(request.places.count) partitions"
            return ["reads \(asked)", "in \(count), \(words(request))"]
        } catch {
            return ["▲ \(error.reason)"]
        }
    }

    private func searchRequest(_ form: Form, ticket: Int) throws(FormProblem) -> SearchRequest {
        let filter: RecordFilter
        do throws(FilterError) {
            filter = try RecordFilter(parsing: form["filter"])
        } catch {
            throw FormProblem(reason: "look for: \(error)")
        }
        guard var source = TailSource(typed: form["topics"]) else {
            throw FormProblem(reason: "topics are written as orders,payments; at most \(TailSource.maxTopics)")
        }
        for name in source.topics where topic(name) == nil { throw FormProblem(reason: "there is no topic \(name)") }
        if !form["partitions"].isEmpty {
            guard let numbers = TailSource.numbers(form["partitions"]) else {
                throw FormProblem(reason: "partitions are numbers as in 0,3-5")
            }
            source.partitions = Set(numbers).sorted()
        }
        let places = source.topics.flatMap { name in
            (topic(name)?.partitions ?? []).map { TopicPartition(topic: name, partition: $0.description.partition) }
        }.filter { source.has($0) }
        guard !places.isEmpty else { throw FormProblem(reason: "there is no such partition") }
        return SearchRequest(
            ticket: ticket, source: source, places: places, filter: filter, decodings: decodings(of: source),
            from: try bound(form["from"], "from", .logStart), to: try bound(form["to"], "to", .end))
    }

    private func bound(_ typed: String, _ name: String, _ usual: ScanBound) throws(FormProblem) -> ScanBound {
        switch typed {
        case "": return usual
        case "start", "beginning", "earliest": return .logStart
        case "end", "latest": return .end
        default: break
        }
        if typed.count < 10, typed.allSatisfy(\.isNumber), let offset = Int64(typed) { return .offset(offset) }
        do {
            return .time(try settings.zone.parse(typed, now: now).milliseconds)
        } catch {
            throw FormProblem(reason: "\(name): an offset, or \(error)")
        }
    }

    /// `from 2026-11-21 12:00:00 UTC to the end`.
    private func words(_ request: SearchRequest) -> String {
        func words(_ bound: ScanBound) -> String {
            switch bound {
            case .logStart: "the log start"
            case .end: "the end"
            case .offset(let offset): "offset \(offset)"
            case .time(let moment): "\(settings.zone.dateAndClock(moment)) \(settings.zone.name(at: moment))"
            }
        }
        return "from \(words(request.from)) to \(words(request.to))"
    }

    /// Begins the search that the form describes; it goes on whatever page is looked at.
    mutating func beginSearch(_ form: Form) -> [Effect] {
        let request: SearchRequest
        do throws(FormProblem) {
            request = try searchRequest(form, ticket: nextTicket())
        } catch {
            return refuse(form, error.reason)
        }
        dialog = nil
        // There is one search at a time: the one under way ends.
        let ending = search?.isEnded == false ? stopSearch() : []
        let typed = Dictionary(form.fields.map { ($0.id, $0.text) }) { first, _ in first }
        search = SearchState(request: request, range: words(request), typed: typed)
        search?.results.match = request.filter.mark
        return ending + open(.search) + [.search(request)]
    }

    /// Takes news of the search.
    mutating func searchTold(_ news: SearchNews) {
        guard var it = search, it.request.ticket == news.ticket else { return }
        let wasEnded = it.isEnded
        it.progress = news.progress
        it.matches = news.matches
        it.results.take(news.found)
        it.results.problem = news.progress.problems.first
        search = it
        if it.isEnded, !wasEnded, page != .search {
            let count = it.matches == 1 ? "1 record" : "\(Figures.grouped(it.matches)) records"
            say("the search has ended: \(count) found; :results shows them")
        }
    }

    /// Makes the search stand still, or go on.
    mutating func toggleSearch() -> [Effect] {
        guard let it = search else { return [] }
        guard !it.isEnded else {
            say("the search has ended; l begins another")
            return []
        }
        let isPaused = it.progress?.phase == .paused
        return [.controlScan(ticket: it.request.ticket, isPaused ? .resume : .pause)]
    }

    /// Ends the search; what it found stays.
    mutating func stopSearch() -> [Effect] {
        search.map { [.controlScan(ticket: $0.request.ticket, .stop)] } ?? []
    }

    /// Opens the tail of the record's partition at the record.
    mutating func openFound() -> [Effect] {
        guard let found = tail?.selected else { return [] }
        let source = TailSource(topic: found.place.topic, partition: found.place.partition)
        // The tail's own beginning near the end is not read: it begins at the record.
        _ = open(.tail(source))
        seek(bounds(of: source), to: [found.place: found.record.offset], mode: .paging)
        return readOn()
    }
}

/// Why a form cannot be taken.
struct FormProblem: Error {
    /// What is wrong and what to write instead.
    var reason: String
}
