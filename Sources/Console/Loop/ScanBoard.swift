import Operations
import Synchronization

/// The scans that run in the background, by the ticket they were asked with, so that keys can pause, resume and stop them.
final class ScanBoard: Sendable {
    private let controls = Mutex<[Int: ScanControl]>([:])

    init() {}

    /// Notes a scan that is about to begin.
    func begin(_ ticket: Int) -> ScanControl {
        let control = ScanControl()
        controls.withLock { $0[ticket] = control }
        return control
    }

    /// Forgets a scan that has ended.
    func end(_ ticket: Int) { controls.withLock { $0[ticket] = nil } }

    /// Passes an order on; a scan that has ended takes none.
    func order(_ order: ScanOrder, to ticket: Int) {
        guard let control = controls.withLock({ $0[ticket] }) else { return }
        switch order {
        case .pause: control.pause()
        case .resume: control.resume()
        case .stop: control.stop()
        }
    }

    /// Ends them all: nobody is left to look at what they bring.
    func stopAll() { for control in controls.withLock({ Array($0.values) }) { control.stop() } }
}
