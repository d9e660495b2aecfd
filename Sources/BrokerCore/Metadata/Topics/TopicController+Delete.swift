package import KafkaProtocol

extension TopicController {
    /// Deletes topics by name or id (DeleteTopics). Their files go once the change is durable. Blocks on the disk.
    ///
    /// Internal topics are refused: every group's and transaction's state would go with them, or the record of what was done.
    package func delete(_ request: DeleteTopicsRequest) -> DeleteTopicsResponse {
        let wanted = request.topicNames.map { DeleteTopicsRequest.Topic(name: $0) } + request.topics
        var names: [String: Int] = [:]
        var ids: [KafkaUUID: Int] = [:]
        for topic in wanted {
            if let name = topic.name { names[name, default: 0] += 1 } else { ids[topic.topicID, default: 0] += 1 }
        }
        let isEnabled = layers.settings.isTrue("delete.topic.enable")
        do throws(LogError) {
            let answers = try change { change in
                wanted.map { topic -> DeleteTopicsResponse.Topic in
                    do throws(TopicRefusal) {
                        let found = try find(topic, in: change.image, names, ids)
                        guard isEnabled else {
                            throw TopicRefusal(.topicDeletionDisabled, "Topic deletion is disabled.")
                        }
                        guard !TopicName.isInternal(found.name) else {
                            throw TopicRefusal(
                                .invalidTopicException,
                                found.name == TopicName.audit
                                    ? "\(found.name) is internal: it is the record of what was done to the broker"
                                    : "\(found.name) is internal: deleting it would lose the state of all groups or transactions"
                            )
                        }
                        change.add(.makeRemoveTopic(found.id))
                        return DeleteTopicsResponse.Topic(name: found.name, topicID: found.id)
                    } catch {
                        return DeleteTopicsResponse.Topic(
                            name: topic.name, topicID: topic.topicID, errorCode: error.code, errorMessage: error.message
                        )
                    }
                }
            }
            return DeleteTopicsResponse(responses: answers)
        } catch {
            return DeleteTopicsResponse(
                responses: wanted.map {
                    DeleteTopicsResponse.Topic(
                        name: $0.name, topicID: $0.topicID, errorCode: .kafkaStorageError, errorMessage: "\(error)")
                })
        }
    }

    private func find(
        _ topic: DeleteTopicsRequest.Topic,
        in image: MetadataImage,
        _ names: [String: Int],
        _ ids: [KafkaUUID: Int]
    ) throws(TopicRefusal) -> MetadataImage.Topic {
        if let name = topic.name {
            guard topic.topicID.isZero else {
                throw TopicRefusal(.invalidRequest, "You may not specify both topic name and topic id.")
            }
            guard names[name] == 1 else { throw TopicRefusal(.invalidRequest, "Duplicate topic name.") }
            guard let found = image.topic(name) else {
                throw TopicRefusal(
                    .unknownTopicOrPartition, "This server does not host this topic-partition.")
            }
            return found
        }
        guard !topic.topicID.isZero else {
            throw TopicRefusal(.invalidRequest, "Neither topic name nor id were specified.")
        }
        guard ids[topic.topicID] == 1 else { throw TopicRefusal(.invalidRequest, "Duplicate topic id.") }
        guard let found = image.topic(id: topic.topicID) else {
            throw TopicRefusal(.unknownTopicID, "This server does not host this topic ID.")
        }
        return found
    }

    /// Adds partitions to topics (CreatePartitions). Blocks on the disk.
    package func createPartitions(_ request: CreatePartitionsRequest) -> CreatePartitionsResponse {
        var counts: [String: Int] = [:]
        for topic in request.topics { counts[topic.name, default: 0] += 1 }
        do throws(LogError) {
            let answers = try change { change in
                var answers: [CreatePartitionsResponse.Topic] = []
                var added = 0
                for topic in request.topics {
                    if counts[topic.name] != 1 {
                        if counts.removeValue(forKey: topic.name) != nil {
                            answers.append(
                                .init(
                                    name: topic.name, errorCode: .invalidRequest, errorMessage: "Duplicate topic name.")
                            )
                        }
                        continue
                    }
                    do throws(TopicRefusal) {
                        let (id, numbers) = try newPartitions(of: topic, in: change.image)
                        added += numbers.count
                        guard added <= Self.maxPartitionsPerRequest else {
                            added -= numbers.count
                            throw TopicRefusal(
                                .policyViolation, "Excessively large number of partitions per request.")
                        }
                        if !request.validateOnly {
                            for number in numbers {
                                change.add(
                                    .makePartition(number, topicID: id, node: nodeID, directory: directoryID))
                            }
                        }
                        answers.append(.init(name: topic.name))
                    } catch {
                        answers.append(.init(name: topic.name, errorCode: error.code, errorMessage: error.message))
                    }
                }
                return answers
            }
            return CreatePartitionsResponse(results: answers)
        } catch {
            return CreatePartitionsResponse(
                results: request.topics.map {
                    .init(name: $0.name, errorCode: .kafkaStorageError, errorMessage: "\(error)")
                })
        }
    }

    private func newPartitions(
        of topic: CreatePartitionsRequest.Topic, in image: MetadataImage
    ) throws(TopicRefusal) -> (id: KafkaUUID, numbers: Range<Int32>) {
        guard let found = image.topic(topic.name) else { throw TopicRefusal(.unknownTopicOrPartition, nil) }
        let count = found.partitionCount
        if topic.count == count {
            throw TopicRefusal(.invalidPartitions, "Topic already has \(count) partition(s).")
        }
        guard topic.count > count else {
            throw TopicRefusal(
                .invalidPartitions,
                "The topic \(topic.name) currently has \(count) partition(s); \(topic.count) would not be an increase.")
        }
        guard topic.count - count <= Self.maxPartitionsPerRequest else {
            throw TopicRefusal(.policyViolation, "Excessively large number of partitions per request.")
        }
        // Groups find their partition of __consumer_offsets by its count: more partitions would lose their commits.
        guard !TopicName.isInternal(topic.name) else {
            throw TopicRefusal(
                .invalidPartitions, "\(topic.name) is internal: its number of partitions cannot change")
        }
        if let assignments = topic.assignments {
            guard assignments.count == Int(topic.count - count) else {
                throw TopicRefusal(
                    .invalidReplicaAssignment,
                    "Attempted to add \(topic.count - count) additional partition(s), but only "
                        + "\(assignments.count) assignment(s) were specified.")
            }
            for assignment in assignments { _ = try checked(assignment.brokerIDs) }
        }
        return (found.id, count..<topic.count)
    }
}
