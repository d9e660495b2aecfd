/// Why the listener cannot serve.
package enum ServerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Text that is not `HOST:PORT`.
    case invalidAddress(String, reason: String)
    /// The system refuses to bind the address. `isInUse`: because another process (or listener) holds it.
    case cannotBind(ListenerAddress, reason: String, isInUse: Bool)
    /// A listener that cannot be as its settings say.
    case invalidListener(String, reason: String)
    /// A configuration without any listener.
    case noListener

    /// What, where and what to do.
    package var description: String {
        switch self {
        case .invalidAddress(let text, let reason):
            return "\"\(text)\" is not a listener address: \(reason)"
        case .cannotBind(let address, _, isInUse: true):
            return "cannot listen on \(address): the port is in use; choose another one, or port 0 for any free one"
        case .cannotBind(let address, let reason, isInUse: false):
            return "cannot listen on \(address): \(reason)"
        case .invalidListener(let name, let reason):
            return "the listener \(name): \(reason)"
        case .noListener:
            return "no listener is configured; name at least one HOST:PORT"
        }
    }
}
