import Crypto
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
struct ScramClient<Hash: HashFunction> {
    /// Iteration counts that are accepted: from RFC 7677's least to many times Kafka's most (16,384), so that no server can
    /// make a client count for minutes.
    static var iterations: ClosedRange<Int> { 4096...200_000 }
    /// The longest message of a server that is read, bytes.
    static var longestMessage: Int { 64 << 10 }

    private let user: String
    private let nonce: String
    private let password: SecretBytes
    /// What the server must say last.
    private var expectedSignature: [UInt8]?

    /// An exchange.
    ///
    /// - Parameter nonce: Printable ASCII without commas, never used before.
    init(user: String, password: SecretBytes, nonce: String) {
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
    var firstMessage: [UInt8] { Array("n,,".utf8) + bareFirstMessage }

    /// What the client answers to the server's first message.
    ///
    /// - Throws: ``ScramError`` where the server does not keep to the protocol, or asks for what is refused.
    mutating func finalMessage(answering message: [UInt8]) throws(ScramError) -> [UInt8] {
        let attributes = try Self.attributes(of: message)
        // An unknown mandatory extension (`m=`) stands first, and ends here as it must.
        guard attributes.map(\.name).starts(with: "rsi".utf8) else {
            throw .malformed("its first message is not r=…,s=…,i=…")
        }
        let serverNonce = attributes[0].value
        guard serverNonce.starts(with: nonce.utf8), serverNonce.count > nonce.utf8.count else { throw .wrongNonce }
        guard let salt = Self.base64(attributes[1].value), !salt.isEmpty else {
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
    func verify(_ message: [UInt8]) throws(ScramError) {
        guard let first = try Self.attributes(of: message).first else { throw .malformed("its last message is empty") }
        switch first.name {
        case UInt8(ascii: "e"):
            throw .refused(String(decoding: first.value, as: UTF8.self))
        case UInt8(ascii: "v"):
            guard let expectedSignature, let given = Self.base64(first.value),
                Self.areEqual(given, expectedSignature)
            else { throw .wrongSignature }
        default: throw .malformed("its last message is neither v=… nor e=…")
        }
    }

    /// Compares in a time that does not tell where two signatures differ.
    private static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count && zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func base64(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        Data(base64Encoded: Data(text)).map { Array($0) }
    }

    private static func attributes(
        of message: [UInt8]
    ) throws(ScramError) -> [(name: UInt8, value: ArraySlice<UInt8>)] {
        guard message.count <= longestMessage else { throw .malformed("a message of \(message.count) bytes") }
        var attributes: [(name: UInt8, value: ArraySlice<UInt8>)] = []
        for part in message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let name = part.first, part.dropFirst().first == UInt8(ascii: "=") else {
                throw .malformed("a message that is not name=value,…")
            }
            attributes.append((name, part.dropFirst(2)))
        }
        return attributes
    }
}

/// Why a SCRAM exchange ended without trust.
enum ScramError: Error, Equatable, CustomStringConvertible {
    /// The server does not keep to the protocol.
    case malformed(String)
    /// The server's nonce does not continue ours: its message belongs to another exchange.
    case wrongNonce
    /// An iteration count that is refused.
    case iterations(Int)
    /// The server's own error.
    case refused(String)
    /// The server does not know the password.
    case wrongSignature

    var description: String {
        switch self {
        case .malformed(let what): "the broker breaks the SCRAM protocol: \(what)"
        case .wrongNonce: "the broker's nonce does not continue ours, so its message belongs to another exchange"
        case .iterations(let count):
            "the broker asks for \(count) iterations; \(ScramClient<SHA256>.iterations.lowerBound) to "
                + "\(ScramClient<SHA256>.iterations.upperBound) are accepted"
        case .refused(let reason): "the broker refused: \(reason)"
        case .wrongSignature: "the broker's signature is wrong: it does not know the password"
        }
    }
}
