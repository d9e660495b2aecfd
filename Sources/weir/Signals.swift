import Dispatch
import Foundation

/// Waits for one of some signals without a handler that could interrupt anything else.
final class SignalWait {
    private let arrived = DispatchSemaphore(value: 0)
    private var sources: [any DispatchSourceSignal] = []

    /// Takes these signals from now on; they no longer end the process by themselves.
    init(_ signals: [Int32]) {
        for number in signals {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [arrived] in arrived.signal() }
            source.resume()
            sources.append(source)
        }
    }

    /// Blocks until one of them comes.
    func wait() { arrived.wait() }
}
