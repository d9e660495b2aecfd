/// What stands before a request's body.
///
/// | bytes | field |
/// | --- | --- |
/// | 2 | API key |
/// | 2 | API version |
/// | 4 | correlation id |
/// | 2 + n | client id, length -1 for null (header versions 1 and 2; never compact) |
/// | … | tagged fields (header version 2) |
package struct RequestHeader: Hashable, Sendable {
    /// The API asked for.
    package var apiKey: Int16
    /// The version of the request and of its answer.
    package var apiVersion: Int16
    /// A number that the answer repeats.
    package var correlationID: Int32
    /// The client's name for itself.
    package var clientID: String?
    /// Tagged fields of header version 2.
    package var tags = TaggedFields()

    /// A header for a request.
    package init(apiKey: Int16, apiVersion: Int16, correlationID: Int32, clientID: String? = nil) {
        self.apiKey = apiKey
        self.apiVersion = apiVersion
        self.correlationID = correlationID
        self.clientID = clientID
    }

    /// An empty header, to be read into.
    init() {
        self.init(apiKey: 0, apiVersion: 0, correlationID: 0)
    }

    /// Codes the three numbers that every header version has.
    mutating func codeStart<Wire: WireCoder>(_ wire: inout Wire) throws(WireError) {
        try wire.int16(&apiKey)
        try wire.int16(&apiVersion)
        try wire.int32(&correlationID)
    }

    /// Reads the client id of a header whose version is unknown, if it is there: it stands at the same place in all but
    /// header version 0.
    mutating func readClientID(_ wire: inout WireReader) {
        var reader = wire
        try? reader.string(&clientID)
    }

    /// Codes what follows the three numbers in a header version.
    mutating func codeRest<Wire: WireCoder>(_ wire: inout Wire, headerVersion: Int16) throws(WireError) {
        if headerVersion >= 1 {
            wire.isFlexible = false
            try wire.string(&clientID)
        }
        wire.isFlexible = headerVersion >= 2
        try wire.tags(&tags)
    }
}

/// What stands before an answer's body: the correlation id and, in header version 1, tagged fields.
package struct ResponseHeader: Hashable, Sendable {
    /// The number of the request that is answered.
    package var correlationID: Int32
    /// Tagged fields of header version 1.
    package var tags = TaggedFields()

    /// A header for an answer.
    package init(correlationID: Int32) {
        self.correlationID = correlationID
    }

    /// Codes the header.
    mutating func code<Wire: WireCoder>(_ wire: inout Wire, headerVersion: Int16) throws(WireError) {
        try wire.int32(&correlationID)
        wire.isFlexible = headerVersion >= 1
        try wire.tags(&tags)
    }
}
