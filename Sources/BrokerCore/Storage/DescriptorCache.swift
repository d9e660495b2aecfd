import Synchronization

/// Keeps the number of open descriptors under a limit, taking them from files that were not used lately.
///
/// A clock (second chance) instead of an exact list of recency: a use costs one flag on the file, and only opening
/// takes the cache's lock.
final class DescriptorCache: Sendable {
    private struct Entry {
        weak var file: DiskFile?
    }

    private struct State {
        var entries: [Entry] = []
        var hand = 0
    }

    private let limit: Int
    private let open = Atomic<Int>(0)
    private let state = Mutex(State())

    /// A cache that starts to take descriptors away above `limit`.
    init(limit: Int) { self.limit = limit }

    /// Descriptors open now.
    var count: Int { open.load(ordering: .relaxed) }

    /// Notes that a file opened its descriptor, and takes others away if there are too many.
    func didOpen(_ file: DiskFile) {
        open.wrappingAdd(1, ordering: .relaxed)
        var released: [DiskFile] = []
        state.withLock { state in
            if state.entries.count > 2 * count + 64 {
                // Files that were closed or let go left their entries behind.
                state.entries.removeAll { $0.file?.hasDescriptor != true }
                state.hand = 0
            }
            state.entries.append(Entry(file: file))
            guard count > limit else { return }
            // Two rounds clear every flag once; the third takes what is in its way.
            var steps = state.entries.count * 3
            let lastRound = state.entries.count
            while count > limit, steps > 0, !state.entries.isEmpty {
                state.hand = state.hand < state.entries.count ? state.hand : 0
                steps -= 1
                guard let candidate = state.entries[state.hand].file else {
                    state.entries.swapAt(state.hand, state.entries.count - 1)
                    state.entries.removeLast()
                    continue
                }
                // Keeps the candidate alive until the lock is given back: its end would come back here.
                released.append(candidate)
                if candidate !== file, candidate.evict(force: steps < lastRound) {
                    open.wrappingSubtract(1, ordering: .relaxed)
                    state.entries.swapAt(state.hand, state.entries.count - 1)
                    state.entries.removeLast()
                } else {
                    state.hand += 1
                }
            }
        }
        released.removeAll()
    }

    /// Notes that a file closed its descriptor itself.
    func didClose() {
        open.wrappingSubtract(1, ordering: .relaxed)
    }
}
