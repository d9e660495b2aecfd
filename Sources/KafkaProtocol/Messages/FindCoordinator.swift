/// FindCoordinator (key 10): who coordinates groups or transactions.
package struct FindCoordinatorRequest: RequestMessage {
    /// What answers it.
    package typealias Response = FindCoordinatorResponse
    /// Key 10, versions 0 to 6.
    package static let api = API(key: 10, name: "FindCoordinator", versions: 0...6, flexibleFrom: 3)

    /// The group id or transactional id of versions before 4.
    package var key: String = ""
    /// 0 for a group, 1 for a transactional id, 2 for a share group.
    package var keyType: Int8 = 0
    /// The group ids or transactional ids (KIP-699).
    package var coordinatorKeys: [String] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        key: String = "",
        keyType: Int8 = 0,
        coordinatorKeys: [String] = []
    ) {
        self.key = key
        self.keyType = keyType
        self.coordinatorKeys = coordinatorKeys
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version <= 3 { try wire.string(&key) }
        if version >= 1 { try wire.int8(&keyType) }
        if version >= 4 { try wire.array(&coordinatorKeys, version) }
        try wire.tags(&tags)
    }
}

/// Answers FindCoordinator: the coordinators.
package struct FindCoordinatorResponse: ResponseMessage {
    /// As the request's.
    package static let api = FindCoordinatorRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// What went wrong, for people to read.
    package var errorMessage: String?
    /// The broker's node id.
    package var nodeID: Int32 = 0
    /// The host name of its listener.
    package var host: String = ""
    /// The port of its listener.
    package var port: Int32 = 0
    /// One answer a key.
    package var coordinators: [Coordinator] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        errorMessage: String? = nil,
        nodeID: Int32 = 0,
        host: String = "",
        port: Int32 = 0,
        coordinators: [Coordinator] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.nodeID = nodeID
        self.host = host
        self.port = port
        self.coordinators = coordinators
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version >= 1 { try wire.int32(&throttleTimeMs) }
        if version <= 3 { try wire.errorCode(&errorCode) }
        if (1...3).contains(version) { try wire.string(&errorMessage) }
        if version <= 3 {
            try wire.int32(&nodeID)
            try wire.string(&host)
            try wire.int32(&port)
        }
        if version >= 4 { try wire.array(&coordinators, version) }
        try wire.tags(&tags)
    }

    /// The coordinator of one key.
    package struct Coordinator: WireValue, Equatable {
        /// The group id or transactional id.
        package var key: String = ""
        /// The broker's node id.
        package var nodeID: Int32 = 0
        /// The host name of its listener.
        package var host: String = ""
        /// The port of its listener.
        package var port: Int32 = 0
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
            key: String = "",
            nodeID: Int32 = 0,
            host: String = "",
            port: Int32 = 0,
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil
        ) {
            self.key = key
            self.nodeID = nodeID
            self.host = host
            self.port = port
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&key)
            try wire.int32(&nodeID)
            try wire.string(&host)
            try wire.int32(&port)
            try wire.errorCode(&errorCode)
            try wire.string(&errorMessage)
            try wire.tags(&tags)
        }
    }
}
