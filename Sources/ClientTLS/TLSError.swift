import NIOSSL

/// Why TLS cannot be had.
package struct TLSError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, and where.
    package let description: String

    /// An error in words.
    package init(_ description: String) { self.description = description }

    /// What a TLS library's error means for who we are or they are; nil for an error of something else, a broken connection too.
    package static func words(_ error: any Error) -> String? {
        switch error {
        case NIOSSLError.noSuchFilesystemObject: "there is no such file"
        case NIOSSLError.failedToLoadCertificate: "it is not a certificate in PEM"
        case NIOSSLError.failedToLoadPrivateKey: "it is not a private key in PEM, or the passphrase is wrong"
        case NIOSSLError.uncleanShutdown, NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake])): nil
        case NIOSSLError.handshakeFailed(let error): words(error)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            "its certificate is for another host"
        case BoringSSLError.sslError(let stack), BoringSSLError.unknownError(let stack): words(stack)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: "\(error)"
        default: nil
        }
    }

    /// The library tells its reasons as text only.
    private static func words(_ stack: NIOBoringSSLErrorStack) -> String {
        let text = stack.map(\.description).joined(separator: " ")
        let known: [(sign: String, words: String)] = [
            ("CERTIFICATE_VERIFY_FAILED", "its certificate is expired, or of an authority that is not trusted"),
            ("WRONG_VERSION_NUMBER", "what it answers is not TLS"),
            ("CERTIFICATE_REQUIRED", "it asks for a client certificate"),
            ("BAD_CERTIFICATE", "it does not accept the client certificate"),
            ("UNKNOWN_CA", "it does not trust the authority of the client certificate"),
            ("HANDSHAKE_FAILURE", "no TLS version, cipher or certificate suits both sides"),
            ("PROTOCOL_VERSION", "no TLS version suits both sides"),
        ]
        return known.first { text.contains($0.sign) }?.words ?? text
    }
}
