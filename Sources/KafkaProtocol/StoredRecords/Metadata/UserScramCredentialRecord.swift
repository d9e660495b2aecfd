package import NIOCore

/// UserScramCredentialRecord (metadata log, type 11): a user's SCRAM credential is set (KIP-900).
package struct UserScramCredentialRecord: MetadataRecordBody {
    /// Type 11.
    package static let type: UInt32 = 11
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// The user's name.
    package var name: String = ""
    /// 1 SCRAM-SHA-256, 2 SCRAM-SHA-512.
    package var mechanism: Int8 = 0
    /// The random salt.
    package var salt: ByteBuffer = ByteBuffer()
    /// What the client must prove to know the key of.
    package var storedKey: ByteBuffer = ByteBuffer()
    /// What the server proves to know.
    package var serverKey: ByteBuffer = ByteBuffer()
    /// How often the password was hashed.
    package var iterations: Int32 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        name: String = "",
        mechanism: Int8 = 0,
        salt: ByteBuffer = ByteBuffer(),
        storedKey: ByteBuffer = ByteBuffer(),
        serverKey: ByteBuffer = ByteBuffer(),
        iterations: Int32 = 0
    ) {
        self.name = name
        self.mechanism = mechanism
        self.salt = salt
        self.storedKey = storedKey
        self.serverKey = serverKey
        self.iterations = iterations
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&name)
        try wire.int8(&mechanism)
        try wire.bytes(&salt)
        try wire.bytes(&storedKey)
        try wire.bytes(&serverKey)
        try wire.int32(&iterations)
        try wire.tags(&tags)
    }
}
