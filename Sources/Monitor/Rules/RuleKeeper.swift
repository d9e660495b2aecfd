import AlertRules
import Foundation
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
        var seriesFile: RuleSeriesFile?
        var savedAt: Moment?
        var seriesSavedAt: Moment?
        var isUnsaved = false
        /// What went wrong with each file last, so that it is told once.
        var problems: [RuleStateError.Subject: String] = [:]
        var report: @Sendable (String) -> Void = { _ in }
    }

    /// The rules at the beginning.
    package let loaded: LoadedRules
    private let state: Mutex<State>

    /// How often files are looked at, and how long a changed state may wait to be kept where nothing fired or resolved, milliseconds.
    private static let pause: Int64 = 15_000
    /// What fires or resolves makes a state be kept at once, but for so many milliseconds after the last time.
    private static let eventPause: Int64 = 2000
    /// How often what rules look back on is kept, milliseconds: a kill loses so much of it.
    private static let seriesPause: Int64 = 300_000

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
        takeOver(&watch, cluster: cluster, at: now)
        let new: LoadedRules? = state.withLock { state in
            let isDue = state.lookedAt.map { now.milliseconds(since: $0) >= Self.pause } ?? true
            guard isDue || state.isReloadWanted else { return nil }
            state.lookedAt = now
            state.isReloadWanted = false
            return state.source?.changed()
        }
        if let new {
            watch.use(new)
            let report = state.withLock { $0.report }
            for problem in new.problems { report("\(problem)") }
        }
    }

    /// Takes over what an earlier run kept, the first time that the cluster is known.
    private func takeOver(_ watch: inout RuleWatch, cluster: String?, at now: Moment) {
        let files: (RuleStateFile, RuleSeriesFile)? = state.withLock { state in
            guard let folder = state.folder, state.file == nil, let cluster, !cluster.isEmpty else { return nil }
            let file = RuleStateFile(folder: folder, cluster: cluster)
            let seriesFile = RuleSeriesFile(folder: folder, cluster: cluster)
            (state.file, state.seriesFile, state.seriesSavedAt) = (file, seriesFile, now)
            return (file, seriesFile)
        }
        guard let (file, seriesFile) = files else { return }
        do throws(RuleStateError) {
            let series = try seriesFile.load()
            if !series.isEmpty { watch.restore(series, at: now) }
        } catch {
            tell(error)
        }
        do throws(RuleStateError) {
            if let kept = try file.load() { watch.restore(kept, at: now) }
        } catch {
            tell(error)
        }
    }

    /// After an evaluation: keeps the state, at once where something fired or resolved.
    func finish(_ watch: inout RuleWatch, at now: Moment) {
        let hasNews = watch.takeNews()
        let (isDue, isSeriesDue) = state.withLock { state in
            state.isUnsaved = state.isUnsaved || hasNews
            let waited = state.savedAt.map { now.milliseconds(since: $0) } ?? .max
            let seriesWaited = state.seriesSavedAt.map { now.milliseconds(since: $0) } ?? 0
            return (waited >= (state.isUnsaved ? Self.eventPause : Self.pause), seriesWaited >= Self.seriesPause)
        }
        if isDue { saveState(watch, at: now) }
        if isSeriesDue { saveSeries(watch, at: now) }
    }

    /// Writes everything to its files, if it has any: when watching ends.
    func save(_ watch: RuleWatch, at now: Moment) {
        saveState(watch, at: now)
        saveSeries(watch, at: now)
    }

    private func saveSeries(_ watch: RuleWatch, at now: Moment) {
        let file = state.withLock { state in
            state.seriesSavedAt = now
            return state.seriesFile
        }
        let series = watch.keptSeries
        // Most rules look back on nothing: then there is no file, or one of other rules.
        guard let file, !series.isEmpty || FileManager.default.fileExists(atPath: file.path) else { return }
        do throws(RuleStateError) {
            try file.save(series)
            state.withLock { $0.problems[.series] = nil }
        } catch {
            tell(error)
        }
    }

    /// Tells of what went wrong with a file, once.
    private func tell(_ error: RuleStateError) {
        let report: (@Sendable (String) -> Void)? = state.withLock { state in
            defer { state.problems[error.subject] = "\(error)" }
            return state.problems[error.subject] == "\(error)" ? nil : state.report
        }
        report?("\(error)")
    }

    private func saveState(_ watch: RuleWatch, at now: Moment) {
        let file = state.withLock { state in
            state.savedAt = now
            state.isUnsaved = false
            return state.file
        }
        guard let file else { return }
        do throws(RuleStateError) {
            try file.save(watch.keptState)
            state.withLock { $0.problems[.state] = nil }
        } catch {
            tell(error)
        }
    }
}
