package import Authentication
package import ClientTLS
import Foundation

/// A web server that is posted messages.
package struct HTTPTarget: Sendable, Equatable {
    /// Where the address stands: in the open, or, as one that lets anybody in who knows it, where secrets are.
    package enum Address: Sendable, Equatable {
        case open(HTTPAddress)
        case secret(Secret)
    }

    /// How this program says who it is.
    package enum Credentials: Sendable, Equatable {
        /// `Authorization: Bearer`.
        case token(Secret)
        /// `Authorization: Basic`.
        case basic(user: String, password: Secret)
    }

    /// Where.
    package var address: Address
    /// As whom; nil for nobody.
    package var credentials: Credentials?
    /// What is trusted where the address is `https`.
    package var tls = TLSSettings()
    /// From the first byte to the answer, milliseconds.
    package var timeLimit: Int64 = 10_000

    /// A web server.
    package init(_ address: Address) { self.address = address }

    /// The server for people: no path, which may be a secret.
    var place: String {
        switch address {
        case .open(let address): address.place
        case .secret(let secret): "the address in \(secret)"
        }
    }

    /// The address.
    ///
    /// - Throws: `DeliveryFailure` where the secret cannot be read, or is no address.
    func resolve() throws(DeliveryFailure) -> HTTPAddress {
        switch address {
        case .open(let address): return address
        case .secret(let secret):
            let text = try Self.text(secret)
            guard let address = HTTPAddress(text) else {
                throw DeliveryFailure("\(secret) holds no address as https://host/path", mayRetry: false)
            }
            return address
        }
    }

    /// The `Authorization` header; nil where nobody is named.
    ///
    /// - Throws: `DeliveryFailure` where a secret cannot be read.
    func authorization() throws(DeliveryFailure) -> String? {
        switch credentials {
        case nil: return nil
        case .token(let secret): return "Bearer \(try Self.text(secret))"
        case .basic(let user, let password):
            let pair = "\(user):\(try Self.text(password))"
            return "Basic \(Data(pair.utf8).base64EncodedString())"
        }
    }

    /// A secret as text that fits into a header: no control characters.
    private static func text(_ secret: Secret) throws(DeliveryFailure) -> String {
        do {
            let text = try secret.read().withBytes { String(decoding: $0, as: UTF8.self) }
            guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else {
                throw DeliveryFailure("\(secret) holds control characters", mayRetry: false)
            }
            return text
        } catch let failure as DeliveryFailure {
            throw failure
        } catch {
            throw DeliveryFailure("\(error)", mayRetry: true)
        }
    }
}

/// An address as `https://host:port/path`.
package struct HTTPAddress: Sendable, Equatable {
    /// Whether TLS is spoken.
    package let isSecure: Bool
    /// A name or an IP address, without brackets.
    package let host: String
    /// The port.
    package let port: Int
    /// What is asked for: the path with the query, at least `/`.
    package let path: String

    /// The address that a text stands for; nil for one that is no `http` or `https` address, or has a user in it.
    package init?(_ text: String) {
        // A header and a request line are made of it: nothing may end them.
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
            let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty, parts.user == nil,
            parts.password == nil, parts.fragment == nil
        else { return nil }
        isSecure = scheme == "https"
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? (scheme == "https" ? 443 : 80)
        guard (1...65_535).contains(port) else { return nil }
        let query = parts.percentEncodedQuery.map { "?\($0)" } ?? ""
        path = (parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath) + query
    }

    /// The host as the `Host` header has it, with the port where it is not the scheme's own.
    var hostHeader: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// The server without the path.
    package var place: String { "\(isSecure ? "https" : "http")://\(hostHeader)" }

    /// The same server, and a path behind the path.
    func appending(_ more: String) -> HTTPAddress { HTTPAddress(self, path: Self.trimmed(path) + more) }

    private init(_ other: HTTPAddress, path: String) {
        (isSecure, host, port) = (other.isSecure, other.host, other.port)
        self.path = path
    }

    private static func trimmed(_ path: String) -> String {
        var path = path.prefix { $0 != "?" }
        while path.hasSuffix("/") { path = path.dropLast() }
        return String(path)
    }
}
