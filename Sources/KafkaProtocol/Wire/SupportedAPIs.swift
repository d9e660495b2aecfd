/// The APIs that can be coded, and which versions of them a broker serves and tells clients of.
package enum SupportedAPIs {
    /// One API.
    package struct Entry: Hashable, Sendable {
        /// Key, name and the versions that can be coded.
        package let api: API
        /// The versions that ``AnyRequest/decode(frame:limits:)`` accepts.
        package let served: ClosedRange<Int16>
        /// The versions that an ApiVersions answer tells.
        package let advertised: ClosedRange<Int16>

        /// An API; served as it can be coded, and advertised as it is served, unless said otherwise.
        init(_ api: API, served: ClosedRange<Int16>? = nil, advertised: ClosedRange<Int16>? = nil) {
            self.api = api
            self.served = served ?? api.versions
            self.advertised = advertised ?? served ?? api.versions
        }
    }

    /// Every API that a broker serves, by key.
    package static let all: [Entry] = [
        // librdkafka before 2.11.1 compresses only if it is told of Produce 0 (KAFKA-18659); using 0 to 2 is refused.
        Entry(ProduceRequest.api, advertised: 0...12),
        Entry(FetchRequest.api),
        Entry(ListOffsetsRequest.api),
        Entry(MetadataRequest.api),
        Entry(OffsetCommitRequest.api),
        Entry(OffsetFetchRequest.api),
        Entry(FindCoordinatorRequest.api),
        Entry(JoinGroupRequest.api),
        Entry(HeartbeatRequest.api),
        Entry(LeaveGroupRequest.api),
        Entry(SyncGroupRequest.api),
        Entry(DescribeGroupsRequest.api),
        Entry(ListGroupsRequest.api),
        Entry(SaslHandshakeRequest.api),
        Entry(ApiVersionsRequest.api),
        Entry(CreateTopicsRequest.api),
        Entry(DeleteTopicsRequest.api),
        Entry(DeleteRecordsRequest.api),
        Entry(InitProducerIdRequest.api),
        Entry(OffsetForLeaderEpochRequest.api),
        Entry(AddPartitionsToTxnRequest.api),
        Entry(AddOffsetsToTxnRequest.api),
        Entry(EndTxnRequest.api),
        Entry(TxnOffsetCommitRequest.api),
        Entry(DescribeAclsRequest.api),
        Entry(CreateAclsRequest.api),
        Entry(DeleteAclsRequest.api),
        Entry(DescribeConfigsRequest.api),
        Entry(AlterConfigsRequest.api),
        Entry(DescribeLogDirsRequest.api),
        Entry(SaslAuthenticateRequest.api),
        Entry(CreatePartitionsRequest.api),
        Entry(DeleteGroupsRequest.api),
        Entry(ElectLeadersRequest.api),
        Entry(IncrementalAlterConfigsRequest.api),
        Entry(AlterPartitionReassignmentsRequest.api),
        Entry(ListPartitionReassignmentsRequest.api),
        Entry(OffsetDeleteRequest.api),
        Entry(DescribeClientQuotasRequest.api),
        Entry(AlterClientQuotasRequest.api),
        Entry(DescribeUserScramCredentialsRequest.api),
        Entry(AlterUserScramCredentialsRequest.api),
        Entry(DescribeQuorumRequest.api),
        Entry(UpdateFeaturesRequest.api),
        Entry(DescribeClusterRequest.api),
        Entry(DescribeProducersRequest.api),
        Entry(DescribeTransactionsRequest.api),
        Entry(ListTransactionsRequest.api),
        Entry(ConsumerGroupHeartbeatRequest.api),
        Entry(ConsumerGroupDescribeRequest.api),
        Entry(ListConfigResourcesRequest.api),
        Entry(DescribeTopicPartitionsRequest.api),
    ]

    private static let byKey: [Entry?] = {
        var table = [Entry?](repeating: nil, count: 1 + Int(all.map(\.api.key).max() ?? -1))
        for entry in all { table[Int(entry.api.key)] = entry }
        return table
    }()

    /// The API of a key, if it is served.
    package static subscript(key: Int16) -> Entry? {
        let index = Int(key)
        return byKey.indices.contains(index) ? byKey[index] : nil
    }
}
