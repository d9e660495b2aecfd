package import Authentication
package import KafkaProtocol
import NIOCore

/// The users who may log in with SCRAM; their credentials are records of the metadata log (KIP-554, KIP-900).
///
/// Rules and sentences are those of Kafka's `ScramControlManager` and `ScramPublisher`.
package struct ScramUsers: Sendable {
    private let topics: TopicController

    init(_ topics: TopicController) { self.topics = topics }

    /// What is kept of a user's password; nil for an unknown user. Never blocks.
    package func credential(of user: String, _ mechanism: ScramMechanism) -> ScramCredential? {
        topics.image.scramCredentials[ScramUser(user, mechanism)]
    }

    /// Whether anybody may log in with SCRAM.
    package var isEmpty: Bool { topics.image.scramCredentials.isEmpty }

    /// Tells which credentials users have, without salts and keys (DescribeUserScramCredentials).
    package func describe(_ request: DescribeUserScramCredentialsRequest) -> DescribeUserScramCredentialsResponse {
        var credentials: [String: [DescribeUserScramCredentialsResponse.Credential]] = [:]
        for (user, credential) in topics.image.scramCredentials.sorted(by: { $0.key < $1.key }) {
            credentials[user.name, default: []].append(
                .init(mechanism: user.mechanism.rawValue, iterations: credential.iterations))
        }
        let asked = (request.users ?? []).map(\.name)
        var counts: [String: Int] = [:]
        for name in asked { counts[name, default: 0] += 1 }
        var seen: Set<String> = []
        let names = asked.isEmpty ? credentials.keys.sorted() : asked.filter { seen.insert($0).inserted }
        // Kafka's text for "nothing went wrong" is empty, not null, here.
        return DescribeUserScramCredentialsResponse(
            errorMessage: "",
            results: names.map { name in
                if counts[name, default: 0] > 1 {
                    return .init(
                        user: name, errorCode: .duplicateResource,
                        errorMessage: "Cannot describe SCRAM credentials for the same user twice in a single request: "
                            + name)
                }
                guard let found = credentials[name] else {
                    return .init(
                        user: name, errorCode: .resourceNotFound,
                        errorMessage: "Attempt to describe a user credential that does not exist: \(name)")
                }
                return .init(user: name, errorMessage: "", credentialInfos: found)
            })
    }

    /// Sets and removes credentials (AlterUserScramCredentials). Blocks on the disk.
    ///
    /// A user may stand in a request once.
    package func alter(_ request: AlterUserScramCredentialsRequest) -> AlterUserScramCredentialsResponse {
        let names = request.deletions.map(\.name) + request.upsertions.map(\.name)
        var counts: [String: Int] = [:]
        for name in names { counts[name, default: 0] += 1 }
        var seen: Set<String> = []
        let users = names.filter { seen.insert($0).inserted }
        do throws(LogError) {
            return try topics.change { change in
                var refusals: [String: TopicRefusal] = [:]
                for name in users where counts[name, default: 0] > 1 {
                    refusals[name] = TopicRefusal(
                        .duplicateResource, "A user credential cannot be altered twice in the same request")
                }
                for deletion in request.deletions where refusals[deletion.name] == nil {
                    refusals[deletion.name] = Self.delete(deletion, in: &change)
                }
                for upsertion in request.upsertions where refusals[upsertion.name] == nil {
                    refusals[upsertion.name] = Self.upsert(upsertion, in: &change)
                }
                return AlterUserScramCredentialsResponse(
                    results: users.map {
                        .init(
                            user: $0, errorCode: refusals[$0]?.code ?? .none, errorMessage: refusals[$0]?.message)
                    })
            }
        } catch {
            return AlterUserScramCredentialsResponse(
                results: users.map { .init(user: $0, errorCode: .kafkaStorageError, errorMessage: "\(error)") })
        }
    }

    /// Sets credentials that the owner of the broker gives. Blocks on the disk, and counts through their iterations.
    ///
    /// - Throws: ``LogError`` when the metadata log cannot be written.
    package func set(_ users: [NewScramUser]) throws(LogError) {
        try topics.change { change in
            for new in users {
                let user = ScramUser(new.name, new.mechanism)
                // The same password again is no change: the log does not grow at each start.
                if let known = change.image.scramCredentials[user], known.iterations == new.iterations,
                    new.credential(salt: known.salt) == known, new.salt.map({ $0 == known.salt }) ?? true
                {
                    continue
                }
                change.add(.userScramCredential(UserScramCredentialRecord(new.credential, of: user)))
            }
        }
    }

    private static func delete(
        _ deletion: AlterUserScramCredentialsRequest.Deletion, in change: inout TopicController.Change
    ) -> TopicRefusal? {
        guard !deletion.name.isEmpty else {
            return TopicRefusal(.unacceptableCredential, "Username must not be empty")
        }
        guard let user = ScramUser(deletion.name, deletion.mechanism) else {
            return TopicRefusal(.unsupportedSaslMechanism, "Unknown SCRAM mechanism")
        }
        guard change.image.scramCredentials[user] != nil else {
            return TopicRefusal(.resourceNotFound, "Attempt to delete a user credential that does not exist")
        }
        change.add(
            .removeUserScramCredential(
                RemoveUserScramCredentialRecord(name: user.name, mechanism: user.mechanism.rawValue)))
        return nil
    }

    private static func upsert(
        _ upsertion: AlterUserScramCredentialsRequest.Upsertion, in change: inout TopicController.Change
    ) -> TopicRefusal? {
        guard !upsertion.name.isEmpty else {
            return TopicRefusal(.unacceptableCredential, "Username must not be empty")
        }
        guard let user = ScramUser(upsertion.name, upsertion.mechanism) else {
            return TopicRefusal(.unsupportedSaslMechanism, "Unknown SCRAM mechanism")
        }
        guard upsertion.iterations >= ScramMechanism.iterations.lowerBound else {
            return TopicRefusal(.unacceptableCredential, "Too few iterations")
        }
        guard upsertion.iterations <= ScramMechanism.iterations.upperBound else {
            return TopicRefusal(.unacceptableCredential, "Too many iterations")
        }
        // Kafka takes any bytes; nobody could log in with these.
        guard upsertion.salt.readableBytes > 0, upsertion.saltedPassword.readableBytes > 0 else {
            return TopicRefusal(.unacceptableCredential, "Salt and salted password must not be empty")
        }
        let credential = ScramCredential(
            saltedPassword: SecretBytes(upsertion.saltedPassword.readableBytesView),
            salt: Array(upsertion.salt.readableBytesView), iterations: upsertion.iterations, for: user.mechanism)
        change.add(.userScramCredential(UserScramCredentialRecord(credential, of: user)))
        return nil
    }
}
