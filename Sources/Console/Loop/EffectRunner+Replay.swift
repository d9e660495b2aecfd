import Cluster
import Foundation
import Operations

extension EffectRunner {
    /// Carries out what the replay page wants; a reset that has begun is waited for when the console is left.
    func run(_ wish: ReplayWish) {
        let (mailbox, writing) = (mailbox, writing)
        let job = ReplayJob(cluster, undo: UndoFolder(stateDirectory: stateDirectory))
        let isReset = if case .apply = wish { true } else { false }
        if isReset { writing.enter() }
        Task.detached {
            let now = Int64(Date().timeIntervalSince1970 * 1000)
            mailbox.post(.replay(await Self.news(of: wish, job, now: now)))
            if isReset { writing.leave() }
        }
    }

    private static func news(of wish: ReplayWish, _ job: ReplayJob, now: Int64) async -> ReplayNews {
        switch wish {
        case .look(let request, let ticket):
            return .looked(ticket: ticket, await look(request, job, now: now))
        case .prepare(let request, let ticket):
            return .prepared(ticket: ticket, request, await look(request, job, now: now))
        case .prepareUndo(let group, let topic, let clusterID, let ticket):
            var request = ReplayRequest(group: group, topic: topic)
            do throws(ReplayError) {
                request.target = .undo(try job.newestUndo(group: group, clusterID: clusterID))
            } catch {
                return .prepared(ticket: ticket, request, .failure(error))
            }
            return .prepared(ticket: ticket, request, await look(request, job, now: now))
        case .apply(let request, let shown, let clusterID, let ticket):
            do throws(ReplayError) {
                let outcome = try await job.apply(request, shown: shown, clusterID: clusterID, now: now)
                return .applied(ticket: ticket, request, .success(outcome))
            } catch {
                return .applied(ticket: ticket, request, .failure(error))
            }
        }
    }

    private static func look(
        _ request: ReplayRequest, _ job: ReplayJob, now: Int64
    ) async -> Result<ReplayPreview, ReplayError> {
        do throws(ReplayError) { return .success(try await job.look(request, now: now)) } catch {
            return .failure(error)
        }
    }
}
