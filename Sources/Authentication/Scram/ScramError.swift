import Crypto

/// Why a SCRAM exchange ended without trust.
package enum ScramError: Error, Equatable, CustomStringConvertible {
    /// The other side does not keep to the protocol.
    case malformed(String)
    /// The other side's nonce does not continue ours: its message belongs to another exchange.
    case wrongNonce
    /// An iteration count that is refused.
    case iterations(Int)
    /// The server's own error.
    case refused(String)
    /// The server does not know the password.
    case wrongSignature
    /// The client does not know the password.
    case wrongProof
    /// Nobody of that name has a credential.
    case unknownUser
    /// The client wants to act as somebody else.
    case otherIdentity

    package var description: String {
        switch self {
        case .malformed(let what): "the broker breaks the SCRAM protocol: \(what)"
        case .wrongNonce: "the broker's nonce does not continue ours, so its message belongs to another exchange"
        case .iterations(let count):
            "the broker asks for \(count) iterations; \(ScramClient<SHA256>.iterations.lowerBound) to "
                + "\(ScramClient<SHA256>.iterations.upperBound) are accepted"
        case .refused(let reason): "the broker refused: \(reason)"
        case .wrongSignature: "the broker's signature is wrong: it does not know the password"
        case .wrongProof: "the client's proof is wrong: it does not know the password"
        case .unknownUser: "there is no such user"
        case .otherIdentity: "the client wants to act as another user"
        }
    }
}
