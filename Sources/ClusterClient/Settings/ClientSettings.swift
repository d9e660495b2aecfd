package import Authentication
package import ClientTLS

/// How to reach a cluster: where, as whom, and how long to wait.
package struct ClientSettings: Sendable {
    /// Brokers to ask first; the rest of the cluster is learnt from them. At least one.
    package var bootstrap: [BrokerAddress]
    /// The client id that brokers log and meter by.
    package var clientID = "weir"
    /// This program's version, which brokers count clients by (KIP-511); letters, digits, `.` and `-`.
    package var softwareVersion = "0.1.0"
    /// TLS; nil for plain TCP.
    package var tls: TLSSettings?
    /// SASL; nil for none.
    package var sasl: SASLSettings?
    /// Acts that change the cluster are refused unless this says otherwise.
    package var isReadOnly = true
    /// Milliseconds to connect in, with TLS and SASL.
    package var connectTimeoutMilliseconds: Int64 = 5000
    /// Milliseconds until a request without an answer has failed, and its connection with it.
    package var requestTimeoutMilliseconds: Int64 = 30_000
    /// Milliseconds before the first new try at a broker that failed; doubled with each failure.
    package var firstBackoffMilliseconds: Int64 = 100
    /// The longest wait between two tries, milliseconds.
    package var longestBackoffMilliseconds: Int64 = 10_000
    /// Answers longer than this are refused unread, bytes.
    package var maxAnswerBytes = 128 << 20

    /// Settings with the defaults.
    package init(bootstrap: [BrokerAddress]) { self.bootstrap = bootstrap }
}

/// Where a broker listens.
package struct BrokerAddress: Hashable, Sendable, CustomStringConvertible {
    /// Name or address of the host, IPv6 without brackets.
    package var host: String
    /// The TCP port, 1 to 65,535.
    package var port: Int

    /// An address.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `host:port`, IPv6 addresses in brackets.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// SASL towards brokers.
package struct SASLSettings: Sendable {
    /// Kafka's `sasl.mechanism`.
    package enum Mechanism: String, Sendable, CaseIterable {
        case plain = "PLAIN"
        case scramSHA256 = "SCRAM-SHA-256"
        case scramSHA512 = "SCRAM-SHA-512"
    }

    /// How to say who it is.
    package var mechanism: Mechanism
    /// The user.
    package var username: String
    /// The password, by reference.
    package var password: Secret

    /// Who it is.
    package init(mechanism: Mechanism, username: String, password: Secret) {
        self.mechanism = mechanism
        self.username = username
        self.password = password
    }
}
