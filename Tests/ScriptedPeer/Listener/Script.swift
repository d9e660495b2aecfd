package import KafkaProtocol

/// What happens to a request instead of being answered as it should.
package enum Deed: Sendable {
    /// Waits at the gate, then is carried out and answered.
    case hold(Gate)
    /// Is carried out; the answer waits at the gate.
    case holdAnswer(Gate)
    /// The connection breaks; the request was not carried out.
    case breakBefore
    /// The request is carried out; the connection breaks instead of an answer.
    case breakAfter
    /// The answer's body is random bytes.
    case garble
    /// Only the first bytes of the answer come, then the connection breaks.
    case truncate(toBytes: Int)
    /// The answer's frame says that it has this length, and nothing follows.
    case announce(bytes: Int32)
    /// The answer repeats another correlation id.
    case wrongCorrelation
    /// The model changes just before the request is carried out.
    case first(@Sendable (inout ClusterModel) -> Void)
    /// The answer is changed.
    case edit(@Sendable (inout AnyResponse) -> Void)
}

/// Which requests a deed is for.
struct Rule: Sendable {
    var api: API?
    var broker: Int32?
    /// Matching requests to let pass first.
    var skipping: Int
    /// How many it is still for; nil for all.
    var times: Int?
    var deed: Deed

    /// Whether it is for this request; counts it if so.
    mutating func takes(_ key: Int16, at broker: Int32) -> Bool {
        guard api.map({ $0.key == key }) ?? true, self.broker.map({ $0 == broker }) ?? true else { return false }
        if skipping > 0 {
            skipping -= 1
            return false
        }
        guard let left = times else { return true }
        guard left > 0 else { return false }
        times = left - 1
        return true
    }
}

/// One request that came.
package struct Received: Sendable, Equatable {
    /// The broker it came to.
    package var broker: Int32
    /// The API.
    package var api: API
    /// The version.
    package var version: Int16
    /// The client's name for itself.
    package var clientID: String?
    /// The request.
    package var request: AnyRequest
}
