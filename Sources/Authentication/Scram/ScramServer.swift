package import Crypto

/// The server's side of SCRAM (RFC 5802, 7677), one exchange. Pure: who may log in is told by a closure.
///
/// The messages are those of ``ScramClient``. As Kafka does (`ScramSaslServer`), names and passwords are taken as UTF-8 without
/// SASLprep, there is no channel binding, and an unknown user fails at the first message.
package struct ScramServer<Hash: HashFunction> {
    private let nonce: String
    private let credential: (String) -> ScramCredential?
    private var state = State.initial

    private enum State {
        case initial
        case challenged(Challenge)
        case complete
    }

    private struct Challenge {
        var credential: ScramCredential
        /// The client's first message without its header, and the server's.
        var exchanged: [UInt8]
        var nonce: [UInt8]
    }

    /// Who logs in; nil before the first message was read.
    package private(set) var user: String?

    /// Whether the client has proven to be that user.
    package var isComplete: Bool {
        guard case .complete = state else { return false }
        return true
    }

    /// An exchange.
    ///
    /// - Parameters:
    ///   - nonce: Printable ASCII without commas, never used before.
    ///   - credential: What is kept of a user's password; nil for an unknown user.
    package init(nonce: String, credential: @escaping (String) -> ScramCredential?) {
        self.nonce = nonce
        self.credential = credential
    }

    /// Takes a message of the client.
    ///
    /// - Returns: The answer.
    /// - Throws: ``ScramError``; the exchange is over then.
    package mutating func answer(to message: [UInt8]) throws(ScramError) -> [UInt8] {
        switch state {
        case .initial: return try challenge(for: message)
        case .challenged(let challenge): return try signature(for: message, challenge)
        case .complete: throw .malformed("a message after the last one")
        }
    }

    // MARK: First message

    private mutating func challenge(for message: [UInt8]) throws(ScramError) -> [UInt8] {
        guard message.count <= ScramMessage.longest else { throw .malformed("a message of \(message.count) bytes") }
        // "n,,", "y,," or "n,a=<who to act as>,": a channel binding is not offered, so none may be used.
        let header = message.prefix(2)
        guard header.elementsEqual("n,".utf8) || header.elementsEqual("y,".utf8),
            let end = message.dropFirst(2).firstIndex(of: UInt8(ascii: ","))
        else { throw .malformed("its first message does not begin with n,,") }
        let actsAs = message[2..<end]
        let bare = Array(message[(end + 1)...])
        let attributes = try ScramMessage.attributes(of: bare)
        guard attributes.map(\.name).starts(with: "nr".utf8) else {
            throw .malformed("its first message is not n=…,r=…")
        }
        guard let name = Self.name(attributes[0].value), !name.isEmpty else { throw .malformed("its user name") }
        let clientNonce = attributes[1].value
        guard !clientNonce.isEmpty, clientNonce.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformed("its nonce")
        }
        user = name
        guard let credential = credential(name) else { throw .unknownUser }
        guard actsAs.isEmpty || actsAs.elementsEqual("a=".utf8 + attributes[0].value) else { throw .otherIdentity }
        let nonces = clientNonce + Array(nonce.utf8)
        let salt = ScramMessage.base64Text(credential.salt)
        let first = Array("r=".utf8) + nonces + Array(",s=\(salt),i=\(credential.iterations)".utf8)
        state = .challenged(
            Challenge(
                credential: credential, exchanged: Array([bare, first].joined(separator: ",".utf8)), nonce: nonces))
        return first
    }

    /// A name without the escapes of comma and equals sign; nil for another use of the latter.
    private static func name(_ escaped: [UInt8]) -> String? {
        var bytes: [UInt8] = []
        var rest = escaped[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                bytes.append(byte)
                continue
            }
            if rest.starts(with: "2C".utf8) {
                bytes.append(UInt8(ascii: ","))
            } else if rest.starts(with: "3D".utf8) {
                bytes.append(UInt8(ascii: "="))
            } else {
                return nil
            }
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    // MARK: Final message

    private mutating func signature(for message: [UInt8], _ challenge: Challenge) throws(ScramError) -> [UInt8] {
        let attributes = try ScramMessage.attributes(of: message)
        guard attributes.map(\.name).starts(with: "cr".utf8), let last = attributes.last,
            last.name == UInt8(ascii: "p"), let proof = ScramMessage.base64(last.value)
        else { throw .malformed("its final message is not c=…,r=…,p=…") }
        // Kafka asks no more than that the nonce ends with both: librdkafka before 2.1 says its own twice.
        guard attributes[1].value.count <= 2 * challenge.nonce.count,
            attributes[1].value.suffix(challenge.nonce.count).elementsEqual(challenge.nonce)
        else { throw .wrongNonce }
        let withoutProof = message.dropLast(last.value.count + ",p=".utf8.count)
        let exchanged = challenge.exchanged + [UInt8(ascii: ",")] + withoutProof
        let clientSignature = ScramHash<Hash>.hmac(challenge.credential.storedKey, exchanged)
        var clientKey = zip(proof, clientSignature).map { $0 ^ $1 }
        defer { SecretBytes.erase(&clientKey) }
        guard proof.count == clientSignature.count,
            ConstantTime.areEqual(ScramHash<Hash>.hash(clientKey), challenge.credential.storedKey)
        else { throw .wrongProof }
        state = .complete
        let signature = ScramHash<Hash>.hmac(challenge.credential.serverKey, exchanged)
        return Array("v=\(ScramMessage.base64Text(signature))".utf8)
    }
}
