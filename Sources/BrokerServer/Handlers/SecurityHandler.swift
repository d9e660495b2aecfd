import BrokerCore
import KafkaProtocol

/// Who may log in, what clients may take, and access rules, of which there are none.
struct SecurityHandler: Sendable {
    /// The broker whose users and quotas these are.
    let broker: Broker

    /// SaslHandshake where nobody has to log in, or has just done so (Kafka's `KafkaApis.handleSaslHandshakeRequest`).
    static let noHandshake = SaslHandshakeResponse(errorCode: .illegalSaslState)

    /// SaslAuthenticate after the login (Kafka's `KafkaApis.handleSaslAuthenticateRequest`).
    static let noAuthentication = SaslAuthenticateResponse(
        errorCode: .illegalSaslState,
        errorMessage: "SaslAuthenticate request received after successful authentication")

    /// DescribeUserScramCredentials.
    func answer(_ request: DescribeUserScramCredentialsRequest) -> DescribeUserScramCredentialsResponse {
        broker.scramUsers.describe(request)
    }

    /// AlterUserScramCredentials. It writes to disk, so this runs on the pool.
    func answer(_ request: AlterUserScramCredentialsRequest) -> AlterUserScramCredentialsResponse {
        broker.scramUsers.alter(request)
    }

    /// DescribeClientQuotas.
    func answer(_ request: DescribeClientQuotasRequest) -> DescribeClientQuotasResponse {
        broker.clientQuotas.describe(request)
    }

    /// AlterClientQuotas. It writes to disk, so this runs on the pool.
    func answer(_ request: AlterClientQuotasRequest) -> AlterClientQuotasResponse {
        broker.clientQuotas.alter(request)
    }

    // MARK: Access rules

    /// DescribeAcls: there is no authorizer.
    func answer(_ request: DescribeAclsRequest) -> DescribeAclsResponse {
        DescribeAclsResponse(
            errorCode: .securityDisabled, errorMessage: "No Authorizer is configured on the broker")
    }

    /// CreateAcls: none is made.
    func answer(_ request: CreateAclsRequest) -> CreateAclsResponse {
        CreateAclsResponse(
            results: request.creations.map { _ in
                .init(errorCode: .securityDisabled, errorMessage: "No Authorizer is configured.")
            })
    }

    /// DeleteAcls: none is there.
    func answer(_ request: DeleteAclsRequest) -> DeleteAclsResponse {
        DeleteAclsResponse(
            filterResults: request.filters.map { _ in
                .init(errorCode: .securityDisabled, errorMessage: "No Authorizer is configured.")
            })
    }
}
