/// One of Kafka's APIs: its key, and the versions that this module can code.
package struct API: Hashable, Sendable {
    /// Kafka's number for it.
    package let key: Int16
    /// Kafka's name for it, such as `JoinGroup`.
    package let name: String
    /// The versions that can be coded.
    package let versions: ClosedRange<Int16>
    /// The first version with compact lengths and tagged fields (KIP-482); nil if none has them.
    package let flexibleFrom: Int16?

    /// An API's key, name and versions.
    package init(key: Int16, name: String, versions: ClosedRange<Int16>, flexibleFrom: Int16?) {
        self.key = key
        self.name = name
        self.versions = versions
        self.flexibleFrom = flexibleFrom
    }

    /// Whether a version has compact lengths and tagged fields.
    package func isFlexible(_ version: Int16) -> Bool {
        guard let flexibleFrom else { return false }
        return version >= flexibleFrom
    }

    /// The request header's version: 2 in flexible versions, else 1.
    package func requestHeaderVersion(_ version: Int16) -> Int16 {
        isFlexible(version) ? 2 : 1
    }

    /// The response header's version: 1 in flexible versions, else 0. Always 0 for ApiVersions, so that a client can
    /// read the answer to a version that the broker does not know (KIP-511).
    package func responseHeaderVersion(_ version: Int16) -> Int16 {
        isFlexible(version) && key != 18 ? 1 : 0
    }
}

/// A message that has an API.
package protocol WireMessage: WireValue, Equatable {
    /// The API it belongs to.
    static var api: API { get }
}

/// A request of an API.
package protocol RequestMessage: WireMessage {
    /// What answers it.
    associatedtype Response: ResponseMessage
}

/// An answer of an API.
package protocol ResponseMessage: WireMessage {}
