import Cluster
import StreamQuery

/// Takes statements, and keeps the queries that they start.
actor QueryDesk {
    /// A query at work.
    private struct Running {
        var query: PersistentQuery
        var task: Task<Void, Never>
    }

    let cluster: any Cluster
    private let folder: QueryFolder?
    private let refusal: String
    private let keeper: BoardKeeper
    private var file: StatementFile?
    var catalog = StatementCatalog()
    private var running: [String: Running] = [:]
    /// Push queries; each says in the end why it could not go on.
    private var pushes: [String: Task<String?, Never>] = [:]
    private var nextPush = 1
    private var isStarted = false

    /// How ids of push queries begin; those of persistent ones have no small letters.
    static let pushPrefix = "transient_"

    /// A desk with nothing on it.
    init(_ cluster: any Cluster, _ folder: QueryFolder?, _ refusal: String, _ keeper: BoardKeeper) {
        self.cluster = cluster
        self.folder = folder
        self.refusal = refusal
        self.keeper = keeper
        file = folder.map { StatementFile($0) }
    }

    var hasStatements: Bool { !catalog.sources.isEmpty || !catalog.queries.isEmpty }

    // MARK: starting and stopping

    /// Takes in the statements that are kept, and starts what they have left running.
    func start() async {
        guard !isStarted else { return }
        isStarted = true
        guard var file, let folder else { return }
        var settings: [String: QuerySettings] = [:]
        var fresh = StatementCatalog()
        do throws(QueryFolderError) {
            let problem = try file.load { statement throws(StatementError) in
                switch try fresh.apply(statement) {
                case .started(let query, _): settings[query.id] = QuerySettings(fresh.properties)
                case .resumed(let ids):
                    for id in ids { settings[id]?.raiseBudget(to: QuerySettings(fresh.properties)) }
                default: break
                }
            }
            keeper.put(problem: problem)
            if problem != nil { fresh = StatementCatalog() }
        } catch {
            keeper.put(problem: "\(error)")
            return
        }
        self.file = file
        catalog = fresh
        for query in catalog.queries.values.sorted(by: { $0.id < $1.id }) {
            launch(query, settings[query.id] ?? QuerySettings(), folder, isPaused: query.state == .paused)
        }
        showSources()
    }

    /// Ends everything.
    func stop() async {
        for task in pushes.values { task.cancel() }
        for query in running.values { query.task.cancel() }
        for task in pushes.values { _ = await task.value }
        for query in running.values { await query.task.value }
        running = [:]
        pushes = [:]
    }

    private func launch(
        _ definition: QueryDefinition, _ settings: QuerySettings, _ folder: QueryFolder, isPaused: Bool = false
    ) {
        let keeper = keeper
        let query: PersistentQuery
        do {
            query = try PersistentQuery(
                definition, settings, on: cluster, StateFiles(folder, query: definition.id)
            ) { keeper.put($0) }
        } catch {
            var figures = QueryFigures(
                id: definition.id, isTransient: false, statement: definition.statement, state: .stopped("\(error)"),
                source: definition.plan.source.name, sourceTopic: definition.plan.source.topic)
            figures.sink = definition.plan.sink?.name
            (figures.recordsInPerSecond, figures.rowsOutPerSecond) = (0, 0)
            keeper.put(figures)
            return
        }
        let task = Task(priority: .utility) {
            if isPaused { await query.show(.paused) } else { await query.run() }
        }
        running[definition.id] = Running(query: query, task: task)
    }

    private func end(_ id: String) async {
        guard let query = running.removeValue(forKey: id) else { return }
        query.task.cancel()
        await query.task.value
    }

    /// Ends a push query.
    func close(_ id: String) async {
        guard let task = pushes.removeValue(forKey: id) else { return }
        task.cancel()
        _ = await task.value
        keeper.remove(id)
    }

    /// Whether a query has yet to look at its topic for the first time.
    func isBeginning(_ id: String) -> Bool {
        guard let figures = keeper.board.queries.first(where: { $0.id == id }) else { return running[id] != nil }
        switch figures.state {
        case .restoring: return true
        case .running: return figures.lag == nil
        case .paused, .stopped: return false
        }
    }

    /// A running query by its id.
    func query(_ id: String) -> PersistentQuery? { running[id]?.query }

    // MARK: statements

    /// Runs the statements of a text until one fails; push queries are left running.
    func run(_ text: String) async -> [StatementAnswer] {
        var answers: [StatementAnswer] = []
        var script: Script?
        while let answer = await next(&script, of: text, nil) {
            answers.append(answer)
            if case .failed = answer { break }
        }
        return answers
    }

    /// Runs the statements of a text until one fails or the task is cancelled; a push query is run to its end before the next statement.
    func follow(_ text: String, _ tell: @escaping ScriptEvent.Listener) async {
        var script: Script?
        while let answer = await next(&script, of: text, tell) {
            tell(.answer(answer))
            if case .failed = answer { return }
            guard case .started(let id) = answer, let push = pushes[id] else { continue }
            let problem = await withTaskCancellationHandler {
                await push.value
            } onCancel: {
                push.cancel()
            }
            await close(id)
            if let problem { return tell(.answer(.failed(problem))) }
            if Task.isCancelled { return }
        }
    }

    /// Runs the next statement of a text.
    ///
    /// - Parameter script: What is left of the text; nil before its first statement.
    /// - Returns: What came of it; nil behind the last one.
    private func next(
        _ script: inout Script?, of text: String, _ listener: ScriptEvent.Listener?
    ) async -> StatementAnswer? {
        // What is kept comes first.
        await start()
        defer { showSources() }
        do throws(StatementError) {
            if script == nil { script = try Script(text, variables: catalog.variables) }
            guard let statement = try script?.next() else { return nil }
            do throws(StatementError) {
                return try await run(statement, listener)
            } catch {
                throw error.located(in: text)
            }
        } catch {
            return .failed("\(error)")
        }
    }

    private func run(
        _ statement: Statement, _ listener: ScriptEvent.Listener?
    ) async throws(StatementError) -> StatementAnswer {
        if let problem = problem(of: statement.kind) { throw StatementError(problem, at: statement.span) }
        var changed = catalog
        changed.stops = keeper.board.stops
        let outcome = try changed.apply(statement)
        do throws(DeskFailure) {
            let answer = try await carryOut(outcome, statement, changed, listener)
            catalog = changed
            return answer
        } catch {
            return .failed(error.reason)
        }
    }

    /// Why a setting or a variable cannot be as it is asked for. The catalog itself takes all: what was kept must be read again.
    private func problem(of kind: Statement.Kind) -> String? {
        switch kind {
        case .set(let name, let value): QuerySettings.problem(name, value)
        case .unset(let name) where catalog.properties[name] == nil: "no setting '\(name)' was set"
        case .undefine(let name) where catalog.variables[name.text] == nil:
            "no variable called \(name.text) was defined"
        default: nil
        }
    }

    private func carryOut(
        _ outcome: StatementOutcome, _ statement: Statement, _ changed: StatementCatalog,
        _ listener: ScriptEvent.Listener?
    ) async throws(DeskFailure) -> StatementAnswer {
        switch outcome {
        case .unchanged(let sentence): return .done(sentence)
        case .text(let text): return .text(text)
        case .listing(let table): return .table(titles: table.titles, rows: table.rows)
        case .topics: return try await topicTable()
        case .print(let topic):
            guard let listener else { return try await records(topic) }
            return print(topic, listener)
        case .insert(let record): return try await insert(record)
        case .pull(let plan): return try await pull(plan)
        case .push(let plan): return try push(plan, "\(statement)", listener)
        case .created(let source, let topic):
            try await ensure(topic, of: source)
            try keep(statement)
            return .done("\(source.kind.rawValue) \(source.name) is there.")
        case .started(let query, let replaced):
            try await start(query, replacing: replaced, statement, changed)
            return .started(query.id)
        case .terminated(let ids):
            try keep(statement)
            for id in ids { await forget(id) }
            return .done(ids.isEmpty ? "No query is running." : "Ended: \(ids.joined(separator: ", ")).")
        case .paused(let ids):
            try keep(statement)
            for id in ids { await pause(id) }
            return .done("Paused: \(ids.joined(separator: ", ")).")
        case .resumed(let ids):
            try keep(statement)
            for id in ids { await resume(id) }
            return .done("Resumed: \(ids.joined(separator: ", ")).")
        case .dropped(let name, let terminated, let topic):
            try keep(statement)
            for id in terminated { await forget(id) }
            if let topic {
                try await cluster { cluster async throws(ClusterError) in try await cluster.deleteTopic(topic) }
            }
            return .done("\(name) is gone." + (topic.map { " The topic \($0) is deleted." } ?? ""))
        case .property(let name, let value):
            try keep(statement)
            return .done(value.map { "\(name) is '\($0)'." } ?? "\(name) has its default again.")
        case .variable(let name, let value):
            try keep(statement)
            return .done(value.map { "\(name) is '\($0)'." } ?? "\(name) is no more.")
        }
    }

    // MARK: persistent queries

    private func start(
        _ query: QueryDefinition, replacing replaced: String?, _ statement: Statement, _ changed: StatementCatalog
    ) async throws(DeskFailure) {
        guard let folder else { throw DeskFailure(reason: refusal) }
        let settings = QuerySettings(changed.properties)
        do throws(QueryFailure) {
            let topic = query.plan.source.topic
            let partitions = try await SourceFeed.partitions(of: topic, cluster)
            try await ensureSink(query.plan, partitions: partitions)
            if let dead = settings.deadLetterTopic { try await ensureTopic(dead) }
            let start = try await SourceFeed.beginning(of: topic, partitions: partitions, settings.reset, cluster)
            if let replaced { await forget(replaced) }
            // An id may have been used before: nothing of that is this query's.
            await forgetGroup(of: query.id)
            do throws(QueryFolderError) {
                try PersistentQuery.begin(
                    StateFiles(folder, query: query.id), incarnation: UInt64.random(in: 1...UInt64.max), at: start)
            } catch {
                throw QueryFailure(error)
            }
        } catch {
            throw DeskFailure(error)
        }
        try keep(statement)
        launch(query, settings, folder)
    }

    /// Ends a query for good, and forgets where it was.
    private func forget(_ id: String) async {
        await end(id)
        keeper.remove(id)
        if let folder { StateFiles(folder, query: id).removeAll() }
        await forgetGroup(of: id)
    }

    private func forgetGroup(of id: String) async {
        let group = PersistentQuery.group(of: id)
        // A group that is not there is no act, and one that cannot be reached holds nothing that a later query would take for its own: it has
        // another number.
        guard let found = try? await cluster.groups(named: [group]), !found.isEmpty else { return }
        try? await cluster.deleteGroup(group)
    }

    private func pause(_ id: String) async {
        guard let query = running[id] else { return }
        query.task.cancel()
        await query.task.value
        await query.query.show(.paused)
    }

    /// Has a query go on, with the budget that is set by now if that is larger: so one gets more whose state has outgrown its own.
    private func resume(_ id: String) async {
        guard let known = running[id], let folder else { return }
        known.task.cancel()
        await known.task.value
        var settings = known.query.settings
        settings.raiseBudget(to: QuerySettings(catalog.properties))
        // Whoever asks before it has come to its state is not told the old one.
        keeper.put(id, .restoring(0))
        launch(known.query.definition, settings, folder)
    }

    // MARK: push queries

    private func push(
        _ plan: QueryPlan, _ statement: String, _ listener: ScriptEvent.Listener?
    ) throws(DeskFailure) -> StatementAnswer {
        let id = nextPushID()
        let keeper = keeper
        let query: PushQuery
        do {
            query = try PushQuery(
                id, statement, plan, QuerySettings(catalog.properties), on: cluster, publish: { keeper.put($0) },
                listener: listener)
        } catch {
            throw DeskFailure(reason: "\(error)")
        }
        pushes[id] = Task(priority: .utility) { await query.run() }
        return .started(id)
    }

    /// PRINT for who reads a script: it ends as a push query does.
    private func print(_ topic: PrintTopic, _ listener: @escaping ScriptEvent.Listener) -> StatementAnswer {
        let id = nextPushID()
        let printer = TopicPrinter(statement: topic, cluster: cluster, listener: listener)
        pushes[id] = Task(priority: .utility) { await printer.run() }
        return .started(id)
    }

    private func nextPushID() -> String {
        defer { nextPush += 1 }
        return "\(Self.pushPrefix)\(nextPush)"
    }

    // MARK: keeping

    private func keep(_ statement: Statement) throws(DeskFailure) {
        guard file != nil else { return }
        do throws(QueryFolderError) { try file?.append(statement) } catch { throw DeskFailure(reason: "\(error)") }
    }

    private func showSources() {
        keeper.put(
            catalog.sources.values.sorted { $0.name < $1.name }.map { source in
                let keys = source.schema.key.map { QueryColumn(name: $0.name, type: "\($0.type)", isKey: true) }
                let others = source.schema.columns.dropFirst(keys.count).map {
                    QueryColumn(name: $0.name, type: "\($0.type)", isKey: false)
                }
                return QuerySource(
                    name: source.name, kind: source.kind.rawValue, topic: source.topic, columns: keys + others)
            })
    }
}

/// Why a statement could not be carried out.
struct DeskFailure: Error {
    var reason: String

    init(reason: String) { self.reason = reason }

    init(_ failure: QueryFailure) { reason = failure.problem ?? "it was ended meanwhile" }
}
