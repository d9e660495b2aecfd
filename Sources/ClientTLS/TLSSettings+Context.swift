import Authentication
import Glibc
import NIOCore
package import NIOSSL

extension TLSSettings {
    /// What a connection needs, read anew from the settings' files, so that a renewed certificate is used at the next connection.
    ///
    /// - Throws: ``TLSError``, which names the file.
    package func context() throws(TLSError) -> NIOSSLContext {
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
        // The library takes a file that it cannot open for one that holds no certificate.
        guard access(path, R_OK) == 0 else {
            let reason = String(cString: strerror(errno)).lowercased()
            throw TLSError("the \(what) file \(path) cannot be used: \(reason)")
        }
        do {
            return try body()
        } catch {
            throw TLSError("the \(what) file \(path) cannot be used: \(TLSError.words(error) ?? "\(error)")")
        }
    }

    /// The name that the certificate of a host must be for, and that is asked for by SNI; nil where that is its address.
    package static func serverName(of host: String) -> String? {
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return isAddress ? nil : host
    }
}
