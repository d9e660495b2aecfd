import AlertRules
import Cluster
import Synchronization
import WindowedMetrics

/// The kept history of a cluster, for looking back: takes every poll, answers with boards of the past, and outlives the process where it was given a
/// folder.
package final class Timeline: Sendable {
    /// Where a step through the past leads.
    package enum Place: Sendable {
        /// The board of a kept moment.
        case moment(Snapshot)
        /// Nothing older is kept.
        case beginning
        /// Nothing newer is kept: the present.
        case present
        /// What was kept cannot be read; says why.
        case unreadable(String)
    }

    private struct State {
        var history = TimelineHistory()
        /// Noted while a poll is being taken, outside the lock.
        var noted: [Change]?
        var folder: String?
        /// Set once the cluster is known.
        var file: TimelineFile?
        /// Why the history does not outlive the process, or began anew.
        var problem: String?
        var savedAt: Int64?
        /// What the file took last, bytes.
        var savedBytes = 0
        var report: @Sendable (String) -> Void = { _ in }
        /// Of the newest snapshot: what the values of alerts mean, and what the peer can do.
        var rules: [AlertRule] = []
        var capabilities: Capabilities = []
    }

    private let state = Mutex(State())

    /// A timeline that keeps nothing yet, and nothing over a restart.
    package init() {}

    /// Lets it outlive the process, from the first poll on.
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

    /// Notes a change that others know of: what was done from here, who edited what.
    package func note(_ change: Change) {
        state.withLock { state in
            if state.noted?.append(change) == nil { state.history.changes.add(change) }
        }
    }

    /// What it takes, bytes, but for facts.
    package var byteCount: Int { state.withLock { $0.history.byteCount } }

    /// Takes a poll's snapshot, and tells it what changed up to then. One poll at a time.
    ///
    /// A large cluster's poll takes a tenth of a second to take in: a copy is changed outside the lock, so that nobody who looks back waits for it.
    package func take(_ snapshot: inout Snapshot, topicsRead: Bool = true, groupsRead: Bool = true) {
        guard var history = begin(snapshot) else { return }
        history.take(snapshot, topicsRead: topicsRead, groupsRead: groupsRead)
        (snapshot.changes, snapshot.historyProblem) = state.withLock { state in
            for change in state.noted.take() ?? [] { history.changes.add(change) }
            state.history = history
            return (history.changes.upTo(snapshot.takenAt), state.problem)
        }
    }

    /// The history that a snapshot goes into; nil while it is not known whose it is.
    private func begin(_ snapshot: Snapshot) -> TimelineHistory? {
        var told: (problem: String, report: @Sendable (String) -> Void)?
        let history: TimelineHistory? = state.withLock { state in
            if let folder = state.folder, state.file == nil {
                // Whose history it is must be known before anything is added to it.
                guard let cluster = snapshot.status?.clusterID else { return nil }
                let file = TimelineFile(folder: folder, cluster: cluster)
                state.file = file
                do {
                    if let kept = try file.load() { state.history = kept }
                } catch {
                    state.problem = "\(error)"
                    told = ("\(error)", state.report)
                }
            }
            state.rules = snapshot.alerts.rules
            state.capabilities = snapshot.capabilities
            state.noted = state.noted ?? []
            return state.history
        }
        if let told { told.report(told.problem) }
        return history
    }

    /// The board at a distance from a moment; where nothing was kept there, the next one in that direction.
    ///
    /// - Parameters:
    ///   - moment: Wall milliseconds.
    ///   - distance: Milliseconds; negative goes back.
    package func step(from moment: Int64, by distance: Int64) -> Place {
        let (history, rules, capabilities) = state.withLock { ($0.history, $0.rules, $0.capabilities) }
        let wanted = moment.addingReportingOverflow(distance).partialValue
        var time = history.time(atOrBefore: wanted)
        if distance < 0 {
            if time == nil, let first = history.firstTime, first < moment { time = first }
            guard time != nil else { return .beginning }
        } else {
            guard let newest = history.takenAt, wanted < newest else { return .present }
            if time ?? Int64.min <= moment { time = history.time(after: moment) }
            guard time != nil else { return .present }
        }
        guard let time else { return .present }
        do {
            let board = try history.snapshot(atOrBefore: time, rules: rules, capabilities: capabilities)
            guard let board else { return .beginning }
            return .moment(board)
        } catch {
            return .unreadable("the kept history cannot be read: \(error)")
        }
    }

    /// Writes what is kept to its file, if it has one and there is anything new.
    package func save() {
        let (history, file) = state.withLock { state in
            (state.history, state.savedAt == state.history.takenAt ? nil : state.file)
        }
        guard let file else { return }
        do {
            let size = try file.save(history)
            state.withLock {
                $0.savedAt = history.takenAt
                $0.savedBytes = size
                $0.problem = nil
            }
        } catch {
            let report: (@Sendable (String) -> Void)? = state.withLock { state in
                let isNew = state.problem != "\(error)"
                state.problem = "\(error)"
                return isNew ? state.report : nil
            }
            report?("\(error)")
        }
    }

    /// Whether it was given a folder.
    var isKept: Bool { state.withLock { $0.folder != nil } }

    /// How long to wait for the next writing, milliseconds: a minute; longer where a file is so large that it would be more than a megabyte a second.
    var pauseMilliseconds: Int64 { state.withLock { max(60_000, Int64($0.savedBytes / 1000)) } }

    /// Writes from time to time until the task is cancelled.
    func keepSaving(_ clock: any MonitorClock) async {
        while !Task.isCancelled {
            await clock.sleep(milliseconds: pauseMilliseconds)
            if !Task.isCancelled { save() }
        }
    }
}
