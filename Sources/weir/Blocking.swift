import Dispatch

/// Runs asynchronous work from the synchronous main thread and waits until it has ended.
func waitingFor(_ work: @escaping @Sendable () async -> Void) {
    let ended = DispatchSemaphore(value: 0)
    Task.detached {
        await work()
        ended.signal()
    }
    ended.wait()
}
