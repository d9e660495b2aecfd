import Dispatch
import Synchronization

/// Reads input on a thread of its own while the work goes on with what has come; holds about a mebibyte at most.
///
/// Whoever asks gets all that has gathered meanwhile: single lines as a person types them, large pieces of a fast pipe.
final class InputFeed: Sendable {
    private static let pieceBytes = 1 << 16
    private static let heldBytes = 1 << 20

    private struct State {
        var held: [UInt8] = []
        var end: Result<Void, VerbFailure>?
        var waiter: CheckedContinuation<Void, Never>?
        var readerWaits = false
    }

    private let state = Mutex(State())
    private let room = DispatchSemaphore(value: 0)

    /// Begins to read. The thread ends with the input, or with the process.
    init(_ input: any ByteSource) {
        // A thread and not a task: a read blocks as long as nobody types.
        DispatchQueue(label: "weir.input").async { [self] in
            while true {
                let piece: [UInt8]
                do throws(VerbFailure) {
                    piece = try input.read(upTo: Self.pieceBytes)
                } catch {
                    end(.failure(error))
                    return
                }
                if piece.isEmpty {
                    end(.success(()))
                    return
                }
                take(piece)
            }
        }
    }

    /// What has come since the last call, waiting for something; nil at the end.
    ///
    /// - Throws: `VerbFailure` when the input cannot be read, `CancellationError` when the task is cancelled.
    func next() async throws -> [UInt8]? {
        while true {
            let (bytes, end) = takeHeld()
            if !bytes.isEmpty { return bytes }
            if let end {
                try end.get()
                return nil
            }
            try Task.checkCancellation()
            await withTaskCancellationHandler {
                await withCheckedContinuation { wait(with: $0) }
            } onCancel: {
                wake()
            }
        }
    }

    private func wait(with continuation: CheckedContinuation<Void, Never>) {
        let goesOn = state.withLock { state in
            guard state.held.isEmpty, state.end == nil, !Task.isCancelled else { return true }
            state.waiter = continuation
            return false
        }
        if goesOn { continuation.resume() }
    }

    private func wake() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    private func takeHeld() -> ([UInt8], Result<Void, VerbFailure>?) {
        let (bytes, end, readerWaits) = state.withLock { state in
            defer { (state.held, state.readerWaits) = ([], false) }
            return (state.held, state.end, state.readerWaits)
        }
        if readerWaits { room.signal() }
        return (bytes, end)
    }

    private func take(_ piece: [UInt8]) {
        let (waiter, isFull) = state.withLock { state in
            state.held += piece
            state.readerWaits = state.held.count >= Self.heldBytes
            defer { state.waiter = nil }
            return (state.waiter, state.readerWaits)
        }
        waiter?.resume()
        if isFull { room.wait() }
    }

    private func end(_ result: Result<Void, VerbFailure>) {
        state.withLock { $0.end = result }
        wake()
    }
}
