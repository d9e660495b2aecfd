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
        guard makeRoomForSearch() else {
            return refuse(form, "\(Self.mostSearches) searches are under way; :results lists them, z ends one")
        }
        dialog = nil
        let typed = Dictionary(form.fields.map { ($0.id, $0.text) }) { first, _ in first }
        if let search { otherSearches.insert(search, at: 0) }
        search = SearchState(request: request, range: words(request), typed: typed)
        search?.results.match = request.filter.mark
        return open(.search) + [.search(request)]
    }

    /// Most searches that are kept, under way or ended: each may hold what a tail holds.
    static let mostSearches = 4

    /// Drops the oldest search that has ended where there are too many; false where none has.
    private mutating func makeRoomForSearch() -> Bool {
        guard searches.count >= Self.mostSearches else { return true }
        if let place = otherSearches.lastIndex(where: \.isEnded) {
            otherSearches.remove(at: place)
        } else if search?.isEnded == true {
            search = nil
        } else {
            return false
        }
        return true
    }

    /// All searches, the one looked at last first.
    var searches: [SearchState] { (search.map { [$0] } ?? []) + otherSearches }

    /// The search that keys are about: on the list the one under the cursor, elsewhere the one looked at last.
    var selectedSearch: SearchState? {
        guard page == .searches else { return search }
        return selectedID.flatMap { id in searches.first { $0.id == id } }
    }

    /// Opens the results of the one search, or the list of several.
    mutating func openResults() -> [Effect] { open(otherSearches.isEmpty ? .search : .searches) }

    /// Opens the results of the search under the cursor.
    mutating func openSelectedSearch() -> [Effect] {
        guard let chosen = selectedSearch else { return [] }
        if let place = otherSearches.firstIndex(where: { $0.id == chosen.id }) {
            otherSearches.remove(at: place)
            if let search { otherSearches.insert(search, at: 0) }
            search = chosen
        }
        return open(.search)
    }

    /// Takes news of a search.
    mutating func searchTold(_ news: SearchNews) {
        if search?.request.ticket == news.ticket {
            search.map { search = told($0, news, isShown: page == .search) }
        } else if let place = otherSearches.firstIndex(where: { $0.request.ticket == news.ticket }) {
            otherSearches[place] = told(otherSearches[place], news, isShown: false)
        }
    }

    private mutating func told(_ before: SearchState, _ news: SearchNews, isShown: Bool) -> SearchState {
        var it = before
        it.progress = news.progress
        it.matches = news.matches
        it.results.take(news.found)
        it.results.problem = news.progress.problems.first
        if it.isEnded, !before.isEnded, !isShown, page != .searches {
            let count = it.matches == 1 ? "1 record" : "\(Figures.grouped(it.matches)) records"
            say("the search has ended: \(count) found; :results shows them")
        }
        return it
    }

    /// Makes the search stand still, or go on.
    mutating func toggleSearch() -> [Effect] {
        guard let it = selectedSearch else { return [] }
        guard !it.isEnded else {
            say("the search has ended; l begins another")
            return []
        }
        let isPaused = it.progress?.phase == .paused
        return [.controlScan(ticket: it.request.ticket, isPaused ? .resume : .pause)]
    }

    /// Ends the search; what it found stays.
    mutating func stopSearch() -> [Effect] {
        selectedSearch.map { [.controlScan(ticket: $0.request.ticket, .stop)] } ?? []
    }

    /// What the footer says of searches that are not on the screen: of one how far it is, of several how many.
    var searchNote: String? {
        let hidden = page == .searches ? [] : page == .search ? otherSearches : searches
        let running = hidden.compactMap(\.shortWords)
        return running.count > 1 ? "\(running.count) searches under way" : running.first
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
