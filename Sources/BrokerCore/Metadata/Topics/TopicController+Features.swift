package import KafkaProtocol

extension TopicController {
    /// The one feature of this broker, and its levels: those whose records it can write.
    package static let metadataVersions: ClosedRange<Int16> = 1...MetadataLog.metadataVersion
    /// Its name.
    package static let metadataVersionFeature = "metadata.version"

    /// Raises levels of features (UpdateFeatures, KIP-584); nothing is lowered, which could lose records. Blocks on the disk.
    ///
    /// Sentences are those of Kafka's `FeatureControlManager`.
    package func updateFeatures(_ request: UpdateFeaturesRequest) -> UpdateFeaturesResponse {
        let refusals: [TopicRefusal?]
        do throws(LogError) {
            refusals = try change { change in
                request.featureUpdates.map { update in
                    let level = change.image.features[update.feature] ?? MetadataLog.metadataVersion
                    if let refusal = refusal(of: update, from: level) { return refusal }
                    if !request.validateOnly, update.maxVersionLevel > level {
                        change.add(
                            .featureLevel(
                                FeatureLevelRecord(name: update.feature, featureLevel: update.maxVersionLevel)))
                    }
                    return nil
                }
            }
        } catch {
            return UpdateFeaturesResponse(errorCode: .kafkaStorageError, errorMessage: "\(error)")
        }
        return UpdateFeaturesResponse(
            results: zip(request.featureUpdates, refusals).map { update, refusal in
                .init(
                    feature: update.feature, errorCode: refusal?.code ?? .none, errorMessage: refusal?.message)
            })
    }

    private func refusal(of update: UpdateFeaturesRequest.Update, from level: Int16) -> TopicRefusal? {
        let asked = "Invalid update version \(update.maxVersionLevel) for feature \(update.feature)."
        guard update.feature == Self.metadataVersionFeature else {
            return TopicRefusal(
                .invalidUpdateVersion, "\(asked) Local controller \(nodeID) does not support this feature.")
        }
        guard Self.metadataVersions.contains(update.maxVersionLevel) else {
            return TopicRefusal(
                .invalidUpdateVersion,
                "\(asked) Local controller \(nodeID) only supports versions "
                    + "\(Self.metadataVersions.lowerBound)-\(Self.metadataVersions.upperBound)")
        }
        guard update.maxVersionLevel >= level else {
            return TopicRefusal(.invalidUpdateVersion, "\(asked) Metadata downgrade is not supported.")
        }
        return nil
    }
}
