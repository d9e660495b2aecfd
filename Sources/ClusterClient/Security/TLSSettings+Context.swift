import Authentication
import NIOCore
import NIOPosix
import NIOSSL

extension TLSSettings {
    /// What a connection needs, read anew from the settings' files, so that a renewed certificate is used at the next connection.
    ///
    /// - Throws: ``TLSError``, which names the file.
    func context() throws(TLSError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = verifiesHostname ? .fullVerification : .noHostnameVerification
        if let authorities {
            let trusted = try Self.reading("authorities", authorities) {
                try NIOSSLCertificate.fromPEMFile(authorities)
            }
            guard !trusted.isEmpty else {
                throw TLSError("no certificate stands in the authorities file \(authorities)")
            }
            configuration.trustRoots = .certificates(trusted)
        }
        if let certificate {
            configuration.certificateChain = try Self.reading("certificate", certificate) {
                try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
            }
            // Kafka's PEM files may hold both.
            configuration.privateKey = .privateKey(try key(in: privateKey ?? certificate))
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw TLSError(
                "certificate, key and authorities do not make a context: \(TLSError.words(error) ?? "\(error)")")
        }
    }

    private func key(in path: String) throws(TLSError) -> NIOSSLPrivateKey {
        guard let passphrase else {
            return try Self.reading("private key", path) { try NIOSSLPrivateKey(file: path, format: .pem) }
        }
        let secret: SecretBytes
        do {
            secret = try passphrase.read()
        } catch {
            throw TLSError("the private key's passphrase: \(error)")
        }
        return try Self.reading("private key", path) {
            try NIOSSLPrivateKey(file: path, format: .pem) { give in
                secret.withBytes { give($0) }
            }
        }
    }

    private static func reading<Value>(_ what: String, _ path: String, _ body: () throws -> Value) throws(TLSError)
        -> Value
    {
        do {
            return try body()
        } catch {
            throw TLSError("the \(what) file \(path) cannot be used: \(TLSError.words(error) ?? "\(error)")")
        }
    }

    /// The name that a broker's certificate must be for; nil where that is its address.
    static func serverName(of broker: BrokerAddress) -> String? {
        let isAddress = (try? SocketAddress(ipAddress: broker.host, port: 0)) != nil
        return isAddress ? nil : broker.host
    }
}

/// Why TLS cannot be had.
struct TLSError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, and where.
    let description: String

    /// An error in words.
    init(_ description: String) { self.description = description }

    /// What a TLS library's error means for who we are or they are; nil for an error of something else, a broken connection too.
    static func words(_ error: any Error) -> String? {
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
