import Cluster
import Dispatch
import Glibc
import StreamQuery
import WindowedMetrics

/// Commits, and states that are saved now and then.
extension PersistentQuery {
    /// A state of so many bytes may be written each second, about.
    private static let savedBytesPerSecond = 1 << 20
    /// A state is saved no more often than this.
    private static let shortestSave = Duration.seconds(30)

    /// Writes what has changed since the last commit, with the offsets it stands for.
    func commit() async throws(QueryFailure) {
        var rows: [ResultRow] = []
        execution.commit { rows.append($0) }
        tell(rows)
        var touched: Set<Int> = []
        for event in execution.takeEvents() {
            events[Int(event.partition)].append(event)
            touched.insert(Int(event.partition))
        }
        let offsets = feed.next.indices.filter { feed.next[$0] != committed[$0] || touched.contains($0) }.map {
            CommittedOffset(
                topicPartition: TopicPartition(topic: feed.topic, partition: Int32($0)), offset: feed.next[$0],
                metadata: note($0).text)
        }
        guard !offsets.isEmpty || !(pending?.isEmpty ?? true) else { return }
        guard var writer = transactions else { return }
        do throws(ClusterError) {
            try await cluster.commit(
                ClusterTransaction(records: pending?.records ?? [:], offsets: offsets, group: group), by: &writer)
        } catch .unknownTopicOrPartition(let name) {
            throw .stopped(
                "\(name) does not exist any more, and the query writes there: make the topic again and RESUME the query, "
                    + "or TERMINATE it")
        } catch {
            throw QueryFailure(error)
        }
        transactions = writer
        pending?.clear()
        committed = feed.next
        hasCommits = hasCommits || !offsets.isEmpty
        if !offsets.isEmpty, committedGeneration != base.generation {
            committedGeneration = base.generation
            files.remove(before: base.generation)
        }
        showing.figures.committedAt = Self.now
        if isSaveDue { try await save() }
    }

    private func note(_ place: Int) -> CommitNote {
        CommitNote(
            incarnation: base.incarnation, generation: base.generation, taken: taken[place], events: events[place])
    }

    private var isSaveDue: Bool {
        // The first state behind a commit shows later that there was one.
        if base.generation == 0 { return true }
        guard execution.hasState else { return false }
        if events.indices.contains(where: { note($0).text.utf8.count > CommitNote.comfortableLength }) { return true }
        let pause = Duration.seconds(showing.figures.stateBytes / Self.savedBytesPerSecond)
        return ContinuousClock.now - lastSaveAt >= max(Self.shortestSave, pause)
    }

    /// Saves the state at the committed offsets; later commits build on it.
    ///
    /// The file before it stays until a commit names this one: a crash in between goes on from there.
    func save() async throws(QueryFailure) {
        guard hasCommits, committed == feed.next, pending?.isEmpty ?? true else { return }
        guard taken.contains(where: { $0 > 0 }) || base.generation == 0 else { return }
        let state = SavedState(
            incarnation: base.incarnation, generation: base.generation + 1, positions: committed,
            state: execution.snapshot())
        if let error = await written(state) { throw QueryFailure(error) }
        base = state
        base.state = []
        taken = Array(repeating: 0, count: taken.count)
        events = Array(repeating: [], count: events.count)
        lastSaveAt = ContinuousClock.now
    }

    /// Writes a state off the threads that tasks share: the disk may take its time.
    private func written(_ state: SavedState) async -> QueryFolderError? {
        let files = files
        return await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                do throws(QueryFolderError) {
                    try files.write(state)
                    continuation.resume(returning: nil)
                } catch {
                    continuation.resume(returning: error)
                }
            }
        }
    }

    /// The wall clock, milliseconds.
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
