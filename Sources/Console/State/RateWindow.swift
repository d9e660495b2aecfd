/// Over which stretch a group's rates are taken.
package enum RateWindow: Int64, CaseIterable, Sendable {
    case seconds15 = 15_000
    /// What the monitor itself takes its trends over.
    case minute = 60_000
    case minutes5 = 300_000

    /// Its length.
    package var milliseconds: Int64 { rawValue }

    /// `15s`, `60s`, `5m`.
    package var label: String {
        switch self {
        case .seconds15: "15s"
        case .minute: "60s"
        case .minutes5: "5m"
        }
    }

    /// The one after this; the first after the last.
    package var next: RateWindow {
        switch self {
        case .seconds15: .minute
        case .minute: .minutes5
        case .minutes5: .seconds15
        }
    }
}
