import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import NIOPosix

/// Decodes requests and hands each to the handler of its API.
///
/// What the broker answers from memory runs on the connection's event loop; what may wait for the disk (topics, configs,
/// cold reads) runs on the disk pool.
struct RequestDispatcher: FrameHandling {
    private let broker: Broker
    private let pool: NIOThreadPool
    private let meters: RequestMeters
    private let metadata: MetadataHandler
    private let coordinators: CoordinatorHandler
    private let produce: ProduceHandler
    private let fetch: FetchHandler
    private let offsets: OffsetsHandler
    private let groups: GroupsHandler
    private let transactions: TransactionsHandler
    private let topics: TopicsHandler
    private let records: RecordsHandler
    private let security: SecurityHandler
    private let cluster: ClusterHandler

    /// A dispatcher to one broker's handlers.
    init(
        broker: Broker, configuration: ServerConfiguration, diskPool: NIOThreadPool, meters: RequestMeters
    ) {
        self.broker = broker
        self.meters = meters
        pool = diskPool
        metadata = MetadataHandler(broker: broker, rack: configuration.rack)
        coordinators = CoordinatorHandler(broker: broker)
        produce = ProduceHandler(broker: broker)
        fetch = FetchHandler(
            broker: broker, maxBytes: configuration.maxFetchBytes, pool: diskPool,
            sessions: FetchSessionCache(slots: configuration.fetchSessionSlots))
        offsets = OffsetsHandler(broker: broker)
        groups = GroupsHandler(groups: broker.groups) { broker.allowsConsumerProtocol }
        transactions = TransactionsHandler(broker: broker)
        topics = TopicsHandler(broker: broker)
        records = RecordsHandler(broker: broker)
        security = SecurityHandler(broker: broker)
        cluster = ClusterHandler(broker: broker)
    }

    func handle(
        _ frame: ByteBuffer, from client: Client, answer: @escaping @Sendable (Answer) -> Void
    ) -> (any WaitingRequest)? {
        let header: RequestHeader
        let request: AnyRequest
        do throws(WireError) {
            (header, request) = try AnyRequest.decode(frame: frame)
        } catch {
            refuse(error, from: client, answer: answer)
            return nil
        }
        if let clientID = header.clientID {
            client.entry.update { if $0.clientID != clientID { $0.clientID = clientID } }
        }
        return dispatch(request, Exchange(header: header, client: client, answer: answer))
    }

    /// Closes the connection of what is no request that is served, as Kafka does; only ApiVersions is answered in any
    /// version, so that a client learns which ones there are (KIP-511).
    private func refuse(_ error: WireError, from client: Client, answer: @escaping @Sendable (Answer) -> Void) {
        if case .unsupportedVersion(let header) = error.reason, header.apiKey == ApiVersionsRequest.api.key {
            let response = ApiVersionsHandler.unsupportedVersion
            Exchange(header: header, client: client, answer: answer).respond(.apiVersions(response))
        } else {
            meters.countRefusal()
            answer(.close(reason: "\(error)"))
        }
    }

    private func dispatch(_ request: AnyRequest, _ exchange: Exchange) -> (any WaitingRequest)? {
        switch request {
        case .produce(let request):
            produce.handle(request, exchange)
        case .fetch(let request):
            return fetch.handle(request, exchange)
        case .metadata(let request):
            if metadata.mayCreateTopics(request, version: exchange.version) {
                onPool(exchange) { .metadata(metadata.answer(request, exchange)) }
            } else {
                exchange.respond(.metadata(metadata.answer(request, exchange)))
            }
        case .apiVersions(let request):
            exchange.respond(
                .apiVersions(
                    ApiVersionsHandler.answer(request, exchange, image: broker.topics.image)))
        case .findCoordinator(let request):
            if let topic = coordinators.missingTopic(request) {
                onPool(exchange) {
                    coordinators.make(topic)
                    return .findCoordinator(coordinators.answer(request, exchange))
                }
            } else {
                exchange.respond(.findCoordinator(coordinators.answer(request, exchange)))
            }
        case .describeCluster(let request):
            exchange.respond(.describeCluster(metadata.answer(request, exchange)))
        case .heartbeat(let request):
            exchange.respond(.heartbeat(groups.heartbeat(request, exchange)))
        case .joinGroup(let request):
            groups.join(request, exchange)
        case .syncGroup(let request):
            groups.sync(request, exchange)
        case .leaveGroup(let request):
            exchange.respond(.leaveGroup(groups.leave(request, exchange)))
        case .offsetCommit(let request):
            groups.commitOffsets(request, exchange)
        case .offsetFetch(let request):
            exchange.respond(.offsetFetch(groups.fetchOffsets(request, exchange)))
        case .listGroups(let request):
            exchange.respond(.listGroups(groups.list(request, exchange)))
        case .describeGroups(let request):
            exchange.respond(.describeGroups(groups.describe(request, exchange)))
        case .deleteGroups(let request):
            groups.delete(request, exchange)
        case .offsetDelete(let request):
            groups.deleteOffsets(request, exchange)
        case .listOffsets(let request):
            onPool(exchange) { .listOffsets(offsets.answer(request, exchange)) }
        case .offsetForLeaderEpoch(let request):
            onPool(exchange) { .offsetForLeaderEpoch(offsets.answer(request)) }
        case .createTopics(let request):
            onPool(exchange) { .createTopics(topics.answer(request, exchange)) }
        case .deleteTopics(let request):
            onPool(exchange) { .deleteTopics(topics.answer(request, exchange)) }
        case .createPartitions(let request):
            onPool(exchange) { .createPartitions(topics.answer(request)) }
        case .describeConfigs(let request):
            onPool(exchange) { .describeConfigs(topics.answer(request)) }
        case .alterConfigs(let request):
            onPool(exchange) { .alterConfigs(topics.answer(request)) }
        case .incrementalAlterConfigs(let request):
            onPool(exchange) { .incrementalAlterConfigs(topics.answer(request)) }
        case .deleteRecords(let request):
            onPool(exchange) { .deleteRecords(records.answer(request)) }
        case .initProducerId(let request):
            transactions.initProducerID(request, exchange)
        case .addPartitionsToTxn(let request):
            transactions.addPartitions(request, exchange)
        case .addOffsetsToTxn(let request):
            transactions.addOffsets(request, exchange)
        case .endTxn(let request):
            transactions.end(request, exchange)
        case .txnOffsetCommit(let request):
            transactions.commitOffsets(request, exchange)
        case .listTransactions(let request):
            exchange.respond(.listTransactions(transactions.answer(request)))
        case .describeTransactions(let request):
            exchange.respond(.describeTransactions(transactions.answer(request)))
        case .describeProducers(let request):
            onPool(exchange) { .describeProducers(transactions.answer(request)) }
        case .describeLogDirs(let request):
            onPool(exchange) { .describeLogDirs(records.answer(request)) }
        case .saslHandshake:
            exchange.respond(.saslHandshake(SecurityHandler.noHandshake))
        case .saslAuthenticate:
            exchange.respond(.saslAuthenticate(SecurityHandler.noAuthentication))
        case .describeAcls(let request):
            exchange.respond(.describeAcls(security.answer(request)))
        case .createAcls(let request):
            exchange.respond(.createAcls(security.answer(request)))
        case .deleteAcls(let request):
            exchange.respond(.deleteAcls(security.answer(request)))
        case .describeClientQuotas(let request):
            exchange.respond(.describeClientQuotas(security.answer(request)))
        case .alterClientQuotas(let request):
            onPool(exchange) { .alterClientQuotas(security.answer(request)) }
        case .describeUserScramCredentials(let request):
            exchange.respond(.describeUserScramCredentials(security.answer(request)))
        case .alterUserScramCredentials(let request):
            onPool(exchange) { .alterUserScramCredentials(security.answer(request)) }
        case .electLeaders(let request):
            exchange.respond(.electLeaders(cluster.answer(request)))
        case .alterPartitionReassignments(let request):
            exchange.respond(.alterPartitionReassignments(cluster.answer(request)))
        case .listPartitionReassignments:
            // Nothing ever moves.
            exchange.respond(.listPartitionReassignments(ListPartitionReassignmentsResponse()))
        case .describeQuorum(let request):
            exchange.respond(.describeQuorum(cluster.answer(request, now: broker.wallMilliseconds)))
        case .updateFeatures(let request):
            onPool(exchange) { .updateFeatures(cluster.answer(request)) }
        case .listConfigResources(let request):
            exchange.respond(.listConfigResources(cluster.answer(request, version: exchange.version)))
        case .describeTopicPartitions(let request):
            guard let response = cluster.answer(request) else {
                exchange.close(because: "a cursor of DescribeTopicPartitions before the first partition")
                break
            }
            exchange.respond(.describeTopicPartitions(response))
        case .consumerGroupHeartbeat(let request):
            groups.consumerHeartbeat(request, exchange)
        case .consumerGroupDescribe(let request):
            exchange.respond(.consumerGroupDescribe(groups.describe(request)))
        }
        return nil
    }

    /// Answers with what `body` finds out on the disk pool, off the event loop.
    private func onPool(_ exchange: Exchange, _ body: @escaping @Sendable () -> AnyResponse) {
        pool.submit { state in
            guard case .active = state else { return exchange.close(because: "the server is stopping") }
            exchange.respond(body())
        }
    }
}
