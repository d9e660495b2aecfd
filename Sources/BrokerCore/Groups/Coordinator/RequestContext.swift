/// What a request brings along besides its body.
package struct RequestContext: Sendable {
    /// The client id of the request's header; empty if it has none.
    package var clientID: String
    /// The client's host as Kafka prints it, for example `/127.0.0.1`.
    package var clientHost: String
    /// The version of the API the request is in.
    package var apiVersion: Int16

    /// States a context.
    package init(clientID: String, clientHost: String, apiVersion: Int16) {
        self.clientID = clientID
        self.clientHost = clientHost
        self.apiVersion = apiVersion
    }
}
