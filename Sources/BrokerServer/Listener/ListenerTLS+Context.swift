import Authentication
import Glibc
import NIOSSL

extension ListenerTLS {
    /// What connections of a listener need, and what its operator wants to know.
    struct Context: Sendable {
        /// Certificate and key.
        let context: NIOSSLContext
        /// When the certificate ends, wall milliseconds.
        let expiresAt: Int64?
    }

    /// What connections need, read from the files now.
    ///
    /// - Throws: ``ServerError/invalidListener(_:reason:)``, which names the file or the setting.
    func context(ofListener name: String) throws(ServerError) -> Context {
        for case .file(let path)? in [certificateChain, privateKey, authorities] where access(path, R_OK) != 0 {
            throw .invalidListener(name, reason: "\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        let chain = try Self.certificates(certificateChain, "certificate", name)
        let key = try key(name)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = allowsTLS12 ? .tlsv12 : .tlsv13
        configuration.maximumTLSVersion = allowsTLS13 ? .tlsv13 : .tlsv12
        if let authorities {
            configuration.trustRoots = .certificates(try Self.certificates(authorities, "authority", name))
        }
        configuration.certificateVerification =
            switch clientAuthentication {
            case .none: .none
            case .requested: .optionalVerification
            // The name in a client's certificate is the client's, not that of its address.
            case .required: .noHostnameVerification
            }
        do {
            return Context(
                context: try NIOSSLContext(configuration: configuration),
                expiresAt: chain.first.map {
                    Int64($0.notValidAfter).multipliedReportingOverflow(by: 1000).partialValue
                })
        } catch {
            throw .invalidListener(name, reason: "certificate and private key do not go together: \(error)")
        }
    }

    private func key(_ name: String) throws(ServerError) -> NIOSSLPrivateKey {
        do {
            switch (privateKey, passphrase) {
            case (.file(let path), let passphrase?):
                return try NIOSSLPrivateKey(file: path, format: .pem) { give in passphrase.withBytes { give($0) } }
            case (.file(let path), nil):
                return try NIOSSLPrivateKey(file: path, format: .pem)
            case (.inline(let text, _), let passphrase?):
                return try NIOSSLPrivateKey(bytes: text.withBytes { Array($0) }, format: .pem) { give in
                    passphrase.withBytes { give($0) }
                }
            case (.inline(let text, _), nil):
                return try NIOSSLPrivateKey(bytes: text.withBytes { Array($0) }, format: .pem)
            }
        } catch {
            throw .invalidListener(
                name, reason: "\(privateKey) holds no private key that can be read: \(Self.words(error))")
        }
    }

    private static func certificates(
        _ pem: PEM, _ what: String, _ name: String
    ) throws(ServerError) -> [NIOSSLCertificate] {
        do {
            let found =
                switch pem {
                case .file(let path): try NIOSSLCertificate.fromPEMFile(path)
                case .inline(let text, _): try NIOSSLCertificate.fromPEMBytes(text.withBytes { Array($0) })
                }
            if !found.isEmpty { return found }
        } catch {
            throw .invalidListener(name, reason: "\(pem) holds no \(what) that can be read: \(words(error))")
        }
        throw .invalidListener(name, reason: "\(pem) holds no \(what)")
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case NIOSSLError.failedToLoadCertificate: "it is not in PEM"
        case NIOSSLError.failedToLoadPrivateKey: "it is not in PEM, or ssl.key.password is wrong"
        default: "\(error)"
        }
    }
}

extension ListenerTLS {
    /// Why client and listener could not agree on TLS, if that is what an error of a connection says.
    static func handshakeFailure(_ error: any Error) -> String? {
        switch error {
        // Who only looks whether the port is open, or gives up, has not failed.
        case NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake])): return nil
        case NIOSSLError.handshakeFailed(.sslError(let stack)): return words(stack)
        case NIOSSLError.handshakeFailed(let error): return "\(error)"
        default: return nil
        }
    }

    /// The library tells its reasons as text only: `error:100000c0:SSL routines:OPENSSL_internal:<REASON> at <file>`.
    private static func words(_ stack: NIOBoringSSLErrorStack) -> String {
        let reasons = stack.map { error in
            let text = "\(error)"
            guard let start = text.firstRange(of: "OPENSSL_internal:") else { return text }
            return String(text[start.upperBound...].prefix { $0 != " " })
        }
        return reasons.joined(separator: ", ")
    }
}

extension ListenerTLS.PEM: CustomStringConvertible {
    /// The file, or the setting without its value.
    package var description: String {
        switch self {
        case .file(let path): path
        case .inline(_, let setting): setting
        }
    }
}
