package import NIOCore

/// Any request that this module knows: the body of a frame, told apart by its API key.
///
/// Whole frames are coded here, in the module that has the coders, so that they are specialised for every message.
package enum AnyRequest: Equatable, Sendable {
    /// Produce, key 0.
    case produce(ProduceRequest)
    /// Fetch, key 1.
    case fetch(FetchRequest)
    /// ListOffsets, key 2.
    case listOffsets(ListOffsetsRequest)
    /// Metadata, key 3.
    case metadata(MetadataRequest)
    /// OffsetCommit, key 8.
    case offsetCommit(OffsetCommitRequest)
    /// OffsetFetch, key 9.
    case offsetFetch(OffsetFetchRequest)
    /// FindCoordinator, key 10.
    case findCoordinator(FindCoordinatorRequest)
    /// JoinGroup, key 11.
    case joinGroup(JoinGroupRequest)
    /// Heartbeat, key 12.
    case heartbeat(HeartbeatRequest)
    /// LeaveGroup, key 13.
    case leaveGroup(LeaveGroupRequest)
    /// SyncGroup, key 14.
    case syncGroup(SyncGroupRequest)
    /// DescribeGroups, key 15.
    case describeGroups(DescribeGroupsRequest)
    /// ListGroups, key 16.
    case listGroups(ListGroupsRequest)
    /// SaslHandshake, key 17.
    case saslHandshake(SaslHandshakeRequest)
    /// ApiVersions, key 18.
    case apiVersions(ApiVersionsRequest)
    /// CreateTopics, key 19.
    case createTopics(CreateTopicsRequest)
    /// DeleteTopics, key 20.
    case deleteTopics(DeleteTopicsRequest)
    /// DeleteRecords, key 21.
    case deleteRecords(DeleteRecordsRequest)
    /// InitProducerId, key 22.
    case initProducerId(InitProducerIdRequest)
    /// OffsetForLeaderEpoch, key 23.
    case offsetForLeaderEpoch(OffsetForLeaderEpochRequest)
    /// AddPartitionsToTxn, key 24.
    case addPartitionsToTxn(AddPartitionsToTxnRequest)
    /// AddOffsetsToTxn, key 25.
    case addOffsetsToTxn(AddOffsetsToTxnRequest)
    /// EndTxn, key 26.
    case endTxn(EndTxnRequest)
    /// TxnOffsetCommit, key 28.
    case txnOffsetCommit(TxnOffsetCommitRequest)
    /// DescribeAcls, key 29.
    case describeAcls(DescribeAclsRequest)
    /// CreateAcls, key 30.
    case createAcls(CreateAclsRequest)
    /// DeleteAcls, key 31.
    case deleteAcls(DeleteAclsRequest)
    /// DescribeConfigs, key 32.
    case describeConfigs(DescribeConfigsRequest)
    /// AlterConfigs, key 33.
    case alterConfigs(AlterConfigsRequest)
    /// DescribeLogDirs, key 35.
    case describeLogDirs(DescribeLogDirsRequest)
    /// SaslAuthenticate, key 36.
    case saslAuthenticate(SaslAuthenticateRequest)
    /// CreatePartitions, key 37.
    case createPartitions(CreatePartitionsRequest)
    /// DeleteGroups, key 42.
    case deleteGroups(DeleteGroupsRequest)
    /// ElectLeaders, key 43.
    case electLeaders(ElectLeadersRequest)
    /// IncrementalAlterConfigs, key 44.
    case incrementalAlterConfigs(IncrementalAlterConfigsRequest)
    /// AlterPartitionReassignments, key 45.
    case alterPartitionReassignments(AlterPartitionReassignmentsRequest)
    /// ListPartitionReassignments, key 46.
    case listPartitionReassignments(ListPartitionReassignmentsRequest)
    /// OffsetDelete, key 47.
    case offsetDelete(OffsetDeleteRequest)
    /// DescribeClientQuotas, key 48.
    case describeClientQuotas(DescribeClientQuotasRequest)
    /// AlterClientQuotas, key 49.
    case alterClientQuotas(AlterClientQuotasRequest)
    /// DescribeUserScramCredentials, key 50.
    case describeUserScramCredentials(DescribeUserScramCredentialsRequest)
    /// AlterUserScramCredentials, key 51.
    case alterUserScramCredentials(AlterUserScramCredentialsRequest)
    /// DescribeQuorum, key 55.
    case describeQuorum(DescribeQuorumRequest)
    /// UpdateFeatures, key 57.
    case updateFeatures(UpdateFeaturesRequest)
    /// DescribeCluster, key 60.
    case describeCluster(DescribeClusterRequest)
    /// DescribeProducers, key 61.
    case describeProducers(DescribeProducersRequest)
    /// DescribeTransactions, key 65.
    case describeTransactions(DescribeTransactionsRequest)
    /// ListTransactions, key 66.
    case listTransactions(ListTransactionsRequest)
    /// ConsumerGroupHeartbeat, key 68.
    case consumerGroupHeartbeat(ConsumerGroupHeartbeatRequest)
    /// ConsumerGroupDescribe, key 69.
    case consumerGroupDescribe(ConsumerGroupDescribeRequest)
    /// ListConfigResources, key 74.
    case listConfigResources(ListConfigResourcesRequest)
    /// DescribeTopicPartitions, key 75.
    case describeTopicPartitions(DescribeTopicPartitionsRequest)

    /// Any request from one; nil for a type that has no case here.
    package init?(_ request: some RequestMessage) {
        switch request {
        case let request as ProduceRequest: self = .produce(request)
        case let request as FetchRequest: self = .fetch(request)
        case let request as ListOffsetsRequest: self = .listOffsets(request)
        case let request as MetadataRequest: self = .metadata(request)
        case let request as OffsetCommitRequest: self = .offsetCommit(request)
        case let request as OffsetFetchRequest: self = .offsetFetch(request)
        case let request as FindCoordinatorRequest: self = .findCoordinator(request)
        case let request as JoinGroupRequest: self = .joinGroup(request)
        case let request as HeartbeatRequest: self = .heartbeat(request)
        case let request as LeaveGroupRequest: self = .leaveGroup(request)
        case let request as SyncGroupRequest: self = .syncGroup(request)
        case let request as DescribeGroupsRequest: self = .describeGroups(request)
        case let request as ListGroupsRequest: self = .listGroups(request)
        case let request as SaslHandshakeRequest: self = .saslHandshake(request)
        case let request as ApiVersionsRequest: self = .apiVersions(request)
        case let request as CreateTopicsRequest: self = .createTopics(request)
        case let request as DeleteTopicsRequest: self = .deleteTopics(request)
        case let request as DeleteRecordsRequest: self = .deleteRecords(request)
        case let request as InitProducerIdRequest: self = .initProducerId(request)
        case let request as OffsetForLeaderEpochRequest: self = .offsetForLeaderEpoch(request)
        case let request as AddPartitionsToTxnRequest: self = .addPartitionsToTxn(request)
        case let request as AddOffsetsToTxnRequest: self = .addOffsetsToTxn(request)
        case let request as EndTxnRequest: self = .endTxn(request)
        case let request as TxnOffsetCommitRequest: self = .txnOffsetCommit(request)
        case let request as DescribeAclsRequest: self = .describeAcls(request)
        case let request as CreateAclsRequest: self = .createAcls(request)
        case let request as DeleteAclsRequest: self = .deleteAcls(request)
        case let request as DescribeConfigsRequest: self = .describeConfigs(request)
        case let request as AlterConfigsRequest: self = .alterConfigs(request)
        case let request as DescribeLogDirsRequest: self = .describeLogDirs(request)
        case let request as SaslAuthenticateRequest: self = .saslAuthenticate(request)
        case let request as CreatePartitionsRequest: self = .createPartitions(request)
        case let request as DeleteGroupsRequest: self = .deleteGroups(request)
        case let request as ElectLeadersRequest: self = .electLeaders(request)
        case let request as IncrementalAlterConfigsRequest: self = .incrementalAlterConfigs(request)
        case let request as AlterPartitionReassignmentsRequest: self = .alterPartitionReassignments(request)
        case let request as ListPartitionReassignmentsRequest: self = .listPartitionReassignments(request)
        case let request as OffsetDeleteRequest: self = .offsetDelete(request)
        case let request as DescribeClientQuotasRequest: self = .describeClientQuotas(request)
        case let request as AlterClientQuotasRequest: self = .alterClientQuotas(request)
        case let request as DescribeUserScramCredentialsRequest: self = .describeUserScramCredentials(request)
        case let request as AlterUserScramCredentialsRequest: self = .alterUserScramCredentials(request)
        case let request as DescribeQuorumRequest: self = .describeQuorum(request)
        case let request as UpdateFeaturesRequest: self = .updateFeatures(request)
        case let request as DescribeClusterRequest: self = .describeCluster(request)
        case let request as DescribeProducersRequest: self = .describeProducers(request)
        case let request as DescribeTransactionsRequest: self = .describeTransactions(request)
        case let request as ListTransactionsRequest: self = .listTransactions(request)
        case let request as ConsumerGroupHeartbeatRequest: self = .consumerGroupHeartbeat(request)
        case let request as ConsumerGroupDescribeRequest: self = .consumerGroupDescribe(request)
        case let request as ListConfigResourcesRequest: self = .listConfigResources(request)
        case let request as DescribeTopicPartitionsRequest: self = .describeTopicPartitions(request)
        default: return nil
        }
    }

    /// The request's API.
    package var api: API {
        switch self {
        case .produce: ProduceRequest.api
        case .fetch: FetchRequest.api
        case .listOffsets: ListOffsetsRequest.api
        case .metadata: MetadataRequest.api
        case .offsetCommit: OffsetCommitRequest.api
        case .offsetFetch: OffsetFetchRequest.api
        case .findCoordinator: FindCoordinatorRequest.api
        case .joinGroup: JoinGroupRequest.api
        case .heartbeat: HeartbeatRequest.api
        case .leaveGroup: LeaveGroupRequest.api
        case .syncGroup: SyncGroupRequest.api
        case .describeGroups: DescribeGroupsRequest.api
        case .listGroups: ListGroupsRequest.api
        case .saslHandshake: SaslHandshakeRequest.api
        case .apiVersions: ApiVersionsRequest.api
        case .createTopics: CreateTopicsRequest.api
        case .deleteTopics: DeleteTopicsRequest.api
        case .deleteRecords: DeleteRecordsRequest.api
        case .initProducerId: InitProducerIdRequest.api
        case .offsetForLeaderEpoch: OffsetForLeaderEpochRequest.api
        case .addPartitionsToTxn: AddPartitionsToTxnRequest.api
        case .addOffsetsToTxn: AddOffsetsToTxnRequest.api
        case .endTxn: EndTxnRequest.api
        case .txnOffsetCommit: TxnOffsetCommitRequest.api
        case .describeAcls: DescribeAclsRequest.api
        case .createAcls: CreateAclsRequest.api
        case .deleteAcls: DeleteAclsRequest.api
        case .describeConfigs: DescribeConfigsRequest.api
        case .alterConfigs: AlterConfigsRequest.api
        case .describeLogDirs: DescribeLogDirsRequest.api
        case .saslAuthenticate: SaslAuthenticateRequest.api
        case .createPartitions: CreatePartitionsRequest.api
        case .deleteGroups: DeleteGroupsRequest.api
        case .electLeaders: ElectLeadersRequest.api
        case .incrementalAlterConfigs: IncrementalAlterConfigsRequest.api
        case .alterPartitionReassignments: AlterPartitionReassignmentsRequest.api
        case .listPartitionReassignments: ListPartitionReassignmentsRequest.api
        case .offsetDelete: OffsetDeleteRequest.api
        case .describeClientQuotas: DescribeClientQuotasRequest.api
        case .alterClientQuotas: AlterClientQuotasRequest.api
        case .describeUserScramCredentials: DescribeUserScramCredentialsRequest.api
        case .alterUserScramCredentials: AlterUserScramCredentialsRequest.api
        case .describeQuorum: DescribeQuorumRequest.api
        case .updateFeatures: UpdateFeaturesRequest.api
        case .describeCluster: DescribeClusterRequest.api
        case .describeProducers: DescribeProducersRequest.api
        case .describeTransactions: DescribeTransactionsRequest.api
        case .listTransactions: ListTransactionsRequest.api
        case .consumerGroupHeartbeat: ConsumerGroupHeartbeatRequest.api
        case .consumerGroupDescribe: ConsumerGroupDescribeRequest.api
        case .listConfigResources: ListConfigResourcesRequest.api
        case .describeTopicPartitions: DescribeTopicPartitionsRequest.api
        }
    }
}

extension AnyRequest {
    /// Reads a request frame: header and body.
    ///
    /// Bytes after the body are ignored, as Kafka ignores them.
    ///
    /// - Parameters:
    ///   - frame: The frame without its length.
    ///   - limits: What decoding may take.
    ///   - servedOnly: Whether versions that a broker does not serve are refused; otherwise all that can be coded is read.
    /// - Throws: `unknownAPI` or `unsupportedVersion`, with the header, if ``SupportedAPIs`` does not serve it; any other
    ///   reason means that the bytes are broken.
    package static func decode(
        frame: ByteBuffer, limits: WireLimits = .standard, servedOnly: Bool = true
    ) throws(WireError) -> (RequestHeader, AnyRequest) {
        var wire = WireReader(frame, flexible: false, limits: limits)
        var header = RequestHeader()
        try header.codeStart(&wire)
        guard let entry = SupportedAPIs[header.apiKey] else {
            header.readClientID(&wire)
            throw wire.error(.unknownAPI(header))
        }
        let api = entry.api
        let versions = servedOnly ? entry.served : api.versions
        guard versions.contains(header.apiVersion) else {
            header.readClientID(&wire)
            throw wire.error(.unsupportedVersion(header))
        }
        do throws(WireError) {
            let version = header.apiVersion
            try header.codeRest(&wire, headerVersion: api.requestHeaderVersion(version))
            return (header, try body(header.apiKey, version, &wire))
        } catch {
            throw error.named("\(api.name) request v\(header.apiVersion)")
        }
    }

    private static func body(
        _ key: Int16, _ version: Int16, _ wire: inout WireReader
    ) throws(WireError) -> AnyRequest {
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

    /// Writes a request frame: length, header and body.
    ///
    /// - Parameters:
    ///   - version: The API's version, within `api.versions`.
    ///   - correlationID: The number that the answer will repeat.
    ///   - clientID: The client's name for itself.
    ///   - splitRecordsFrom: Records of at least so many bytes become a buffer of their own and are not copied.
    /// - Returns: The frame in order; one buffer unless records were split off.
    /// - Throws: `unsupportedVersion` for a version that the message does not have, or what the version cannot say.
    package func encode(
        version: Int16, correlationID: Int32, clientID: String?, splitRecordsFrom: Int = 16 << 10
    ) throws(WireError) -> [ByteBuffer] {
        let header = RequestHeader(
            apiKey: api.key, apiVersion: version, correlationID: correlationID, clientID: clientID)
        return try encode(header: header, splitRecordsFrom: splitRecordsFrom)
    }

    /// Writes a request frame under a whole header, whose API key and version are the body's.
    ///
    /// - Throws: As ``encode(version:correlationID:clientID:splitRecordsFrom:)``.
    package func encode(
        header: RequestHeader, splitRecordsFrom: Int = 16 << 10
    ) throws(WireError) -> [ByteBuffer] {
        let api = api
        let version = header.apiVersion
        var header = header
        guard header.apiKey == api.key, api.versions.contains(version) else {
            throw WireError(.unsupportedVersion(header), at: 0)
        }
        var wire = WireWriter(flexible: false, frame: true, splitRecordsFrom: splitRecordsFrom)
        do throws(WireError) {
            try header.codeStart(&wire)
            try header.codeRest(&wire, headerVersion: api.requestHeaderVersion(version))
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
            return try wire.finish()
        } catch {
            throw error.named("\(api.name) request v\(version)")
        }
    }
}
