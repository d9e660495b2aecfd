import KafkaProtocol
import NIOCore

/// One request on its way to its answer. Exactly one of its methods is called, once, on any thread.
struct Exchange: Sendable {
    /// The request's header; the answer repeats its correlation id in its version.
    let header: RequestHeader
    /// Who asked.
    let client: Client
    private let answer: @Sendable (Answer) -> Void

    /// Records at least so large are sent as they lie in memory; smaller ones are copied behind the header.
    private static let splitRecordsFrom = 4 << 10

    /// An exchange whose outcome goes to `answer`.
    init(header: RequestHeader, client: Client, answer: @escaping @Sendable (Answer) -> Void) {
        self.header = header
        self.client = client
        self.answer = answer
    }

    /// The version of request and answer.
    var version: Int16 { header.apiVersion }

    /// Sends an answer.
    func respond(_ response: AnyResponse) {
        do {
            let encoded = try response.encoded(
                header: ResponseHeader(correlationID: header.correlationID), version: header.apiVersion,
                splitRecordsFrom: Self.splitRecordsFrom)
            answer(.frame(encoded.pieces, of: AnsweredRequest(key: header.apiKey, hasError: encoded.errors > 0)))
        } catch {
            // The version cannot carry what would have to be said; a closed connection is the one honest answer left.
            close(because: "the answer cannot be written: \(error)")
        }
    }

    /// Sends nothing, and lets the answers behind this one go.
    func finishSilently() {
        answer(.nothing(of: AnsweredRequest(key: header.apiKey, hasError: false)))
    }

    /// Closes the connection after the answers before this one.
    func close(because reason: String) {
        answer(.close(reason: reason, of: AnsweredRequest(key: header.apiKey, hasError: true)))
    }
}
