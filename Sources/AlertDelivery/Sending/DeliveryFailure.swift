/// Why a message was not delivered. Nothing secret is in it.
struct DeliveryFailure: Error, Equatable, CustomStringConvertible {
    /// What is wrong, in words.
    let description: String
    /// Another try may go well.
    let mayRetry: Bool

    /// A failure in words.
    init(_ description: String, mayRetry: Bool) {
        self.description = description
        self.mayRetry = mayRetry
    }
}
