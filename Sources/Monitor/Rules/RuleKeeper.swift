import AlertRules
import Synchronization
import WindowedMetrics

/// What surrounds a monitor's rules: the files they come from, and the file their state is kept in.
///
/// ```swift
/// let rules = RuleKeeper(source.load(), source: source)
/// rules.keep(in: stateDirectory) { log($0) }
/// let monitor = Monitor(of: cluster, rules: rules)
/// ```
package final class RuleKeeper: Sendable {
    private struct State {
        var source: (any RuleSource)?
        var lookedAt: Moment?
        var isReloadWanted = false
        var folder: String?
        /// Set once the cluster is known.
        var file: RuleStateFile?
        var savedAt: Moment?
        var isUnsaved = false
        /// What went wrong with the file last, so that it is told once.
        var problem: String?
        var report: @Sendable (String) -> Void = { _ in }
    }

    /// The rules at the beginning.
    package let loaded: LoadedRules
    private let state: Mutex<State>

    /// How often files are looked at, and how long a changed state may wait to be kept where nothing fired or resolved, milliseconds.
    private static let pause: Int64 = 15_000
    /// What fires or resolves makes a state be kept at once, but for so many milliseconds after the last time.
    private static let eventPause: Int64 = 2000

    /// Rules whose state is not kept.
    ///
    /// - Parameters:
    ///   - loaded: The rules.
    ///   - source: Where they come from, to be read again when it changes; nil for nowhere.
    package init(_ loaded: LoadedRules = .shipped, source: (any RuleSource)? = nil) {
        self.loaded = loaded
        state = Mutex(State(source: source))
    }

    /// Lets the state outlive the process, from the first poll on.
    ///
    /// - Parameters:
    ///   - folder: Weir's own folder; one file a cluster.
    ///   - report: Takes what went wrong with the file, in words.
    package func keep(in folder: String, report: @escaping @Sendable (String) -> Void) {
        state.withLock {
            $0.folder = folder
            $0.report = report
        }
    }

    /// Looks at the files with the next poll.
    func reloadSoon() { state.withLock { $0.isReloadWanted = true } }

    /// Before an evaluation: takes over what an earlier run kept, once it is known whose it is, and puts changed rules to work.
    func prepare(_ watch: inout RuleWatch, cluster: String?, at now: Moment) {
        let kept: (KeptRuleState?, String?, @Sendable (String) -> Void) = state.withLock { state in
            guard let folder = state.folder, state.file == nil, let cluster, !cluster.isEmpty else {
                return (nil, nil, state.report)
            }
            let file = RuleStateFile(folder: folder, cluster: cluster)
            state.file = file
            do {
                return (try file.load(), nil, state.report)
            } catch {
                state.problem = "\(error)"
                return (nil, "\(error)", state.report)
            }
        }
        if let problem = kept.1 { kept.2(problem) }
        if let state = kept.0 { watch.restore(state, at: now) }
        let new: LoadedRules? = state.withLock { state in
            let isDue = state.lookedAt.map { now.milliseconds(since: $0) >= Self.pause } ?? true
            guard isDue || state.isReloadWanted else { return nil }
            state.lookedAt = now
            state.isReloadWanted = false
            return state.source?.changed()
        }
        if let new {
            watch.use(new)
            for problem in new.problems { kept.2("\(problem)") }
        }
    }

    /// After an evaluation: keeps the state, at once where something fired or resolved.
    func finish(_ watch: inout RuleWatch, at now: Moment) {
        let hasNews = watch.takeNews()
        let isDue = state.withLock { state in
            state.isUnsaved = state.isUnsaved || hasNews
            let waited = state.savedAt.map { now.milliseconds(since: $0) } ?? .max
            return waited >= (state.isUnsaved ? Self.eventPause : Self.pause)
        }
        if isDue { save(watch, at: now) }
    }

    /// Writes the state to its file, if it has one.
    func save(_ watch: RuleWatch, at now: Moment) {
        let file = state.withLock { state in
            state.savedAt = now
            state.isUnsaved = false
            return state.file
        }
        guard let file else { return }
        do {
            try file.save(watch.keptState)
            state.withLock { $0.problem = nil }
        } catch {
            let report: (@Sendable (String) -> Void)? = state.withLock { state in
                defer { state.problem = "\(error)" }
                return state.problem == "\(error)" ? nil : state.report
            }
            report?("\(error)")
        }
    }
}
