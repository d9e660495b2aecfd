import Cluster
import StreamQuery
import WindowedMetrics

/// How a query comes to where its last commit was.
extension PersistentQuery {
    /// Prepares the files of a query that has never run: it begins at offsets, with nothing.
    static func begin(
        _ files: StateFiles, incarnation: UInt64, at positions: [Int64]
    ) throws(QueryFolderError) {
        files.removeAll()
        try files.write(SavedState(incarnation: incarnation, generation: 0, positions: positions))
    }

    /// Shuts out other writers, finds the last commit, and brings the state there.
    func recover() async throws(QueryFailure) {
        isRestored = false
        let plan = definition.plan
        let source = try await SourceFeed.layout(of: plan.source.topic, cluster)
        let partitions = source.partitions.count
        sourceID = source.topicID
        let emptyPending = try await emptyPending()
        do throws(ClusterError) {
            transactions = try await cluster.openTransactions(as: transactionalID)
        } catch {
            throw QueryFailure(error)
        }
        let newest = try newestState()
        guard newest.positions.count == partitions else {
            throw .stopped(Self.grown(plan.source.topic, partitions, from: newest.positions.count))
        }
        let notes = try await committedNotes(newest.incarnation)
        let (saved, target) = try choose(newest, notes, partitions)
        do {
            execution = try QueryExecution(
                plan, partitions: partitions, coalesces: settings.tellsLastOnly, budget: settings.budget)
        } catch {
            throw .stopped("\(error)")
        }
        base = saved
        base.state = []
        taken = Array(repeating: 0, count: partitions)
        events = Array(repeating: [], count: partitions)
        for (place, note) in notes where note.note.generation == saved.generation {
            taken[place] = note.note.taken
            events[place] = note.note.events
        }
        hasCommits = !notes.isEmpty
        committedGeneration = notes.values.map(\.note.generation).max() ?? 0
        try await restore(saved, to: target)
        pending = emptyPending
        committed = target
        isRestored = true
        lastSaveAt = ContinuousClock.now
    }

    /// Nothing to be written yet, to the sink as it is.
    private func emptyPending() async throws(QueryFailure) -> PendingRecords? {
        guard let sink = definition.plan.sink, let writer = SinkWriter(definition.plan) else { return nil }
        let partitions = try await SourceFeed.partitions(of: sink.topic, cluster)
        var limits: [String: Int] = [:]
        for topic in [sink.topic, settings.deadLetterTopic].compactMap(\.self) {
            do throws(ClusterError) {
                let settings = try await cluster.configuration(of: .topic(topic))
                limits[topic] = settings.first { $0.name == "max.message.bytes" }.flatMap { Int($0.value ?? "") }
            } catch {
                throw QueryFailure(error)
            }
        }
        return PendingRecords(writer, sink, partitions: partitions, limits: limits)
    }

    private func newestState() throws(QueryFailure) -> SavedState {
        do throws(QueryFolderError) {
            for generation in files.generations {
                if let state = try files.read(generation) { return state }
            }
        } catch {
            throw QueryFailure(error)
        }
        throw .stopped("its state files are gone or damaged; TERMINATE the query and create it again")
    }

    /// A partition's commit.
    private struct Commit {
        var offset: Int64
        var note: CommitNote
    }

    /// The commits of this start of the query, by partition.
    private func committedNotes(_ incarnation: UInt64) async throws(QueryFailure) -> [Int: Commit] {
        let groups: [GroupDescription]
        do throws(ClusterError) {
            groups = try await cluster.groups(named: [group])
        } catch {
            throw QueryFailure(error)
        }
        if let problem = groups.first?.problem { throw .interrupted(.unavailable(problem)) }
        var notes: [Int: Commit] = [:]
        for commit in groups.first?.commits ?? [] where commit.topicPartition.topic == feed.topic {
            let partition = commit.topicPartition.partition
            guard let note = CommitNote(commit.metadata, partition: partition), note.incarnation == incarnation else {
                throw .stopped(
                    "the offsets of group \(group) were not committed by this query (\(commit.topicPartition)); "
                        + "TERMINATE it and create it again")
            }
            notes[Int(partition)] = Commit(offset: commit.offset, note: note)
        }
        return notes
    }

    /// The saved state to begin with, and the offsets to come to.
    private func choose(
        _ newest: SavedState, _ notes: [Int: Commit], _ partitions: Int
    ) throws(QueryFailure) -> (SavedState, [Int64]) {
        guard !notes.isEmpty else {
            guard newest.generation == 0 else {
                throw .stopped(
                    "the committed offsets of group \(group) are gone (deleted, or expired by "
                        + "offsets.retention.minutes); TERMINATE the query and create it again")
            }
            return (newest, newest.positions)
        }
        let generation = notes.values.map(\.note.generation).max() ?? 0
        let named: SavedState?
        do throws(QueryFolderError) {
            named = newest.generation == generation ? newest : try files.read(generation)
        } catch {
            throw QueryFailure(error)
        }
        let positions = named?.positions ?? newest.positions
        let target = (0..<partitions).map { notes[$0]?.offset ?? positions[$0] }
        // A state that was saved at the very offsets needs nothing of what came before.
        if newest.positions == target { return (newest, target) }
        guard let named else {
            throw .stopped(
                "its saved state \(generation) is gone or damaged; TERMINATE the query and create it again")
        }
        return (named, target)
    }

    /// Takes over a saved state and reads on to the committed offsets; nobody is told.
    private func restore(_ saved: SavedState, to target: [Int64]) async throws(QueryFailure) {
        feed = SourceFeed(definition.plan.source.topic, from: saved.positions)
        guard execution.hasState else {
            feed = SourceFeed(definition.plan.source.topic, from: target)
            return
        }
        if !saved.state.isEmpty {
            do throws(WindowStateError) {
                try execution.restore(saved.state)
            } catch {
                throw .stopped("its saved state cannot be used: \(error); TERMINATE the query and create it again")
            }
        }
        guard feed.next != target else { return }
        execution.replay(events.flatMap { $0 }) { _ in }
        try await replay(from: saved.positions, to: target)
        settle()
        // Rows up to here were told, and what happened to the clock is in the notes.
        execution.commit { _ in }
        _ = execution.takeEvents()
    }

    private func replay(from start: [Int64], to target: [Int64]) async throws(QueryFailure) {
        let total = zip(start, target).reduce(Int64(0)) { $0 + $1.1 - $1.0 }
        var read = [Int64](repeating: 0, count: target.count)
        while let behind = feed.next.indices.first(where: { feed.next[$0] < target[$0] }) {
            if Task.isCancelled { throw .cancelled }
            var source = feed
            let portions = try await source.read(cluster, waitMilliseconds: 0)
            feed = source
            guard portions.contains(where: { feed.next[Int($0.partition)] < target[Int($0.partition)] }) else {
                throw .interrupted(
                    .unavailable("\(feed.topic)-\(behind) gives nothing from offset \(feed.next[behind]) on"))
            }
            for portion in portions {
                let place = Int(portion.partition)
                guard feed.next[place] < target[place] else { continue }
                for record in portion.records where record.offset < target[place] {
                    execution.take(record.source(portion.partition)) { _ in }
                    read[place] += 1
                }
                feed.move(portion.partition, to: min(portion.next, target[place]))
                await Task.yield()
            }
            let left = zip(feed.next, target).reduce(Int64(0)) { $0 + max(0, $1.1 - $1.0) }
            showing.figures.state = .restoring(total > 0 ? 1 - Double(left) / Double(total) : 1)
            show(now: false)
        }
        for place in target.indices where read[place] != taken[place] {
            throw .stopped(
                "\(feed.topic)-\(place) held \(taken[place]) records from offset \(start[place]) to \(target[place] - 1) "
                    + "when they were read, and \(read[place]) now: compaction or retention has removed some that the "
                    + "state needs; TERMINATE the query and create it again")
        }
    }

    /// A partition that was idle at the end is so again, also where records behind its last one moved no clock.
    private func settle() {
        for place in events.indices {
            guard case .idle(let partition, let offset)? = events[place].last else { continue }
            execution.declareIdle(partition, at: offset) { _ in }
        }
    }
}
