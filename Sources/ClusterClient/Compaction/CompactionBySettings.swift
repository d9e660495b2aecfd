package import Cluster
import Glibc

/// Compaction on a cluster whose protocol has no request for it: a temporary change of topic settings, journalled first and put
/// back exactly, also after a crash.
///
/// Nothing here claims that the cleaner ran: a run ends with `.restored`, and what is told besides is how the partition's size
/// changed meanwhile.
package actor CompactionBySettings: SettingsCompaction {
    /// What may be chosen about it.
    package struct Options: Sendable {
        /// How long the settings stay changed, milliseconds. Kafka's cleaner looks every `log.cleaner.backoff.ms` (15 s) by default.
        package var holdMilliseconds: Int64 = 120_000
        /// Ended runs that are remembered.
        package var remembered = 64

        /// The defaults.
        package init() {}
    }

    private let cluster: any Cluster
    private let journal: CompactionJournal
    private let options: Options
    private let now: @Sendable () -> Int64
    private let sleep: @Sendable (Int64) async throws -> Void
    private var known: [CompactionRun] = []
    private var holds: [String: Task<Void, Never>] = [:]
    private var leftovers: [String] = []

    /// Compaction of the topics of one cluster.
    ///
    /// - Parameters:
    ///   - now: The time, wall milliseconds.
    ///   - sleep: Waits so many milliseconds; throws when cancelled.
    package init(
        on cluster: any Cluster,
        journal: CompactionJournal,
        options: Options = Options(),
        now: @escaping @Sendable () -> Int64 = { wallMilliseconds() },
        sleep: @escaping @Sendable (Int64) async throws -> Void = { try await Task.sleep(for: .milliseconds($0)) }
    ) {
        self.cluster = cluster
        self.journal = journal
        self.options = options
        self.now = now
        self.sleep = sleep
    }

    /// The runs: those under way first, then the latest ended ones.
    package var runs: [CompactionRun] {
        known.filter(\.isActive) + known.reversed().filter { !$0.isActive }
    }

    /// Temporary settings of an earlier process that are still in place, a sentence each; empty when all is as it was.
    package var problems: [String] { leftovers }

    // MARK: What it would do

    /// What a compaction could remove, estimated by reading, and the settings it would change.
    package func previewCompaction(
        of partitions: [TopicPartition], rollActive: Bool
    ) async throws(ClusterError) -> [CompactionPreview] {
        let sizes = await sizes()
        var previews: [CompactionPreview] = []
        for (topic, some) in Dictionary(grouping: partitions, by: \.topic).sorted(by: { $0.key < $1.key }) {
            let entries = try await cluster.configuration(of: .topic(topic))
            let settings = try CompactionSettings.plan(topic: topic, entries, rollActive: rollActive)
            for partition in some.sorted() {
                var preview = try await CompactionEstimate.make(
                    of: partition, on: cluster, sizeBytes: sizes[partition])
                preview.settings = settings
                let lag = entries.first { $0.name == "min.compaction.lag.ms" }?.value ?? "0"
                if lag != "0" {
                    preview.holds.append(
                        .init(reason: "min.compaction.lag.ms=\(lag), which stays as it is", bytes: nil))
                }
                previews.append(preview)
            }
        }
        return previews
    }

    // MARK: Doing it

    /// Changes the settings of the partitions' topics for a while. When this returns they are changed and journalled.
    ///
    /// - Throws: The first topic that could not be changed; topics before it are under way.
    package func compact(_ partitions: [TopicPartition], rollActive: Bool) async throws(ClusterError) {
        let sizes = await sizes()
        for (topic, some) in Dictionary(grouping: partitions, by: \.topic).sorted(by: { $0.key < $1.key }) {
            guard holds[topic] == nil else { throw .invalid("\(topic) has its temporary settings already") }
            let entries = try await cluster.configuration(of: .topic(topic))
            let settings = try CompactionSettings.plan(topic: topic, entries, rollActive: rollActive)
            try remember(topic, settings)
            if !settings.isEmpty {
                do throws(ClusterError) {
                    try await cluster.alterConfiguration(
                        of: .topic(topic), settings.map { ConfigChange($0.name, .set, $0.temporary) },
                        validateOnly: false)
                } catch {
                    // What came of an unanswered change is unknown, so it is taken back like one that was made.
                    try await restore(topic, settings, ended: .failed("\(error)"))
                    throw error
                }
            }
            for partition in some.sorted() {
                known.append(
                    CompactionRun(
                        topicPartition: partition, phase: .asked, isOnDemand: true, bytesTotal: sizes[partition] ?? 0,
                        startedAt: now()))
            }
            hold(topic, settings)
        }
    }

    private func hold(_ topic: String, _ settings: [TemporarySetting]) {
        let (sleep, milliseconds) = (sleep, options.holdMilliseconds)
        holds[topic] = Task {
            // Cut short by `stopCompaction` and `close`, which both want what comes after it.
            try? await sleep(milliseconds)
            // In a task of its own: requests of one that was cancelled are not sent.
            await Task { await self.end(topic, settings) }.value
        }
    }

    private func end(_ topic: String, _ settings: [TemporarySetting]) async {
        note(topic, .restoring)
        do throws(ClusterError) {
            try await restore(topic, settings, ended: .restored)
        } catch {
            leftovers.append("\(topic): its temporary settings are still in place: \(error)")
            note(topic, .failed("settings not restored: \(error)"))
        }
        holds[topic] = nil
    }

    /// Takes the settings of these partitions' topics back now, and waits until that is done.
    package func stopCompaction(of partitions: [TopicPartition]) async throws(ClusterError) {
        for topic in Set(partitions.map(\.topic)).sorted() {
            guard let hold = holds[topic] else { continue }
            hold.cancel()
            await hold.value
        }
    }

    /// Takes everything back and waits until that is done: what could not be stays in the journal for the next process.
    package func close() async {
        let waiting = holds.values
        for hold in waiting { hold.cancel() }
        for hold in waiting { await hold.value }
    }

    // MARK: Putting back

    /// Puts back what an earlier process left behind. To be called once after attaching.
    ///
    /// Where nothing may be changed, or a topic cannot be restored, `problems` says so and the journal keeps it.
    package func recover() async {
        leftovers = []
        let entries: [CompactionJournal.Entry]
        do throws(ClusterError) { entries = try journal.entries() } catch {
            leftovers = ["\(error)"]
            return
        }
        for entry in entries where !entry.isOwned {
            let names = entry.settings.map { "\($0.name)=\($0.temporary)" }.joined(separator: ", ")
            do throws(ClusterError) {
                try await restore(entry.topic, entry.temporarySettings, ended: .restored)
            } catch {
                let reason = "\(entry.topic) still has \(names) from an unfinished compaction: \(error)"
                leftovers.append(reason)
                known.append(
                    CompactionRun(
                        topicPartition: TopicPartition(topic: entry.topic, partition: 0), phase: .failed(reason),
                        isOnDemand: true, startedAt: entry.startedAt, endedAt: now()))
            }
        }
    }

    private func restore(
        _ topic: String, _ settings: [TemporarySetting], ended: CompactionRun.Phase
    ) async throws(ClusterError) {
        var conflicts: [String] = []
        do throws(ClusterError) {
            let before = CompactionSettings.restoration(
                of: settings, try await cluster.configuration(of: .topic(topic)))
            conflicts = before.conflicts
            if !before.changes.isEmpty {
                try await cluster.alterConfiguration(of: .topic(topic), before.changes, validateOnly: false)
            }
        } catch {
            // A topic that is gone has nothing to put back.
            guard case .unknownTopicOrPartition = error else { throw error }
        }
        try journal.update { $0.removeAll { $0.topic == topic } }
        await measure(topic)
        note(topic, conflicts.isEmpty ? ended : .failed(conflicts.joined(separator: "; ")))
    }

    private func remember(_ topic: String, _ settings: [TemporarySetting]) throws(ClusterError) {
        let entry = CompactionJournal.Entry(
            topic: topic, processID: getpid(), startedAt: now(),
            settings: settings.map {
                CompactionJournal.Setting(name: $0.name, original: $0.original, temporary: $0.temporary)
            })
        var other: Int32?
        try journal.update { entries in
            if let known = entries.first(where: { $0.topic == topic }) {
                other = known.processID
            } else {
                entries.append(entry)
            }
        }
        if let other {
            throw .invalid(
                "\(topic) has temporary settings already, from process \(other); they must be put back first")
        }
    }

    // MARK: Telling

    private func note(_ topic: String, _ phase: CompactionRun.Phase) {
        for index in known.indices where known[index].topicPartition.topic == topic && known[index].isActive {
            known[index].phase = phase
            if !known[index].isActive { known[index].endedAt = now() }
        }
        let ended = known.indices.filter { !known[$0].isActive }
        if ended.count > options.remembered { known.remove(at: ended[0]) }
    }

    /// Notes by how much the partitions have shrunk meanwhile; growth says nothing and stays 0.
    private func measure(_ topic: String) async {
        let sizes = await sizes()
        for index in known.indices where known[index].topicPartition.topic == topic && known[index].isActive {
            guard let size = sizes[known[index].topicPartition], known[index].bytesTotal > 0 else { continue }
            known[index].bytesRemoved = max(0, known[index].bytesTotal - size)
        }
    }

    /// Bytes of each partition, the largest copy; empty where the cluster does not tell.
    private func sizes() async -> [TopicPartition: Int64] {
        guard let directories = try? await cluster.logDirectories(ofBrokers: nil) else { return [:] }
        let replicas = directories.flatMap(\.replicas).filter { !$0.isFuture }
        return Dictionary(replicas.map { ($0.topicPartition, $0.sizeBytes) }, uniquingKeysWith: max)
    }
}

/// The time, wall milliseconds.
package func wallMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
}
