import Dispatch
import Foundation

/// Turns ctrl-c and SIGTERM into the cancellation of work, so that what was changed for a while is put back; the second one ends
/// the process at once.
final class Interruption {
    private let sources: [any DispatchSourceSignal]

    /// Watches from now on, for as long as the value lives.
    init(_ cancel: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                signal(number, SIG_DFL)
                cancel()
            }
            source.resume()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
    }
}
