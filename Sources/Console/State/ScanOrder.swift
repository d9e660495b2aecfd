/// What a running scan is asked to do.
package enum ScanOrder: Equatable, Sendable {
    case pause
    case resume
    case stop
}
