package import NIOCore

/// Any answer that this module knows. Its frame does not say what it is: the client remembers what it asked.
package enum AnyResponse: Equatable, Sendable {
    /// Answers Produce, key 0.
    case produce(ProduceResponse)
    /// Answers Fetch, key 1.
    case fetch(FetchResponse)
    /// Answers ListOffsets, key 2.
    case listOffsets(ListOffsetsResponse)
    /// Answers Metadata, key 3.
    case metadata(MetadataResponse)
    /// Answers OffsetCommit, key 8.
    case offsetCommit(OffsetCommitResponse)
    /// Answers OffsetFetch, key 9.
    case offsetFetch(OffsetFetchResponse)
    /// Answers FindCoordinator, key 10.
    case findCoordinator(FindCoordinatorResponse)
    /// Answers JoinGroup, key 11.
    case joinGroup(JoinGroupResponse)
    /// Answers Heartbeat, key 12.
    case heartbeat(HeartbeatResponse)
    /// Answers LeaveGroup, key 13.
    case leaveGroup(LeaveGroupResponse)
    /// Answers SyncGroup, key 14.
    case syncGroup(SyncGroupResponse)
    /// Answers DescribeGroups, key 15.
    case describeGroups(DescribeGroupsResponse)
    /// Answers ListGroups, key 16.
    case listGroups(ListGroupsResponse)
    /// Answers SaslHandshake, key 17.
    case saslHandshake(SaslHandshakeResponse)
    /// Answers ApiVersions, key 18.
    case apiVersions(ApiVersionsResponse)
    /// Answers CreateTopics, key 19.
    case createTopics(CreateTopicsResponse)
    /// Answers DeleteTopics, key 20.
    case deleteTopics(DeleteTopicsResponse)
    /// Answers DeleteRecords, key 21.
    case deleteRecords(DeleteRecordsResponse)
    /// Answers InitProducerId, key 22.
    case initProducerId(InitProducerIdResponse)
    /// Answers OffsetForLeaderEpoch, key 23.
    case offsetForLeaderEpoch(OffsetForLeaderEpochResponse)
    /// Answers AddPartitionsToTxn, key 24.
    case addPartitionsToTxn(AddPartitionsToTxnResponse)
    /// Answers AddOffsetsToTxn, key 25.
    case addOffsetsToTxn(AddOffsetsToTxnResponse)
    /// Answers EndTxn, key 26.
    case endTxn(EndTxnResponse)
    /// Answers TxnOffsetCommit, key 28.
    case txnOffsetCommit(TxnOffsetCommitResponse)
    /// Answers DescribeAcls, key 29.
    case describeAcls(DescribeAclsResponse)
    /// Answers CreateAcls, key 30.
    case createAcls(CreateAclsResponse)
    /// Answers DeleteAcls, key 31.
    case deleteAcls(DeleteAclsResponse)
    /// Answers DescribeConfigs, key 32.
    case describeConfigs(DescribeConfigsResponse)
    /// Answers AlterConfigs, key 33.
    case alterConfigs(AlterConfigsResponse)
    /// Answers DescribeLogDirs, key 35.
    case describeLogDirs(DescribeLogDirsResponse)
    /// Answers SaslAuthenticate, key 36.
    case saslAuthenticate(SaslAuthenticateResponse)
    /// Answers CreatePartitions, key 37.
    case createPartitions(CreatePartitionsResponse)
    /// Answers DeleteGroups, key 42.
    case deleteGroups(DeleteGroupsResponse)
    /// Answers ElectLeaders, key 43.
    case electLeaders(ElectLeadersResponse)
    /// Answers IncrementalAlterConfigs, key 44.
    case incrementalAlterConfigs(IncrementalAlterConfigsResponse)
    /// Answers AlterPartitionReassignments, key 45.
    case alterPartitionReassignments(AlterPartitionReassignmentsResponse)
    /// Answers ListPartitionReassignments, key 46.
    case listPartitionReassignments(ListPartitionReassignmentsResponse)
    /// Answers OffsetDelete, key 47.
    case offsetDelete(OffsetDeleteResponse)
    /// Answers DescribeClientQuotas, key 48.
    case describeClientQuotas(DescribeClientQuotasResponse)
    /// Answers AlterClientQuotas, key 49.
    case alterClientQuotas(AlterClientQuotasResponse)
    /// Answers DescribeUserScramCredentials, key 50.
    case describeUserScramCredentials(DescribeUserScramCredentialsResponse)
    /// Answers AlterUserScramCredentials, key 51.
    case alterUserScramCredentials(AlterUserScramCredentialsResponse)
    /// Answers DescribeQuorum, key 55.
    case describeQuorum(DescribeQuorumResponse)
    /// Answers UpdateFeatures, key 57.
    case updateFeatures(UpdateFeaturesResponse)
    /// Answers DescribeCluster, key 60.
    case describeCluster(DescribeClusterResponse)
    /// Answers DescribeProducers, key 61.
    case describeProducers(DescribeProducersResponse)
    /// Answers DescribeTransactions, key 65.
    case describeTransactions(DescribeTransactionsResponse)
    /// Answers ListTransactions, key 66.
    case listTransactions(ListTransactionsResponse)
    /// Answers ConsumerGroupHeartbeat, key 68.
    case consumerGroupHeartbeat(ConsumerGroupHeartbeatResponse)
    /// Answers ConsumerGroupDescribe, key 69.
    case consumerGroupDescribe(ConsumerGroupDescribeResponse)
    /// Answers ListConfigResources, key 74.
    case listConfigResources(ListConfigResourcesResponse)
    /// Answers DescribeTopicPartitions, key 75.
    case describeTopicPartitions(DescribeTopicPartitionsResponse)

    /// The answer by itself, for a caller that knows what it asked.
    package var body: any ResponseMessage {
        switch self {
        case .produce(let body): body
        case .fetch(let body): body
        case .listOffsets(let body): body
        case .metadata(let body): body
        case .offsetCommit(let body): body
        case .offsetFetch(let body): body
        case .findCoordinator(let body): body
        case .joinGroup(let body): body
        case .heartbeat(let body): body
        case .leaveGroup(let body): body
        case .syncGroup(let body): body
        case .describeGroups(let body): body
        case .listGroups(let body): body
        case .saslHandshake(let body): body
        case .apiVersions(let body): body
        case .createTopics(let body): body
        case .deleteTopics(let body): body
        case .deleteRecords(let body): body
        case .initProducerId(let body): body
        case .offsetForLeaderEpoch(let body): body
        case .addPartitionsToTxn(let body): body
        case .addOffsetsToTxn(let body): body
        case .endTxn(let body): body
        case .txnOffsetCommit(let body): body
        case .describeAcls(let body): body
        case .createAcls(let body): body
        case .deleteAcls(let body): body
        case .describeConfigs(let body): body
        case .alterConfigs(let body): body
        case .describeLogDirs(let body): body
        case .saslAuthenticate(let body): body
        case .createPartitions(let body): body
        case .deleteGroups(let body): body
        case .electLeaders(let body): body
        case .incrementalAlterConfigs(let body): body
        case .alterPartitionReassignments(let body): body
        case .listPartitionReassignments(let body): body
        case .offsetDelete(let body): body
        case .describeClientQuotas(let body): body
        case .alterClientQuotas(let body): body
        case .describeUserScramCredentials(let body): body
        case .alterUserScramCredentials(let body): body
        case .describeQuorum(let body): body
        case .updateFeatures(let body): body
        case .describeCluster(let body): body
        case .describeProducers(let body): body
        case .describeTransactions(let body): body
        case .listTransactions(let body): body
        case .consumerGroupHeartbeat(let body): body
        case .consumerGroupDescribe(let body): body
        case .listConfigResources(let body): body
        case .describeTopicPartitions(let body): body
        }
    }

    /// The answer's API.
    package var api: API {
        switch self {
        case .produce: ProduceResponse.api
        case .fetch: FetchResponse.api
        case .listOffsets: ListOffsetsResponse.api
        case .metadata: MetadataResponse.api
        case .offsetCommit: OffsetCommitResponse.api
        case .offsetFetch: OffsetFetchResponse.api
        case .findCoordinator: FindCoordinatorResponse.api
        case .joinGroup: JoinGroupResponse.api
        case .heartbeat: HeartbeatResponse.api
        case .leaveGroup: LeaveGroupResponse.api
        case .syncGroup: SyncGroupResponse.api
        case .describeGroups: DescribeGroupsResponse.api
        case .listGroups: ListGroupsResponse.api
        case .saslHandshake: SaslHandshakeResponse.api
        case .apiVersions: ApiVersionsResponse.api
        case .createTopics: CreateTopicsResponse.api
        case .deleteTopics: DeleteTopicsResponse.api
        case .deleteRecords: DeleteRecordsResponse.api
        case .initProducerId: InitProducerIdResponse.api
        case .offsetForLeaderEpoch: OffsetForLeaderEpochResponse.api
        case .addPartitionsToTxn: AddPartitionsToTxnResponse.api
        case .addOffsetsToTxn: AddOffsetsToTxnResponse.api
        case .endTxn: EndTxnResponse.api
        case .txnOffsetCommit: TxnOffsetCommitResponse.api
        case .describeAcls: DescribeAclsResponse.api
        case .createAcls: CreateAclsResponse.api
        case .deleteAcls: DeleteAclsResponse.api
        case .describeConfigs: DescribeConfigsResponse.api
        case .alterConfigs: AlterConfigsResponse.api
        case .describeLogDirs: DescribeLogDirsResponse.api
        case .saslAuthenticate: SaslAuthenticateResponse.api
        case .createPartitions: CreatePartitionsResponse.api
        case .deleteGroups: DeleteGroupsResponse.api
        case .electLeaders: ElectLeadersResponse.api
        case .incrementalAlterConfigs: IncrementalAlterConfigsResponse.api
        case .alterPartitionReassignments: AlterPartitionReassignmentsResponse.api
        case .listPartitionReassignments: ListPartitionReassignmentsResponse.api
        case .offsetDelete: OffsetDeleteResponse.api
        case .describeClientQuotas: DescribeClientQuotasResponse.api
        case .alterClientQuotas: AlterClientQuotasResponse.api
        case .describeUserScramCredentials: DescribeUserScramCredentialsResponse.api
        case .alterUserScramCredentials: AlterUserScramCredentialsResponse.api
        case .describeQuorum: DescribeQuorumResponse.api
        case .updateFeatures: UpdateFeaturesResponse.api
        case .describeCluster: DescribeClusterResponse.api
        case .describeProducers: DescribeProducersResponse.api
        case .describeTransactions: DescribeTransactionsResponse.api
        case .listTransactions: ListTransactionsResponse.api
        case .consumerGroupHeartbeat: ConsumerGroupHeartbeatResponse.api
        case .consumerGroupDescribe: ConsumerGroupDescribeResponse.api
        case .listConfigResources: ListConfigResourcesResponse.api
        case .describeTopicPartitions: DescribeTopicPartitionsResponse.api
        }
    }
}

extension AnyResponse {
    /// Reads an answer's frame: header and body. Bytes after the body are ignored.
    ///
    /// - Parameters:
    ///   - frame: The frame without its length.
    ///   - key: The request's API key.
    ///   - version: The request's version; the answer has the same. ApiVersions is the exception: an answer with the error
    ///     UNSUPPORTED_VERSION is in version 0 (KIP-511), and is read so.
    ///   - limits: What decoding may take.
    /// - Throws: `unknownAPI` or `unsupportedVersion` for what this module cannot code; any other reason means that the
    ///   bytes are broken.
    package static func decode(
        frame: ByteBuffer, key: Int16, version: Int16, limits: WireLimits = .standard
    ) throws(WireError) -> (ResponseHeader, AnyResponse) {
        var wire = WireReader(frame, flexible: false, limits: limits)
        var header = ResponseHeader(correlationID: 0)
        guard let api = SupportedAPIs[key]?.api else {
            throw wire.error(.unknownAPI(RequestHeader(apiKey: key, apiVersion: version, correlationID: 0)))
        }
        guard api.versions.contains(version) else {
            throw wire.error(.unsupportedVersion(RequestHeader(apiKey: key, apiVersion: version, correlationID: 0)))
        }
        do throws(WireError) {
            try header.code(&wire, headerVersion: api.responseHeaderVersion(version))
            guard isUnsupportedVersionAnswer(key, wire.rest) else {
                wire.isFlexible = api.isFlexible(version)
                return (header, try body(key, version, &wire))
            }
            wire.isFlexible = false
            return (header, try refusedVersions(&wire))
        } catch {
            throw error.named("\(api.name) response v\(version)")
        }
    }

    /// Whether the body is an ApiVersions answer that starts with UNSUPPORTED_VERSION.
    private static func isUnsupportedVersionAnswer(_ key: Int16, _ body: ByteBuffer) -> Bool {
        key == ApiVersionsRequest.api.key
            && body.getInteger(at: body.readerIndex, as: Int16.self) == ErrorCode.unsupportedVersion.rawValue
    }

    /// An ApiVersions answer that starts with UNSUPPORTED_VERSION. librdkafka's mock cluster lists APIs behind it in no known
    /// version; the code alone says what to do, so such a list counts for none.
    private static func refusedVersions(_ wire: inout WireReader) throws(WireError) -> AnyResponse {
        do throws(WireError) {
            return try body(ApiVersionsRequest.api.key, 0, &wire)
        } catch {
            guard case .tooManyElements = error.reason else { throw error }
            return .apiVersions(ApiVersionsResponse(errorCode: .unsupportedVersion))
        }
    }

    private static func body(
        _ key: Int16, _ version: Int16, _ wire: inout WireReader
    ) throws(WireError) -> AnyResponse {
        switch key {
        case 0: .produce(try wire.value(version))
        case 1: .fetch(try wire.value(version))
        case 2: .listOffsets(try wire.value(version))
        case 3: .metadata(try wire.value(version))
        case 8: .offsetCommit(try wire.value(version))
        case 9: .offsetFetch(try wire.value(version))
        case 10: .findCoordinator(try wire.value(version))
        case 11: .joinGroup(try wire.value(version))
        case 12: .heartbeat(try wire.value(version))
        case 13: .leaveGroup(try wire.value(version))
        case 14: .syncGroup(try wire.value(version))
        case 15: .describeGroups(try wire.value(version))
        case 16: .listGroups(try wire.value(version))
        case 17: .saslHandshake(try wire.value(version))
        case 18: .apiVersions(try wire.value(version))
        case 19: .createTopics(try wire.value(version))
        case 20: .deleteTopics(try wire.value(version))
        case 21: .deleteRecords(try wire.value(version))
        case 22: .initProducerId(try wire.value(version))
        case 23: .offsetForLeaderEpoch(try wire.value(version))
        case 24: .addPartitionsToTxn(try wire.value(version))
        case 25: .addOffsetsToTxn(try wire.value(version))
        case 26: .endTxn(try wire.value(version))
        case 28: .txnOffsetCommit(try wire.value(version))
        case 29: .describeAcls(try wire.value(version))
        case 30: .createAcls(try wire.value(version))
        case 31: .deleteAcls(try wire.value(version))
        case 32: .describeConfigs(try wire.value(version))
        case 33: .alterConfigs(try wire.value(version))
        case 35: .describeLogDirs(try wire.value(version))
        case 36: .saslAuthenticate(try wire.value(version))
        case 37: .createPartitions(try wire.value(version))
        case 42: .deleteGroups(try wire.value(version))
        case 43: .electLeaders(try wire.value(version))
        case 44: .incrementalAlterConfigs(try wire.value(version))
        case 45: .alterPartitionReassignments(try wire.value(version))
        case 46: .listPartitionReassignments(try wire.value(version))
        case 47: .offsetDelete(try wire.value(version))
        case 48: .describeClientQuotas(try wire.value(version))
        case 49: .alterClientQuotas(try wire.value(version))
        case 50: .describeUserScramCredentials(try wire.value(version))
        case 51: .alterUserScramCredentials(try wire.value(version))
        case 55: .describeQuorum(try wire.value(version))
        case 57: .updateFeatures(try wire.value(version))
        case 60: .describeCluster(try wire.value(version))
        case 61: .describeProducers(try wire.value(version))
        case 65: .describeTransactions(try wire.value(version))
        case 66: .listTransactions(try wire.value(version))
        case 68: .consumerGroupHeartbeat(try wire.value(version))
        case 69: .consumerGroupDescribe(try wire.value(version))
        case 74: .listConfigResources(try wire.value(version))
        case 75: .describeTopicPartitions(try wire.value(version))
        default: throw wire.error(.unknownAPI(RequestHeader(apiKey: key, apiVersion: version, correlationID: 0)))
        }
    }

    /// Writes an answer's frame: length, header and body.
    ///
    /// An ApiVersions answer with the error UNSUPPORTED_VERSION is written in version 0, whatever was asked (KIP-511).
    ///
    /// - Parameters:
    ///   - version: The request's version.
    ///   - correlationID: The request's number.
    ///   - splitRecordsFrom: Records of at least so many bytes become a buffer of their own and are not copied.
    /// - Returns: The frame in order; one buffer unless records were split off.
    /// - Throws: `unsupportedVersion` for a version that the message does not have, or what the version cannot say.
    package func encode(
        version: Int16, correlationID: Int32, splitRecordsFrom: Int = 16 << 10
    ) throws(WireError) -> [ByteBuffer] {
        try encode(
            header: ResponseHeader(correlationID: correlationID), version: version,
            splitRecordsFrom: splitRecordsFrom)
    }

    /// Writes an answer's frame under a whole header.
    ///
    /// - Throws: As ``encode(version:correlationID:splitRecordsFrom:)``.
    package func encode(
        header: ResponseHeader, version: Int16, splitRecordsFrom: Int = 16 << 10
    ) throws(WireError) -> [ByteBuffer] {
        try encoded(header: header, version: version, splitRecordsFrom: splitRecordsFrom).pieces
    }

    /// An answer's frame, and how many error codes stand in it.
    package struct Encoded: Sendable {
        /// The frame, its length included, in pieces to be sent one after the other.
        package let pieces: [ByteBuffer]
        /// Error codes in it that say something went wrong.
        package let errors: Int
    }

    /// Writes an answer's frame under a whole header, and counts its errors.
    ///
    /// - Throws: As ``encode(version:correlationID:splitRecordsFrom:)``.
    package func encoded(
        header: ResponseHeader, version: Int16, splitRecordsFrom: Int = 16 << 10
    ) throws(WireError) -> Encoded {
        let api = api
        var version = version
        if case .apiVersions(let body) = self, body.errorCode == .unsupportedVersion { version = 0 }
        guard api.versions.contains(version) else {
            let asked = RequestHeader(apiKey: api.key, apiVersion: version, correlationID: header.correlationID)
            throw WireError(.unsupportedVersion(asked), at: 0)
        }
        var header = header
        var wire = WireWriter(flexible: false, frame: true, splitRecordsFrom: splitRecordsFrom)
        do throws(WireError) {
            try header.code(&wire, headerVersion: api.responseHeaderVersion(version))
            wire.isFlexible = api.isFlexible(version)
            switch self {
            case .produce(let body): try wire.value(body, version)
            case .fetch(let body): try wire.value(body, version)
            case .listOffsets(let body): try wire.value(body, version)
            case .metadata(let body): try wire.value(body, version)
            case .offsetCommit(let body): try wire.value(body, version)
            case .offsetFetch(let body): try wire.value(body, version)
            case .findCoordinator(let body): try wire.value(body, version)
            case .joinGroup(let body): try wire.value(body, version)
            case .heartbeat(let body): try wire.value(body, version)
            case .leaveGroup(let body): try wire.value(body, version)
            case .syncGroup(let body): try wire.value(body, version)
            case .describeGroups(let body): try wire.value(body, version)
            case .listGroups(let body): try wire.value(body, version)
            case .saslHandshake(let body): try wire.value(body, version)
            case .apiVersions(let body): try wire.value(body, version)
            case .createTopics(let body): try wire.value(body, version)
            case .deleteTopics(let body): try wire.value(body, version)
            case .deleteRecords(let body): try wire.value(body, version)
            case .initProducerId(let body): try wire.value(body, version)
            case .offsetForLeaderEpoch(let body): try wire.value(body, version)
            case .addPartitionsToTxn(let body): try wire.value(body, version)
            case .addOffsetsToTxn(let body): try wire.value(body, version)
            case .endTxn(let body): try wire.value(body, version)
            case .txnOffsetCommit(let body): try wire.value(body, version)
            case .describeAcls(let body): try wire.value(body, version)
            case .createAcls(let body): try wire.value(body, version)
            case .deleteAcls(let body): try wire.value(body, version)
            case .describeConfigs(let body): try wire.value(body, version)
            case .alterConfigs(let body): try wire.value(body, version)
            case .describeLogDirs(let body): try wire.value(body, version)
            case .saslAuthenticate(let body): try wire.value(body, version)
            case .createPartitions(let body): try wire.value(body, version)
            case .deleteGroups(let body): try wire.value(body, version)
            case .electLeaders(let body): try wire.value(body, version)
            case .incrementalAlterConfigs(let body): try wire.value(body, version)
            case .alterPartitionReassignments(let body): try wire.value(body, version)
            case .listPartitionReassignments(let body): try wire.value(body, version)
            case .offsetDelete(let body): try wire.value(body, version)
            case .describeClientQuotas(let body): try wire.value(body, version)
            case .alterClientQuotas(let body): try wire.value(body, version)
            case .describeUserScramCredentials(let body): try wire.value(body, version)
            case .alterUserScramCredentials(let body): try wire.value(body, version)
            case .describeQuorum(let body): try wire.value(body, version)
            case .updateFeatures(let body): try wire.value(body, version)
            case .describeCluster(let body): try wire.value(body, version)
            case .describeProducers(let body): try wire.value(body, version)
            case .describeTransactions(let body): try wire.value(body, version)
            case .listTransactions(let body): try wire.value(body, version)
            case .consumerGroupHeartbeat(let body): try wire.value(body, version)
            case .consumerGroupDescribe(let body): try wire.value(body, version)
            case .listConfigResources(let body): try wire.value(body, version)
            case .describeTopicPartitions(let body): try wire.value(body, version)
            }
            let errors = wire.errors
            return Encoded(pieces: try wire.finish(), errors: errors)
        } catch {
            throw error.named("\(api.name) response v\(version)")
        }
    }
}
