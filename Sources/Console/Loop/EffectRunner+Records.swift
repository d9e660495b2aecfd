import Cluster
import Operations

/// Effects about records: comparing and writing them.
extension EffectRunner {
    /// Reads a record whole, and the one before it with the same key.
    func compare(_ asked: RecordComparison) {
        let (cluster, mailbox) = (cluster, mailbox)
        Task.detached {
            var answer = asked
            do throws(ClusterError) {
                let record = try await ExportRunner.record(at: asked.offset, of: asked.place, from: cluster).get()
                let previous = try await PreviousRecord.find(
                    key: asked.key, in: asked.place, before: asked.offset, on: cluster)
                answer.outcome = .ready(RecordComparison.Pair(record: record, previous: previous))
            } catch {
                answer.outcome = .failed("\(error)")
            }
            mailbox.post(.compared(answer))
        }
    }

    /// Appends a record and says where it went.
    func produce(_ record: NewRecord, to place: TopicPartition) {
        let (cluster, mailbox) = (cluster, mailbox)
        Task.detached {
            do throws(ClusterError) {
                let batch = try await cluster.produce([record], to: place, compression: "none")
                mailbox.post(.acted(.success("written to \(place)" + (batch.baseOffset.map { " @ \($0)" } ?? ""))))
            } catch {
                mailbox.post(.acted(.failure(error)))
            }
        }
    }
}
