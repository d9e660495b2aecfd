package import NIOCore

/// SaslAuthenticate (key 36): one message of a SASL mechanism, from client to broker (KIP-152).
package struct SaslAuthenticateRequest: RequestMessage {
    /// What answers it.
    package typealias Response = SaslAuthenticateResponse
    /// Key 36, versions 0 to 2.
    package static let api = API(key: 36, name: "SaslAuthenticate", versions: 0...2, flexibleFrom: 2)

    /// The mechanism's bytes.
    package var authBytes = ByteBuffer()
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// A message of the mechanism.
    package init(authBytes: ByteBuffer) {
        self.authBytes = authBytes
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.bytes(&authBytes)
        try wire.tags(&tags)
    }
}

/// Answers SaslAuthenticate: the mechanism's next message from broker to client.
package struct SaslAuthenticateResponse: ResponseMessage {
    /// As the request's.
    package static let api = SaslAuthenticateRequest.api

    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// What went wrong, in words; null for nothing.
    package var errorMessage: String?
    /// The mechanism's bytes.
    package var authBytes = ByteBuffer()
    /// Milliseconds after which the broker ends the connection unless the client authenticates again (KIP-368); 0 for never.
    package var sessionLifetimeMs: Int64 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        errorCode: ErrorCode = .none,
        errorMessage: String? = nil,
        authBytes: ByteBuffer = ByteBuffer(),
        sessionLifetimeMs: Int64 = 0
    ) {
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.authBytes = authBytes
        self.sessionLifetimeMs = sessionLifetimeMs
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.errorCode(&errorCode)
        try wire.string(&errorMessage)
        try wire.bytes(&authBytes)
        if version >= 1 { try wire.int64(&sessionLifetimeMs) }
        try wire.tags(&tags)
    }
}
