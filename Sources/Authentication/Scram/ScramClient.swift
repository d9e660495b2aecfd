package import Crypto
import FoundationEssentials

/// The client's side of SCRAM (RFC 5802, 7677), one exchange. Pure but for the secret it is given.
///
/// ```
/// C: n,,n=<user>,r=<nonce>
/// S: r=<nonce><server's nonce>,s=<salt>,i=<iterations>
/// C: c=biws,r=<both nonces>,p=<proof>
/// S: v=<signature>                  or  e=<error>
/// ```
///
/// As Kafka does, names and passwords are taken as UTF-8 without SASLprep.
package struct ScramClient<Hash: HashFunction> {
    /// Iteration counts that are accepted: from RFC 7677's least to many times Kafka's most (16,384), so that no server can
    /// make a client count for minutes.
    package static var iterations: ClosedRange<Int> { 4096...200_000 }

    private let user: String
    private let nonce: String
    private let password: SecretBytes
    /// What the server must say last.
    private var expectedSignature: [UInt8]?

    /// An exchange.
    ///
    /// - Parameter nonce: Printable ASCII without commas, never used before.
    package init(user: String, password: SecretBytes, nonce: String) {
        self.user = user
        self.password = password
        self.nonce = nonce
    }

    private var bareFirstMessage: [UInt8] {
        // The two characters that a message has another use for.
        let name = user.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "="): Array("=3D".utf8)
            case UInt8(ascii: ","): Array("=2C".utf8)
            default: [byte]
            }
        }
        return Array("n=".utf8) + name + Array(",r=\(nonce)".utf8)
    }

    /// What the client says first. `n,,`: no channel binding, which Kafka does not have.
    package var firstMessage: [UInt8] { Array("n,,".utf8) + bareFirstMessage }

    /// What the client answers to the server's first message.
    ///
    /// - Throws: ``ScramError`` where the server does not keep to the protocol, or asks for what is refused.
    package mutating func finalMessage(answering message: [UInt8]) throws(ScramError) -> [UInt8] {
        let attributes = try ScramMessage.attributes(of: message)
        // An unknown mandatory extension (`m=`) stands first, and ends here as it must.
        guard attributes.map(\.name).starts(with: "rsi".utf8) else {
            throw .malformed("its first message is not r=…,s=…,i=…")
        }
        let serverNonce = attributes[0].value
        guard serverNonce.starts(with: nonce.utf8), serverNonce.count > nonce.utf8.count else { throw .wrongNonce }
        guard let salt = ScramMessage.base64(attributes[1].value), !salt.isEmpty else {
            throw .malformed("its salt is not base64")
        }
        guard let count = Int(String(decoding: attributes[2].value, as: UTF8.self)) else {
            throw .malformed("its iteration count is not a number")
        }
        guard Self.iterations.contains(count) else { throw .iterations(count) }

        // biws is base64 of "n,,", the channel binding said first.
        let withoutProof = Array("c=biws,r=".utf8) + serverNonce
        let exchanged = Array([bareFirstMessage, message, withoutProof].joined(separator: ",".utf8))
        let salted = ScramHash<Hash>.salted(password: password, salt: salt, iterations: count)
        var clientKey = salted.withBytes { ScramHash<Hash>.hmac($0, "Client Key".utf8) }
        var serverKey = salted.withBytes { ScramHash<Hash>.hmac($0, "Server Key".utf8) }
        defer {
            SecretBytes.erase(&clientKey)
            SecretBytes.erase(&serverKey)
        }
        let clientSignature = ScramHash<Hash>.hmac(ScramHash<Hash>.hash(clientKey), exchanged)
        expectedSignature = ScramHash<Hash>.hmac(serverKey, exchanged)
        let proof = zip(clientKey, clientSignature).map { $0 ^ $1 }
        return withoutProof + Array(",p=\(Data(proof).base64EncodedString())".utf8)
    }

    /// Judges the server's last message: whether it too knows the password.
    ///
    /// - Throws: ``ScramError`` where it does not, or says an error.
    package func verify(_ message: [UInt8]) throws(ScramError) {
        guard let first = try ScramMessage.attributes(of: message).first else {
            throw .malformed("its last message is empty")
        }
        switch first.name {
        case UInt8(ascii: "e"):
            throw .refused(String(decoding: first.value, as: UTF8.self))
        case UInt8(ascii: "v"):
            guard let expectedSignature, let given = ScramMessage.base64(first.value),
                ConstantTime.areEqual(given, expectedSignature)
            else { throw .wrongSignature }
        default: throw .malformed("its last message is neither v=… nor e=…")
        }
    }
}
