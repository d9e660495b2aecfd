/// DescribeUserScramCredentials (key 50): which SCRAM credentials users have (KIP-554).
package struct DescribeUserScramCredentialsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = DescribeUserScramCredentialsResponse
    /// Key 50, version 0 only.
    package static let api = API(key: 50, name: "DescribeUserScramCredentials", versions: 0...0, flexibleFrom: 0)

    /// The users; null or none for all.
    package var users: [User]?
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        users: [User]? = nil
    ) {
        self.users = users
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&users, version)
        try wire.tags(&tags)
    }

    /// A user.
    package struct User: WireValue, Equatable {
        /// The user's name.
        package var name: String = ""
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = ""
        ) {
            self.name = name
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.tags(&tags)
        }
    }
}

/// Answers DescribeUserScramCredentials: mechanisms and iterations; salts and keys are never told.
package struct DescribeUserScramCredentialsResponse: ResponseMessage {
    /// As the request's.
    package static let api = DescribeUserScramCredentialsRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// What went wrong, for people to read.
    package var errorMessage: String?
    /// The users.
    package var results: [Result] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        errorMessage: String? = nil,
        results: [Result] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.results = results
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.string(&errorMessage)
        try wire.array(&results, version)
        try wire.tags(&tags)
    }

    /// A user.
    package struct Result: WireValue, Equatable {
        /// The user's name.
        package var user: String = ""
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// What went wrong, for people to read.
        package var errorMessage: String?
        /// The credentials.
        package var credentialInfos: [Credential] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            user: String = "",
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil,
            credentialInfos: [Credential] = []
        ) {
            self.user = user
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.credentialInfos = credentialInfos
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&user)
            try wire.errorCode(&errorCode)
            try wire.string(&errorMessage)
            try wire.array(&credentialInfos, version)
            try wire.tags(&tags)
        }
    }

    /// One credential.
    package struct Credential: WireValue, Equatable {
        /// 1 SCRAM-SHA-256, 2 SCRAM-SHA-512.
        package var mechanism: Int8 = 0
        /// How often the password is hashed.
        package var iterations: Int32 = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            mechanism: Int8 = 0,
            iterations: Int32 = 0
        ) {
            self.mechanism = mechanism
            self.iterations = iterations
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int8(&mechanism)
            try wire.int32(&iterations)
            try wire.tags(&tags)
        }
    }
}
