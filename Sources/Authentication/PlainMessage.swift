/// The one message of SASL PLAIN (RFC 4616): who to act as, the user, the password, with zeros between them.
package struct PlainMessage: Sendable {
    /// Who to act as; empty for the user.
    package let identity: String
    /// The user.
    package let user: String
    /// The password.
    package let password: SecretBytes

    /// Reads a message.
    ///
    /// - Throws: ``PlainError`` in Kafka's words (`PlainSaslServer.extractTokens` and what follows it).
    package init(_ message: some Collection<UInt8>) throws(PlainError) {
        let parts = message.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw PlainError("Invalid SASL/PLAIN response: expected 3 tokens, got \(parts.count)")
        }
        guard let identity = String(validating: parts[0], as: UTF8.self),
            let user = String(validating: parts[1], as: UTF8.self)
        else { throw PlainError("Invalid SASL/PLAIN response: names are UTF-8") }
        guard !user.isEmpty else { throw PlainError("Authentication failed: username not specified") }
        guard !parts[2].isEmpty else { throw PlainError("Authentication failed: password not specified") }
        self.identity = identity
        self.user = user
        password = SecretBytes(parts[2])
    }

    /// Judges the message.
    ///
    /// - Parameter known: The user's password; nil for an unknown user.
    /// - Throws: ``PlainError``, the same one for an unknown user and for a wrong password.
    package func verify(against known: SecretBytes?) throws(PlainError) {
        // An unknown user takes as long as a known one.
        let expected = known ?? password
        let isRight = password.withBytes { expected.isEqual(to: $0) }
        guard isRight, known != nil else { throw PlainError("Authentication failed: Invalid username or password") }
        guard identity.isEmpty || identity == user else {
            throw PlainError(
                "Authentication failed: Client requested an authorization id that is different from username")
        }
    }
}

/// Why PLAIN failed, in Kafka's words; nothing of the message is in it.
package struct PlainError: Error, Equatable, CustomStringConvertible {
    /// The sentence that the client is told.
    package let description: String

    /// An error in words.
    init(_ description: String) { self.description = description }
}
