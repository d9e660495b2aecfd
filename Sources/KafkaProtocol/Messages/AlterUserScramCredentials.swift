package import NIOCore

/// AlterUserScramCredentials (key 51): users' SCRAM credentials are set and removed (KIP-554).
package struct AlterUserScramCredentialsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = AlterUserScramCredentialsResponse
    /// Key 51, version 0 only.
    package static let api = API(key: 51, name: "AlterUserScramCredentials", versions: 0...0, flexibleFrom: 0)

    /// Those to remove.
    package var deletions: [Deletion] = []
    /// Those to set.
    package var upsertions: [Upsertion] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        deletions: [Deletion] = [],
        upsertions: [Upsertion] = []
    ) {
        self.deletions = deletions
        self.upsertions = upsertions
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&deletions, version)
        try wire.array(&upsertions, version)
        try wire.tags(&tags)
    }

    /// A credential to remove.
    package struct Deletion: WireValue, Equatable {
        /// The user's name.
        package var name: String = ""
        /// 1 SCRAM-SHA-256, 2 SCRAM-SHA-512.
        package var mechanism: Int8 = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            mechanism: Int8 = 0
        ) {
            self.name = name
            self.mechanism = mechanism
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.int8(&mechanism)
            try wire.tags(&tags)
        }
    }

    /// A credential to set.
    package struct Upsertion: WireValue, Equatable {
        /// The user's name.
        package var name: String = ""
        /// 1 SCRAM-SHA-256, 2 SCRAM-SHA-512.
        package var mechanism: Int8 = 0
        /// How often the password was hashed.
        package var iterations: Int32 = 0
        /// The random salt.
        package var salt: ByteBuffer = ByteBuffer()
        /// The password, salted and hashed.
        package var saltedPassword: ByteBuffer = ByteBuffer()
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            mechanism: Int8 = 0,
            iterations: Int32 = 0,
            salt: ByteBuffer = ByteBuffer(),
            saltedPassword: ByteBuffer = ByteBuffer()
        ) {
            self.name = name
            self.mechanism = mechanism
            self.iterations = iterations
            self.salt = salt
            self.saltedPassword = saltedPassword
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.int8(&mechanism)
            try wire.int32(&iterations)
            try wire.bytes(&salt)
            try wire.bytes(&saltedPassword)
            try wire.tags(&tags)
        }
    }
}

/// Answers AlterUserScramCredentials: one result a user.
package struct AlterUserScramCredentialsResponse: ResponseMessage {
    /// As the request's.
    package static let api = AlterUserScramCredentialsRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// The users.
    package var results: [Result] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        results: [Result] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.results = results
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&results, version)
        try wire.tags(&tags)
    }

    /// A user's result.
    package struct Result: WireValue, Equatable {
        /// The user's name.
        package var user: String = ""
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// What went wrong, for people to read.
        package var errorMessage: String?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            user: String = "",
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil
        ) {
            self.user = user
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&user)
            try wire.errorCode(&errorCode)
            try wire.string(&errorMessage)
            try wire.tags(&tags)
        }
    }
}
