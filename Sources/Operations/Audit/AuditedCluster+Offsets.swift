package import Cluster

/// Records and committed offsets.
extension AuditedCluster {
    package func produce(
        _ records: [NewRecord], to partition: TopicPartition, compression: String
    ) async throws(ClusterError) -> ProducedBatch {
        if let stream {
            try requireWrite()
            return try await stream.produce(records, to: partition) { () async throws(ClusterError) in
                try await inner.produce(records, to: partition, compression: compression)
            }
        }
        let count = records.count == 1 ? "1 record" : "\(records.count) records"
        let act = AuditAct(
            .produce, "partition \(partition)", "produce \(count) to \(partition)",
            after: ["records": "\(records.count)", "bytes": "\(ProduceStream.bytes(records))"])
        return try await record(act) { () async throws(ClusterError) in
            try await inner.produce(records, to: partition, compression: compression)
        } outcome: { batch in
            AuditOutcome(after: batch.baseOffset.map { ["first offset": "\($0)"] } ?? [:])
        }
    }

    package func deleteRecords(
        before offsets: [TopicPartition: Int64]
    ) async throws(ClusterError) -> [TopicPartition: Result<Int64, ClusterError>] {
        let partitions = offsets.keys.sorted()
        var act = AuditAct(
            .deleteRecords, Self.name(partitions), "delete the first records of \(Self.name(partitions))",
            after: Self.texts(offsets) { $0 < 0 ? "all up to the high watermark" : "those before \($0)" })
        if capabilities.contains(.write) {
            var missing: [String] = []
            for (partition, found) in await inner.offsets(of: partitions, at: .earliest) {
                switch found {
                case .success(let found): act.before["\(partition)"] = found.offset.map { "from \($0) on" }
                case .failure(let error): missing.append("\(partition): \(error)")
                }
            }
            act.before = AuditAct.bounded(act.before)
            if !missing.isEmpty {
                act.gap = "log starts not known: " + missing.sorted().prefix(20).joined(separator: "; ")
            }
        }
        return try await record(act) { () async throws(ClusterError) in
            try await inner.deleteRecords(before: offsets)
        } outcome: {
            Self.outcome($0) { "from \($0) on" }
        }
    }

    package func commit(
        _ offsets: [TopicPartition: Int64], group: String
    ) async throws(ClusterError) -> [TopicPartition: Result<Void, ClusterError>] {
        let partitions = offsets.keys.sorted()
        var act = AuditAct(
            .commitOffsets, "group \(group)", "set the offsets of group \(group) on \(Self.name(partitions))",
            after: Self.texts(offsets) { "\($0)" })
        await describe(partitions, of: group, in: &act)
        return try await record(act) { () async throws(ClusterError) in
            try await inner.commit(offsets, group: group)
        } outcome: { results in
            var outcome = Self.outcome(results) { _ in "" }
            for partition in partitions where outcome.after["\(partition)"] != nil {
                outcome.after["\(partition)"] = offsets[partition].map { "\($0)" }
            }
            return outcome
        }
    }

    package func deleteOffsets(
        of partitions: [TopicPartition], group: String
    ) async throws(ClusterError) -> [TopicPartition: Result<Void, ClusterError>] {
        var act = AuditAct(
            .deleteOffsets, "group \(group)", "delete the offsets of group \(group) on \(Self.name(partitions))")
        await describe(partitions, of: group, in: &act)
        return try await record(act) { () async throws(ClusterError) in
            try await inner.deleteOffsets(of: partitions, group: group)
        } outcome: {
            Self.outcome($0) { _ in "none" }
        }
    }

    package func deleteGroup(_ name: String) async throws(ClusterError) {
        var act = AuditAct(.deleteGroup, "group \(name)", "delete group \(name) with its offsets")
        await describe(nil, of: name, in: &act)
        try await record(act) { () async throws(ClusterError) in try await inner.deleteGroup(name) }
    }

    /// Puts down where a group stands before it is moved.
    ///
    /// - Parameter partitions: Which of its offsets; nil for all.
    private func describe(_ partitions: [TopicPartition]?, of group: String, in act: inout AuditAct) async {
        guard capabilities.contains(.write) else { return }
        do throws(ClusterError) {
            let found = try await inner.groups(named: [group]).first
            let wanted = partitions.map(Set.init)
            var before: [String: String] = [:]
            for commit in found?.commits ?? [] where wanted?.contains(commit.topicPartition) ?? true {
                before["\(commit.topicPartition)"] = "\(commit.offset)"
            }
            for partition in partitions ?? [] where before["\(partition)"] == nil { before["\(partition)"] = "none" }
            act.before = AuditAct.bounded(before)
            if let problem = found?.problem { act.gap = "not all offsets before are known: \(problem)" }
        } catch {
            act.gap = "the offsets before are not known: \(error)"
        }
    }

    private static func texts(_ offsets: [TopicPartition: Int64], _ text: (Int64) -> String) -> [String: String] {
        Dictionary(uniqueKeysWithValues: offsets.map { ("\($0.key)", text($0.value)) })
    }
}
