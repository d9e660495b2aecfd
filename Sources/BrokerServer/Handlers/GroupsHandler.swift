import BrokerCore
import KafkaProtocol

/// The group APIs: the coordinator does the work, this says who asks.
struct GroupsHandler: Sendable {
    /// The coordinator of every group.
    let groups: GroupCoordinator
    /// Whether groups of KIP-848 are served at this moment.
    let allowsConsumerProtocol: @Sendable () -> Bool

    /// JoinGroup: answered when the group has gathered.
    func join(_ request: JoinGroupRequest, _ exchange: Exchange) {
        groups.join(request, context: context(exchange)) { exchange.respond(.joinGroup($0)) }
    }

    /// SyncGroup: answered when the leader has sent the assignment.
    func sync(_ request: SyncGroupRequest, _ exchange: Exchange) {
        groups.sync(request, context: context(exchange)) { exchange.respond(.syncGroup($0)) }
    }

    /// Heartbeat.
    func heartbeat(_ request: HeartbeatRequest, _ exchange: Exchange) -> HeartbeatResponse {
        groups.heartbeat(request, context: context(exchange))
    }

    /// LeaveGroup.
    func leave(_ request: LeaveGroupRequest, _ exchange: Exchange) -> LeaveGroupResponse {
        groups.leave(request, context: context(exchange))
    }

    /// OffsetCommit: answered when the commit is durable.
    func commitOffsets(_ request: OffsetCommitRequest, _ exchange: Exchange) {
        groups.commitOffsets(request, context: context(exchange)) { exchange.respond(.offsetCommit($0)) }
    }

    /// OffsetFetch.
    func fetchOffsets(_ request: OffsetFetchRequest, _ exchange: Exchange) -> OffsetFetchResponse {
        groups.fetchOffsets(request, context: context(exchange))
    }

    /// OffsetDelete: answered when the deletion is durable.
    func deleteOffsets(_ request: OffsetDeleteRequest, _ exchange: Exchange) {
        groups.deleteOffsets(request, context: context(exchange)) { exchange.respond(.offsetDelete($0)) }
    }

    /// ListGroups.
    func list(_ request: ListGroupsRequest, _ exchange: Exchange) -> ListGroupsResponse {
        groups.listGroups(request, context: context(exchange))
    }

    /// DescribeGroups.
    func describe(_ request: DescribeGroupsRequest, _ exchange: Exchange) -> DescribeGroupsResponse {
        groups.describeGroups(request, context: context(exchange))
    }

    /// DeleteGroups: answered when the deletion is durable.
    func delete(_ request: DeleteGroupsRequest, _ exchange: Exchange) {
        groups.deleteGroups(request, context: context(exchange)) { exchange.respond(.deleteGroups($0)) }
    }

    /// ConsumerGroupHeartbeat: answered when what it changes is durable.
    func consumerHeartbeat(_ request: ConsumerGroupHeartbeatRequest, _ exchange: Exchange) {
        guard allowsConsumerProtocol() else {
            return exchange.respond(
                .consumerGroupHeartbeat(ConsumerGroupHeartbeatResponse(errorCode: .unsupportedVersion)))
        }
        groups.consumerHeartbeat(request, context: context(exchange)) {
            exchange.respond(.consumerGroupHeartbeat($0))
        }
    }

    /// ConsumerGroupDescribe.
    func describe(_ request: ConsumerGroupDescribeRequest) -> ConsumerGroupDescribeResponse {
        guard allowsConsumerProtocol() else {
            return ConsumerGroupDescribeResponse(
                groups: request.groupIDs.map {
                    var group = ConsumerGroupDescribeResponse.Group()
                    group.groupID = $0
                    group.errorCode = .unsupportedVersion
                    return group
                })
        }
        return groups.describeConsumerGroups(request)
    }

    private func context(_ exchange: Exchange) -> RequestContext {
        // Java prints an address with the (empty) host name before a slash; tools and Burrow show it as it is stored.
        RequestContext(
            clientID: exchange.header.clientID ?? "", clientHost: "/\(exchange.client.host)",
            apiVersion: exchange.version)
    }
}
