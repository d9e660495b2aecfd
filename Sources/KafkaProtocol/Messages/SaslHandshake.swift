/// SaslHandshake (key 17): the mechanism by which a client will say who it is (KIP-43).
///
/// After version 0 the mechanism's own bytes follow without frames; after version 1 they travel in SaslAuthenticate.
package struct SaslHandshakeRequest: RequestMessage {
    /// What answers it.
    package typealias Response = SaslHandshakeResponse
    /// Key 17, versions 0 and 1.
    package static let api = API(key: 17, name: "SaslHandshake", versions: 0...1, flexibleFrom: nil)

    /// The mechanism's name, such as `SCRAM-SHA-256`.
    package var mechanism: String = ""

    /// Kafka's default of every field.
    package init() {}

    /// A handshake for a mechanism.
    package init(mechanism: String) {
        self.mechanism = mechanism
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&mechanism)
    }
}

/// Answers SaslHandshake: whether the mechanism may be used, and which ones may.
package struct SaslHandshakeResponse: ResponseMessage {
    /// As the request's.
    package static let api = SaslHandshakeRequest.api

    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// The mechanisms that the broker has enabled.
    package var mechanisms: [String] = []

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(errorCode: ErrorCode = .none, mechanisms: [String] = []) {
        self.errorCode = errorCode
        self.mechanisms = mechanisms
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.errorCode(&errorCode)
        try wire.array(&mechanisms, version)
    }
}
